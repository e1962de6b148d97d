"""What is said of a value that does not fit: what was expected, with an example, and what was probably meant."""

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

from videojob_api.codecs import VIDEO_CODECS
from videojob_api.containers import CONTAINERS
from videojob_api.fields import COLOR_RULE, DURATION_RULE, NAME_RULE, TEXT_RULE
from videojob_api.problem import Path, dotted
from videojob_api.uris import URI_RULE, WRITABLE_RULE
from videojob_api.values import NAMED_COLORS, format_duration

Schema = dict[str, Any]

_RULES = "x-kubernetes-validations"
_MEANT = {
    "x": "left", "y": "top", "true": "top", "fps": "frameRate", "rate": "frameRate", "bitrate": "quality",
    "color": "stroke", "text": "content",
}  # fmt: skip
"""What is written elsewhere, and how it is called here, where there is a field of that name."""
_SPELLED = {word: codec.name for codec in VIDEO_CODECS.values() for word in codec.spelled}
_SPELLED |= {word: container.name for container in CONTAINERS.values() for word in container.spelled}
_EXAMPLES = {
    "uri": "such as uri: s3://media/match.mp4",
    "inputs": "such as inputs: [{uri: s3://media/match.mp4}]",
    "duration": "such as duration: 750ms",
    "name": "such as name: my-reel",
}
_FRACTIONS = ("left", "top", "width", "height")
_MOST_LISTED = 16


def missing(key: str) -> str:
    """Of a field that must be there."""
    return ", ".join(["is required", *([_EXAMPLES[key]] if key in _EXAMPLES else [])])


def empty(schema: Schema) -> str | None:
    """Of an empty value that hides a mistake: `color: #FFD400` is empty, and the default would be taken."""
    return next((words for rule, words in _EMPTY if rule in schema.get(_RULES, [])), None)


_EMPTY = (
    (COLOR_RULE, "is empty; if a colour was meant, quote it: an unquoted # starts a comment"),
    (DURATION_RULE, "is empty: write a time, such as 12.5s, or leave the field out"),
)


def unknown_field(key: str, known: Iterable[str], path: Path, whole: Schema) -> str:
    """With the field that was probably meant: one of like spelling, or one of that name elsewhere."""
    known = list(known)
    near = _near(key, known)
    if near or (key in _MEANT and _MEANT[key] in known):
        read = " (an unquoted y is true in YAML)" if key == "true" else ""
        return f"there is no such field; did you mean {near or _MEANT[key]}?{read}"
    listed = f"there are {', '.join(known)}" if len(known) <= _MOST_LISTED else ""
    if elsewhere := next((p for p in _places(whole, ()) if p[-1] == key), None):
        where = f"there is {dotted(elsewhere).removeprefix('spec.')}"
        return "; ".join(["there is no such field here", where, *([f"here {listed}"] if listed else [])])
    return "; ".join(["there is no such field", *([listed] if listed else [])])


def _places(schema: Schema, path: Path) -> Iterator[Path]:
    """Of all fields, the nearest to the root first on each way."""
    for key, below in schema.get("properties", {}).items():
        yield (*path, key)
        items = below.get("items")
        yield from _places(items or below, (*path, f"{key}[]" if items else key))


def _near(given: str, known: Iterable[str]) -> str | None:
    """The word of like spelling, capitals and signs aside."""
    plain = {_plain(word): word for word in known}
    wanted = _SPELLED.get(_plain(given), _plain(given))
    found = get_close_matches(wanted, plain, n=1, cutoff=0.7)
    return plain[found[0]] if found else None


def _plain(word: str) -> str:
    return re.sub(r"[^a-z0-9]", "", word.lower())


def not_in_enum(allowed: list[Any], given: Any) -> str:
    """All that there are, and the nearest."""
    near = _near(str(given), map(str, allowed))
    meant = f"; did you mean {near}?" if near else ""
    return f"{given!r} is none of {', '.join(map(str, allowed))}{meant}"


