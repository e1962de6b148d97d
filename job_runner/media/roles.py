"""What other pictures need of a packet, read from its first bytes, by the codecs' standards.

Only what a standard promises counts: where a packet's role is not certain, it is an ordinary one, which is decoded.
"""

from collections.abc import Callable
from dataclasses import dataclass

from job_runner.media.units import by_start_codes, nal_units, obus, set_units

Sets = tuple[bytes, ...]


@dataclass(frozen=True)
class Role:
    """A decoder may begin at a `start`: all pictures shown with it or after it come out as if it had begun earlier.

    Those shown before it may come after it, and not be decodable from there. No other picture is made from a `spare`
    one. `sets` are parameter sets that come with it, in their order.
    """

    start: bool = False
    spare: bool = False
    sets: Sets = ()


ORDINARY, START = Role(), Role(start=True)
Roles = Callable[[memoryview], Role]

INTRA = frozenset(("prores", "dnxhd", "dvvideo", "rawvideo", "v210", "huffyuv", "ffvhuff", "utvideo", "png"))
"""Codecs whose every packet is a picture by itself. mjpeg is one too where its tables are in each packet."""


def roles(codec: str, extradata: bytes | None) -> Roles | None:
    """By FFmpeg's name of the codec. None for one of which nothing is known."""
    if codec in INTRA:
        return lambda data: START
    makers: dict[str, Callable[[], Roles]] = {
        "h264": lambda: _H264(extradata),
        "hevc": lambda: _Hevc(extradata),
        "mpeg1video": lambda: mpeg2,
        "mpeg2video": lambda: mpeg2,
        "mjpeg": lambda: mjpeg,
        "vp9": lambda: vp9,
        "av1": lambda: av1,
    }
    return makers[codec]() if codec in makers else None


def stands_alone(codec: str) -> bool:
    """Whether a decoder needs no reset where packets are left out."""
    return codec in INTRA or codec == "mjpeg"


class _H264:
    """ITU-T H.264, 7.4.1. Recovery points (D.2.8) are no starts: FFmpeg's decoder may complain of what comes there."""

    def __init__(self, extradata: bytes | None) -> None:
        self._units = nal_units(extradata, 4)

    def __call__(self, data: memoryview) -> Role:
        sets: list[bytes] = []
        for unit in self._units(data):
            kind = unit[0] & 31
            if kind in (7, 8):
                sets.append(_stripped(unit))
            elif kind in (1, 5):
                return Role(kind == 5, not unit[0] & 0x60, tuple(sets))
        return Role(sets=tuple(sets))


def _stripped(unit: memoryview) -> bytes:
    """A set without the zeros that may stand before the next start code."""
    return bytes(unit).rstrip(b"\0")


class _Hevc:
    """ITU-T H.265, 7.4.2.2. Pictures of a sub-layer that are no reference there may be one in a higher sub-layer: they
    are spare only where there is one sub-layer."""

    def __init__(self, extradata: bytes | None) -> None:
        self._units = nal_units(extradata, 21)
        own = [_layers(unit) for unit in set_units(extradata, _HEVC_SPS)]
        self._layers = max(own, default=0)

    def __call__(self, data: memoryview) -> Role:
        sets: list[bytes] = []
        for unit in self._units(data):
            kind = unit[0] >> 1 & 63
            if len(unit) < 3 or unit[0] & 1 or unit[1] >> 3:
                continue
            if kind in (32, 33, 34):
                sets.append(_stripped(unit))
                self._layers = max(self._layers, _layers(unit)) if kind == _HEVC_SPS else self._layers
            elif kind < 32:
                spare = kind < 16 and not kind & 1 and self._layers == 1
                return Role(16 <= kind <= 21, spare, tuple(sets))
        return Role(sets=tuple(sets))


_HEVC_SPS = 33


def _layers(unit: memoryview) -> int:
    """Sub-layers by a sequence parameter set (7.3.2.2); 2 where it is cut off."""
    return (unit[2] >> 1 & 7) + 1 if len(unit) > 2 else 2


def mpeg2(data: memoryview) -> Role:
    """ISO/IEC 13818-2, 6.2: an I-picture is a start after a sequence header, which resets all tables."""
    sequence = False
    for unit in by_start_codes(data):
        sequence = sequence or unit[0] == 0xB3
        if unit[0] == 0 and len(unit) > 2:
            kind = unit[2] >> 3 & 7
            return Role(kind == 1 and sequence, kind == 3)
    return ORDINARY


def mjpeg(data: memoryview) -> Role:
    """ITU-T T.81: tables of an earlier picture are used where a picture has none."""
    head = bytes(data).partition(b"\xff\xda")[0]
    return START if b"\xff\xdb" in head and b"\xff\xc4" in head else ORDINARY


def vp9(data: memoryview) -> Role:
    """VP9's uncompressed header, 6.2: a key frame replaces all references and tables."""
    if not data or data[0] >> 6 != 2:
        return ORDINARY
    profile = data[0] >> 5 & 1 | data[0] >> 3 & 2
    bits = data[0] >> (1 if profile == 3 else 2)
    return START if not bits & 3 else ORDINARY


def av1(data: memoryview) -> Role:
    """AV1, 5.9.2 and 7.20: a key frame that is shown, with its sequence header."""
    sequence = False
    for kind, content in obus(data):
        sequence = sequence or kind == 1
        if kind in (3, 6):
            return START if sequence and content and content[0] & 0xF0 == 0x10 else ORDINARY
    return ORDINARY
