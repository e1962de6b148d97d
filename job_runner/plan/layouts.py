"""Where the speakers of a sound stand, and which of them the output keeps. Pure.

Kept is what every AAC decoder places alike: mono, stereo, 3.0, 4.0, 5.0 and 5.1. More speakers around the listener
are brought to 5.1 (without a bass channel to 5.0); all else, 2.1 and quad among them, to stereo. FFmpeg mixes, as its
`-ac` does. Channels without names are taken as players take them: 1 mono, 2 stereo, 6 as 5.1, 8 as 7.1; of any other
number the first two are left and right. Ambisonic sound becomes a pair of cardioids that look to the sides.
"""

from collections.abc import Sequence

NATIVE = (
    "FL", "FR", "FC", "LFE", "BL", "BR", "FLC", "FRC", "BC", "SL", "SR", "TC", "TFL", "TFC", "TFR", "TBL", "TBC", "TBR",
    "DL", "DR", "WL", "WR", "SDL", "SDR", "LFE2", "TSL", "TSR", "BFC", "BFL", "BFR", "SSL", "SSR", "TTL", "TTR",
)  # fmt: skip
"""FFmpeg's names of speakers, in the order in which it keeps their channels (libavutil/channel_layout.h)."""

UNNAMED = {
    1: ("FC",),
    2: ("FL", "FR"),
    6: ("FL", "FR", "FC", "LFE", "BL", "BR"),
    8: ("FL", "FR", "FC", "LFE", "BL", "BR", "SL", "SR"),
}
"""What so many channels without names are."""

_SAME = {
    ("FC",): "mono",
    ("FL", "FR"): "stereo",
    ("DL", "DR"): "stereo",
    ("FL", "FR", "FC"): "3.0",
    ("FL", "FR", "FC", "BC"): "4.0",
    ("FL", "FR", "FC", "BL", "BR"): "5.0",
    ("FL", "FR", "FC", "SL", "SR"): "5.0",
    ("FL", "FR", "FC", "LFE", "BL", "BR"): "5.1",
    ("FL", "FR", "FC", "LFE", "SL", "SR"): "5.1",
}
COUNT = {"mono": 1, "stereo": 2, "3.0": 3, "4.0": 4, "5.0": 5, "5.1": 6}
"""Channels of the layouts that are kept."""

_PAIRS = (("FL", "FR"), ("BL", "BR"), ("SL", "SR"), ("FLC", "FRC"))


def kept_layout(speakers: Sequence[str]) -> str:
    """The output's layout for sound of these speakers, in any order; for none that are known: stereo."""
    ordered = native_order(speakers)
    if ordered in _SAME or len(ordered) == 1:
        return _SAME.get(ordered, "mono")
    around = set(ordered) & {"BL", "SL", "WL", "BC"} and mixable(ordered) and set(ordered) >= {"FL", "FR", "FC"}
    return ("5.1" if "LFE" in ordered else "5.0") if around and len(ordered) > 4 else "stereo"


def native_order(speakers: Sequence[str]) -> tuple[str, ...]:
    """As FFmpeg keeps them; none at all if any is unknown or there twice."""
    known = len(set(speakers)) == len(speakers) and all(name in NATIVE for name in speakers)
    return tuple(sorted(speakers, key=NATIVE.index)) if known else ()


def mixable(speakers: Sequence[str]) -> bool:
    """Whether FFmpeg's mixer takes them: something in front, and no half of a pair (libswresample/rematrix.c)."""
    there = set(speakers)
    return bool(there & {"FL", "FR", "FC"}) and all((left in there) == (right in there) for left, right in _PAIRS)


def speakers_of(layout: str, names: Sequence[str]) -> tuple[str, ...]:
    """Who is heard of a layout and its channels' names, as FFmpeg tells them; none if nobody can say."""
    if layout.endswith(" channels"):
        return UNNAMED.get(len(names), ())
    return tuple(names) if native_order(names) else ()


def placing(layout: str, names: Sequence[str]) -> str | None:
    """The `pan` filter's words that put stored channels in their places, where FFmpeg's mixer could not by itself.

    `names` are the channels' in the order in which they are stored.
    """
    speakers, count = speakers_of(layout, names), len(names)
    if layout.startswith("ambisonic"):
        return "stereo|c0=0.5*c0+0.5*c1|c1=0.5*c0-0.5*c1" if count > 1 else "mono|c0=c0"
    if count == 1:
        return None if layout == "mono" else "mono|c0=c0"
    if set(speakers) == {"DL", "DR"} or not (speakers and mixable(speakers)):
        return "stereo|c0=c0|c1=c1"
    ordered = native_order(speakers)
    if tuple(names) == ordered:
        return None
    return "+".join(ordered) + "".join(f"|{name}=c{speakers.index(name)}" for name in ordered)