def out_of_range(schema: Schema, given: float) -> str:
    """From where to where; pixels are told to be none."""
    low, high = schema.get("minimum"), schema.get("maximum")
    above = f"more than {low:g}" if schema.get("exclusiveMinimum") else f"at least {low:g}" if low is not None else ""
    span = " and ".join(part for part in (above, f"at most {high:g}" if high is not None else "") if part)
    if high == 1 and given > 1:
        return f"{given:g} is more than 1: write a fraction, such as 0.25; for pixels divide by the picture's size"
    return f"{given:g} is out of range: write {span}"


def wrong_length(value: Any, least: int, most: int | None) -> str:
    """Says how long a text, list or map is, and how long it may be."""
    what = "characters" if isinstance(value, str) else "items"
    if len(value) < least:
        return f"is empty; at least {least} is needed" if not value else f"has fewer than {least} {what}"
    return f"has {len(value)} {what}, at most {most} {'is' if most == 1 else 'are'} allowed"


def named_twice(name: Any, written: bool) -> str:
    """Of an item in a list that is told apart by names."""
    how = "is named" if written else "has no name and so is named"
    return f"{how} {name}, as one before it: give each a name of its own, such as name: second"


def wrong_type(schema: Schema, kind: str, given: Any, path: Path) -> str:
    """What to write instead of `given`."""
    if kind == "string" and DURATION_RULE in schema.get(_RULES, []):
        return _no_text_time(given)
    if kind == "string":
        return _no_text(schema, given)
    if kind == "int-or-string" and isinstance(given, float):
        return f"{given:g} is neither a whole number nor a ratio{_rate(given)}"
    if kind == "object":
        return _no_mapping(schema, given)
    return _PLAIN_KINDS[kind](given, path)


def _no_text_time(given: Any) -> str:
    example = f": write {given:g}s" if isinstance(given, int | float) and not isinstance(given, bool) else ""
    return f"{_shown(given)} has no unit{example or ': write 12.5s, 1m50s or 750ms'}"


def _no_text(schema: Schema, given: Any) -> str:
    own = [entry["message"] for entry in schema.get(_RULES, []) if entry != TEXT_RULE]
    if own and not isinstance(given, dict | list):
        return f"{_shown(given)} is {own[0] if own[0].startswith('not a') else 'no text: ' + own[0]}"
    if isinstance(given, bool):
        return f'{_shown(given)} is no text: put it in quotes, "no" (unquoted yes, no, on, off, y, n are true or false)'
    if isinstance(given, int | float):
        return f'{_shown(given)} is a number, not text: put it in quotes, "{_shown(given)}"'
    return f"text is expected here, not {_shown(given)}"


def _rate(given: float) -> str:
    """For 29.97 the ratio that it stands for."""
    exact = Fraction(round(given * 1.001) * 1000, 1001)
    near = abs(exact - Fraction(given)) < Fraction(1, 100)
    return f': write "{exact}"' if near else ', such as 25 or "30000/1001"'


def _no_whole(given: Any, path: Path) -> str:
    digits = re.match(r"\d+", str(given)) if not isinstance(given, bool) else None
    return f"{_shown(given)} is no whole number: write {digits[0] if digits else 'one, such as 1080'}"


def _no_number(given: Any, path: Path) -> str:
    if percent := re.fullmatch(r"(\d+(?:\.\d+)?) ?%", str(given)):
        return f"{given!r} is no number: write {float(percent[1]) / 100:g}"
    what = "a fraction of the picture, such as 0.25" if path[-1] in _FRACTIONS else "one, such as 0.5"
    return f"{_shown(given)} is no number: write {what}"


def _no_flag(given: Any, path: Path) -> str:
    return f"{_shown(given)} is neither true nor false: write one of them, without quotes"


def _no_list(given: Any, path: Path) -> str:
    return f"is a list: begin each item with '- ' (given: {_shown(given)})"


def _no_mapping(schema: Schema, given: Any) -> str:
    fields = list(schema.get("properties", {}))
    if isinstance(given, str) and "uri" in fields:
        return f"takes fields, not text: write uri: {given}"
    if isinstance(given, str) and "duration" in fields:
        return f"takes fields, not text: write {{duration: {given}}}"
    return f"takes fields ({', '.join(fields)}), not {_shown(given)}"


