"""What kubectl makes of YAML: plain values, and whole files. `tests/integration/test_manifest.py` asks the real one."""

import json
from typing import Any

HEAD = "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a}\n"


class Refused:
    """kubectl does not read it."""


SCALARS: dict[str, Any] = {
    # text that other readers take for numbers, and numbers that they take for text
    "3:1": "3:1", "1:30": "1:30", "00:05": "00:05", "1.2.3": "1.2.3", "12e": "12e", "0_8": 8, "5s": "5s",
    "1,000": "1,000",
    "0777": 511, "08": 8, "09.5": 9.5, "0o17": 15, "0x10": 16, "0X1f": 31, "0x_1F": 31, "0b101": 5,
    "-0b11": -3, "-010": -8,
    "1_000": 1000, "1_0.5": 10.5, "1__0": 10, "_1": "_1", "._1": "._1", ".5_0": 0.5,
    "1e3": 1000, "1E3": 1000, "1.5e3": 1500, "1.5E+2": 150, "1e-7": 1e-7, "1.0": 1, "5.": 5, ".5": 0.5, "+.5": 0.5,
    "+5": 5,    "-5": -5, "-0": 0, "0b12": "0b12", "0o8": "0o8", "0x": "0x", "1e999": "1e999", "1e2x": "1e2x", "٣": "٣",
    # words
    "y": True, "Y": True, "yes": True, "on": True, "True": True, "n": False, "No": False, "off": False, "tRUE": "tRUE",
    "~": None, "null": None, "NULL": None, "": None, "nULL": "nULL", "=": "=", "<<": "<<", "#FFD400": None, "a #b": "a",
    # dates, times, tags, quotes
    "2001-01-01": "2001-01-01", "2001-01-01T10:00:00Z": "2001-01-01T10:00:00Z", "!!str 5": "5", "!!str y": "y",
    "!!int '5'": 5, "!!float 5": 5, "!x 5": "5", "'5'": "5", '"y"': "y", "[a:b]": ["a:b"], "{a:1}": {"a:1": None},
    "s3://a/b": "s3://a/b", ":a": ":a",
    # what cannot be read, or has no form in JSON
    ".inf": Refused, "-.Inf": Refused, ".nan": Refused, "a: b": Refused, "@a": Refused, "`a": Refused, "%a": Refused,
    "- a": Refused, "'a' b": Refused, "[a": Refused, "!!int x": Refused, "a:": Refused,
}  # fmt: skip
"""An unquoted value -> what it is in JSON."""

FILES: dict[str, tuple[str, Any]] = {
    "a later key replaces an earlier one": ("spec: {a: 1, a: 2}\n", {"a": 2}),
    "merged, then own": ("x: &x {a: 1, b: 2}\nspec:\n  <<: *x\n  a: 3\n", {"a": 3, "b": 2}),
    "own, then merged": ("x: &x {a: 1, b: 2}\nspec:\n  a: 3\n  <<: *x\n", {"a": 1, "b": 2}),
    "merged lists": ("x: &x {a: 1}\nz: &z {a: 5, c: 4}\nspec:\n  <<: [*x, *z]\n", {"a": 1, "c": 4}),
    "a quoted << is a key": ("x: &x {a: 1}\nspec: {'<<': *x}\n", {"<<": {"a": 1}}),
    "anchors": ("x: &x [1, 2]\nspec: {v: *x}\n", {"v": [1, 2]}),
    "keys": ("spec: {y: 1, 1: 2, 1.5: 3, no: 4, 0x10: 5}\n", {"true": 1, "1": 2, "1.5": 3, "false": 4, "16": 5}),
    "what follows the end": ("spec: {v: 1}\n...\njunk: [\n", {"v": 1}),
    "Windows line ends": ("spec:\r\n  v: a\r\n  w: |\r\n    a\r\n    b\r\n", {"v": "a", "w": "a\nb\n"}),
    "a tab behind a value": ("spec:\n  v:\t1\t# c\n", {"v": 1}),
    "a tab in braces": ("spec: {\n\tv: 1}\n", {"v": 1}),
    "folded text": ("spec:\n  v: >-\n    a\n    b\n", {"v": "a b"}),
    "escapes": ('spec: {v: "a\\nb\\u00e9"}\n', {"v": "a\nbé"}),
    "a tab as indent": ("spec:\n\tv: 1\n", Refused),
    "an anchor in itself": ("spec: &s {v: *s}\n", Refused),
    "a list as key": ("spec: {[a]: 1}\n", Refused),
    "nothing as key": ("spec: {~: 1}\n", Refused),
    "a merge of no mapping": ("spec:\n  <<: 5\n", Refused),
    "words behind ---": ("spec: {v: 1}\n--- foo\nbar: baz\n", Refused),
    "a control character": ("spec: {v: 'a\x07b'}\n", Refused),
}
"""What stands behind HEAD -> the value of `spec`."""

CASES: dict[str, tuple[str, Any]] = {
    **{
        text: (f"{HEAD}spec:\n  v: {text}\n", Refused if value is Refused else {"v": value})
        for text, value in SCALARS.items()
    },
    **{what: (HEAD + text, value) for what, (text, value) in FILES.items()},
}
"""All of them: a whole document -> the value of its `spec`."""


def same(found: Any, value: Any) -> bool:
    """Whether both are the same in JSON: 1 is neither 1.0 nor true there."""
    if found is Refused or value is Refused:
        return found is value
    return json.dumps(found, sort_keys=True) == json.dumps(value, sort_keys=True)
