"""The API's text values, read exactly: durations, frame rates, colours."""

import re
from fractions import Fraction
from functools import lru_cache

_UNITS = {
    "h": Fraction(3600),
    "m": Fraction(60),
    "s": Fraction(1),
    "ms": Fraction(1, 1000),
    "us": Fraction(1, 10**6),
}
_DURATION_PART = re.compile(r"(\d+(?:\.\d+)?)(h|ms|us|m|s)", re.ASCII)
_LONGEST = Fraction(2**63 - 1, 10**9)
"""Seconds; Go counts nanoseconds in 64 bits."""
_COLOR = re.compile(r"#([0-9A-Fa-f]{6})([0-9A-Fa-f]{2})?")

NAMED_COLORS = {
    "black": "000000",
    "silver": "C0C0C0",
    "gray": "808080",
    "white": "FFFFFF",
    "maroon": "800000",
    "red": "FF0000",
    "purple": "800080",
    "fuchsia": "FF00FF",
    "green": "008000",
    "lime": "00FF00",
    "olive": "808000",
    "yellow": "FFFF00",
    "navy": "000080",
    "blue": "0000FF",
    "teal": "008080",
    "aqua": "00FFFF",
    "orange": "FFA500",
    "pink": "FFC0CB",
    "brown": "A52A2A",
    "gold": "FFD700",
}


class BadValueError(ValueError):
    """A text value that is not what its field holds; the message says what to write."""


@lru_cache(maxsize=512)
def parse_duration(text: str) -> Fraction:
    """Seconds of a duration such as `1m50s`, `12.5s` or `750ms` (Go's time.ParseDuration, no sign).

    Raises ValueError for anything else; a bare number has no unit and is refused.
    """
    parts = _DURATION_PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise BadValueError(f"{text!r} is not a duration: write a number with a unit, such as 12.5s, 1m50s or 750ms")
    seconds = sum((Fraction(number) * _UNITS[unit] for number, unit in parts), Fraction(0))
    if seconds > _LONGEST:
        raise BadValueError(f"{text!r} is longer than Kubernetes can count: at most {_LONGEST // 3600}h")
    return seconds


def format_duration(seconds: Fraction | float) -> str:
    """`1m35.2s` for people: whole units, at most three decimals, no trailing zeros."""
    total = round(Fraction(seconds), 3)
    minutes, rest = divmod(total, 60)
    hours, minutes = divmod(minutes, 60)
    tail = f"{float(rest):.3f}".rstrip("0").rstrip(".") + "s"
    head = (f"{hours}h" if hours else "") + (f"{minutes}m" if minutes else "")
    return head + tail if rest or not head else head


def parse_rate(text: str) -> Fraction:
    """Frames per second of `25` or `30000/1001`. Raises ValueError for `29.97` or zero."""
    if not re.fullmatch(r"[1-9]\d*(/[1-9]\d*)?", text):
        raise BadValueError(f'{text!r} is not a frame rate: write a whole number or a ratio such as "30000/1001"')
    return Fraction(text)


def parse_color(text: str) -> tuple[int, int, int, int]:
    """Red, green, blue and alpha, each 0 to 255 (sRGB code values), of `#RRGGBB[AA]` or a name.

    Raises ValueError for anything else.
    """
    match = _COLOR.fullmatch("#" + NAMED_COLORS.get(text.lower(), text.removeprefix("#")))
    if not match:
        raise BadValueError(
            f'{text!r} is not a colour: write "#RRGGBB", "#RRGGBBAA" (in quotes) or a name such as yellow'
        )
    red, green, blue = bytes.fromhex(match[1])
    return red, green, blue, int(match[2] or "FF", 16)


def parse_level(text: str, unit: str) -> float:
    """The number of a level such as `-3dB`, `-16LUFS` or `-1.5dBTP`. Raises ValueError."""
    number = text.removesuffix(unit)
    try:
        return float(number) if text.endswith(unit) else float("")
    except ValueError:
        raise BadValueError(f"{text!r} is not a level: write a number with {unit}, such as -3{unit}") from None
