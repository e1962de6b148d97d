"""What kubectl makes of a plain YAML scalar: go-yaml v2's rules, on the way to JSON.

They are neither YAML 1.1 (`3:1` is text, not 181 seconds) nor 1.2 (`yes` and `y` are true).
"""

import re

Scalar = str | int | float | bool | None

_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
}
_INTEGER = re.compile(r"[-+]?(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|[1-9][0-9]*|0)", re.ASCII)
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", re.ASCII)
_POINT = re.compile(r"\.[0-9](_?[0-9])*([eE][-+]?[0-9](_?[0-9])*)?", re.ASCII)
_BASES = {"0x": 16, "0b": 2, "0o": 8}


def resolve(text: str) -> Scalar:
    """The value of an unquoted scalar: a word for true, false or nothing, a number, else the text itself."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] == ".":
        return _float(text) if _POINT.fullmatch(text) else text
    if not re.match(r"[-+0-9]", text, re.ASCII):
        return text
    plain = text.replace("_", "")
    number = _integer(plain)
    if number is not None:
        return number
    found = _float(plain) if _FLOAT.fullmatch(plain) else None
    return text if found is None or isinstance(found, str) else found


def _integer(plain: str) -> int | None:
    """A Go integer literal of at most 64 bits: decimal, 0x, 0b, 0o, and octal with a mere 0 before it."""
    if not _INTEGER.fullmatch(plain):
        return None
    digits = plain.lstrip("+-").lower()
    base = _BASES.get(digits[:2]) or (8 if digits[0] == "0" else 10)
    value = int(digits.removeprefix(digits[:2]) if digits[:2] in _BASES else digits, base)
    signed = -value if plain[0] == "-" else value
    # Go reads a sign as int64 only, a bare number as uint64 too.
    return signed if -(2**63) <= signed < (2**63 if plain[0] in "+-" else 2**64) else None


def _float(plain: str) -> Scalar:
    """A float64, in JSON an integer where it is a whole one; the text itself where it is too large."""
    value = float(plain)
    if value in (float("inf"), float("-inf")):
        return plain
    return int(value) if value.is_integer() and abs(value) < 1e21 else value
