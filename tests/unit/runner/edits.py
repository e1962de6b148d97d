"""QuickTime files that show parts of what they hold, by their edit lists (ISO/IEC 14496-12, 8.6.6)."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

Edit = tuple[Fraction | int, Fraction | int]
"""From where on in what was recorded, and for how long, in seconds."""


def edited(source: Path, target: Path, edits: Sequence[Edit]) -> Path:
    """The same file with these edits in every track; its index must come last."""
    data = source.read_bytes()
    (at, end), *_ = (span for kind, span in _boxes(data, 0, len(data)) if kind == b"moov")
    assert end == len(data), "what lies behind would move"
    movie = data[at:end]
    scale = _timescale(movie, b"mvhd")
    boxes = [
        _track(movie[first:last], scale, edits) if kind == b"trak" else movie[first:last]
        for kind, (first, last) in _boxes(movie, 8, len(movie))
    ]
    target.write_bytes(data[:at] + _box(b"moov", b"".join(boxes)))
    return target


def _boxes(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, tuple[int, int]]]:
    """Type, beginning and end of each."""
    while at < end:
        size = int.from_bytes(data[at : at + 4], "big")
        yield data[at + 4 : at + 8], (at, at + size)
        at += size


def _box(kind: bytes, content: bytes) -> bytes:
    return (len(content) + 8).to_bytes(4, "big") + kind + content


def _timescale(data: bytes, kind: bytes) -> int:
    at = data.index(kind)
    return int.from_bytes(data[at + 16 : at + 20], "big")


def _track(track: bytes, movie_scale: int, edits: Sequence[Edit]) -> bytes:
    scale = _timescale(track, b"mdhd")
    entries = b"".join(
        round(length * movie_scale).to_bytes(4, "big") + round(start * scale + _priming(track)).to_bytes(4, "big")
        + (1 << 16).to_bytes(4, "big")
        for start, length in edits
    )  # fmt: skip
    header = (0).to_bytes(4, "big") + len(edits).to_bytes(4, "big")
    own = [
        _box(b"edts", _box(b"elst", header + entries)) if kind == b"edts" else track[first:last]
        for kind, (first, last) in _boxes(track, 8, len(track))
    ]
    return _box(b"trak", b"".join(own))


def _priming(track: bytes) -> int:
    """Where the one edit that FFmpeg has written begins."""
    at = track.index(b"elst")
    return int.from_bytes(track[at + 16 : at + 20], "big")
