"""Motion and loudness of a file, window by window: decoded here, measured in `analysis`.

Moments are counted from the first picture, by the clock that trims go by, so that the frames of an event are those that
a clip with its times shows.
"""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import cache
from itertools import islice, pairwise

import numpy as np
import numpy.typing as npt
from av.video.format import VideoFormat
from av.video.frame import VideoFrame

from job_runner.analysis.grey import Pixels, small
from job_runner.analysis.grids import SOUND_RATE, Grid
from job_runner.analysis.loudness import level
from job_runner.analysis.motion import shares as motion_of
from job_runner.effects.sound import Samples
from job_runner.media.device import PLAIN, DamageError, Decoding, Source
from job_runner.media.packets import go_on
from job_runner.media.rows import rows_of
from job_runner.media.samples import cut
from job_runner.media.sound_damage import Damaged, unnoticed, within
from job_runner.media.source import FrameSource
from job_runner.plan.facts import AudioFacts, VideoFacts
from job_runner.plan.sound import AudioPlan
from job_runner.plan.timeline import Window
from job_runner.plan.times import ConstantClock
from job_runner.workspace.ranges import Opened

Open = Callable[[], Opened]


def motion(
    media: Open, facts: VideoFacts, grid: Grid, window: Window, how: Decoding = PLAIN, seen: Callable[[], None] = go_on
) -> list[int | None]:
    """How much moved at each moment of a window, in parts of 10,000; None where no new picture came.

    It needs the picture before the window, and nothing else. `seen` is called for each moment, and may raise.
    Raises NoFrameError, and DamageError if decoding is strict.
    """
    with FrameSource(media(), facts, ConstantClock(grid.rate), how) as source:
        return list(shares(source, window, how, seen))


TOGETHER = 32
"""Moments that are decoded, and then compared, in one go: a call of NumPy costs more than the sums of one picture. More
at once need memory that is asked of the system anew each time."""


def shares(source: Source[VideoFrame], window: Window, how: Decoding, seen: Callable[[], None]) -> Iterator[int | None]:
    """The same of a source that is open, moment by moment."""
    before = grey_of(frame := source.at(max(0, window.first - 1)))
    pictures = _pictures(source, frame, window, how, seen)
    while some := list(islice(pictures, TOGETHER)):
        new = [before, *(now for _, now in some if now is not None)]
        values = iter(motion_of(new))
        # The very first picture has none before it.
        yield from (next(values) if now is not None else None if number else 0 for number, now in some)
        before = new[-1]


def _pictures(
    source: Source[VideoFrame], frame: VideoFrame, window: Window, how: Decoding, seen: Callable[[], None]
) -> Iterator[tuple[int, Pixels | None]]:
    """That of each moment, None where it is the one before again; `frame` is the one before the window."""
    for number in range(window.first, window.end):
        shown = source.at(number)
        if how.strict and source.errors:
            raise DamageError
        now = None if shown is frame else grey_of(shown)
        frame = shown
        seen()
        yield number, now


def grey_of(frame: VideoFrame) -> Pixels:
    """Its luma, small; what has none of its own is converted."""
    if not (depth := _luma_depth(frame.format.name)):
        frame, depth = frame.reformat(format="gray"), 8
    return small(_luma(frame, depth), depth)


def _luma(frame: VideoFrame, depth: int) -> npt.NDArray[np.uint8 | np.uint16]:
    return rows_of(frame.planes[0], depth)[: frame.height, : frame.width]


@cache
def _luma_depth(pixel_format: str) -> int:
    """Bits of a sample where the first plane is luma and nothing else, in this machine's order of bytes; else 0."""
    planar = pixel_format.startswith(("yuv4", "yuvj4", "yuva4", "gray", "nv12", "nv21"))
    known = VideoFormat(pixel_format)
    if not planar or known.is_big_endian or "f" in pixel_format:
        return 0
    return int(known.components[0].bits)


def levels(
    media: Open,
    facts: AudioFacts,
    origin: Fraction,
    window: Window,
    seen: Callable[[], None] = go_on,
    damaged: Damaged = unnoticed,
) -> Iterator[int]:
    """How loud it is at each moment of a window, in tenths of a decibel.

    `origin` is when the first picture is shown, in stream time, or when sound without one begins. `seen` is called
    after each moment, and may raise, as may `damaged`.
    """
    damaged = within(damaged, origin + window.first / SOUND_RATE, origin + window.end / SOUND_RATE)
    for run in _runs(window, facts):
        sounds = _sounds(media, facts, origin, run, damaged)
        for number, samples in zip(range(run.first, run.end), sounds, strict=True):
            if number >= window.first:
                yield level(samples)
                seen()


RUN = 3000
"""Moments that are decoded in one go, from every so manyth on: where the samples of a file with inexact times lie
depends on where decoding began, and no level may depend on windows."""


def _runs(window: Window, facts: AudioFacts) -> Iterator[Window]:
    """Those that a window needs, up to its end. With jumps decoding begins at the file's start anyway."""
    if facts.jumps:
        yield window
        return
    for first in range(window.first // RUN * RUN, window.end, RUN):
        yield Window(first, min(first + RUN, window.end))


def _sounds(media: Open, facts: AudioFacts, origin: Fraction, run: Window, damaged: Damaged) -> Iterator[Samples]:
    """The samples of each moment."""
    audio = AudioPlan(rate=facts.rate, layout="stereo")
    borders = [round(number * facts.rate / SOUND_RATE) for number in range(run.first, run.end + 1)]
    start = origin + Fraction(borders[0], facts.rate)
    lengths = [b - a for a, b in pairwise(borders)]
    return _parts(cut(media, facts, start, sum(lengths), audio, damaged), lengths)


def _parts(pieces: Iterator[Samples], lengths: Sequence[int]) -> Iterator[Samples]:
    """The same samples in parts of these lengths."""
    held: list[Samples] = []
    for length in lengths:
        while sum(piece.shape[1] for piece in held) < length:
            held.append(next(pieces))
        whole = np.concatenate(held, 1) if held else np.zeros((2, 0), np.float32)
        yield whole[:, :length]
        held = [whole[:, length:]]