_PLAIN_KINDS = {
    "integer": _no_whole,
    "int-or-string": _no_whole,
    "number": _no_number,
    "boolean": _no_flag,
    "array": _no_list,
}


def _shown(given: Any) -> str:
    """As YAML has it, and short."""
    if given is None:
        return "nothing"
    if isinstance(given, bool):
        return "true" if given else "false"
    text = f"{given:g}" if isinstance(given, float) else repr(given)
    return text if len(text) <= 60 else text[:57] + "…"


def broken_rule(entry: dict[str, str], given: Any) -> str:
    """A rule's message; of text with the text itself and what was probably meant, of names with those there are."""
    message = entry["message"]
    for words, (named, keys) in _NAMING.items():
        if isinstance(given, dict) and words in message:
            there = given.get(named) or []
            lost = _named(given, entry.get("fieldPath", ""), keys) - {item.get("name", "main") for item in there}
            return f"{message}{': ' * bool(lost)}{', '.join(sorted(lost))}; {_there(there)}"
    if not isinstance(given, str):
        return message
    said = f"{given!r} is {message}" if message.startswith("not a") else f"{message} (given: {given!r})"
    near = _MEANT_BY_RULE[message](given) if message in _MEANT_BY_RULE else None
    return f"{said}; did you mean {near}?" if near else said


_NAMING = {
    "names an input": ("inputs", frozenset({"input"})),
    "names an analysis": ("analyses", frozenset({"analysis", "any", "all"})),
}
"""By a rule's words: where the names are given, and the fields that use them."""


def _named(given: Any, place: str, keys: frozenset[str]) -> set[str]:
    """What these fields name in that part of a spec, such as `.timeline`."""
    for key in filter(None, place.split(".")):
        given = given.get(key) if isinstance(given, dict) else None
    return set(_values(given, keys))


def _values(given: Any, keys: frozenset[str], inside: bool = False) -> Iterator[str]:
    """Texts in fields that are called so, and in lists of such."""
    if isinstance(given, str) and inside:
        yield given
    elif isinstance(given, dict):
        for key, value in given.items():
            yield from _values(value, keys, key in keys)
    elif isinstance(given, list):
        for value in given:
            yield from _values(value, keys, inside)


def _there(items: list[dict[str, Any]]) -> str:
    """The names that there are."""
    return f"there are {', '.join(item.get('name', 'main') for item in items)}" if items else "there are none"


def _uri(given: str) -> str | None:
    """Of a path, or with blanks written as URIs have them."""
    place = f"file://{given}" if given.startswith("/") else given
    known = place.startswith(("file:///", "s3://", "https://"))
    return place.replace(" ", "%20") if known and not re.search(r"[{}]", place) else None


def _time(given: str) -> str | None:
    """`5s` for `5`, `1m30s` for `1:30`, `90s` for `90 sec`; None for what cannot be guessed."""
    if clock := re.fullmatch(r"(?:(\d+):)?(\d{1,2}):(\d{1,2}(?:\.\d+)?)", given):
        hours, minutes, seconds = (Fraction(part or 0) for part in clock.groups())
        return format_duration(hours * 3600 + minutes * 60 + seconds)
    number = re.fullmatch(r"(\d+(?:\.\d+)?) *(s|sec|secs|seconds?|ms|m|min|minutes?)?", given)
    return f"{number[1]}{_UNITS[number[2]]}" if number else None


_UNITS: dict[str | None, str] = {
    **dict.fromkeys((None, "s", "sec", "secs", "second", "seconds"), "s"),
    **dict.fromkeys(("m", "min", "minute", "minutes"), "m"),
    "ms": "ms",
}
_MEANT_BY_RULE = {
    DURATION_RULE["message"]: _time,
    COLOR_RULE["message"]: lambda given: _near(given, NAMED_COLORS),
    NAME_RULE["message"]: lambda given: re.sub(r"[^a-z0-9]+", "-", given.lower()).strip("-") or None,
    URI_RULE["message"]: _uri,
    WRITABLE_RULE["message"]: _uri,
}
