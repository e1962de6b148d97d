"""Frame arithmetic: times to frames, frames to clips, frames to segments. Pure and exact."""

from dataclasses import dataclass
from fractions import Fraction


def slot(seconds: Fraction, rate: Fraction) -> int:
    """The frame at a time, ties up: how FFmpeg's fps filter (round=near) numbers source frames."""
    return (seconds * rate + Fraction(1, 2)).__floor__()


_NTSC = [Fraction(1000 * base, 1001) for base in (24, 30, 60)]
USUAL_RATES = sorted([*_NTSC, *map(Fraction, (24, 25, 30, 50, 60, 120))])
FASTEST = 120


def plausible_rate(guessed: Fraction | None, average: Fraction | None) -> Fraction:
    """The rate of a source, of what FFmpeg guesses and what it counts.

    Where frame times vary, the guess may be the clock of the container: 90,000 pictures a second.
    """
    if guessed and (guessed <= FASTEST or (average and guessed <= average * 5 / 4)):
        return guessed
    if not average:
        return Fraction(25)
    return next((rate for rate in USUAL_RATES if rate >= average * 49 / 50), Fraction(round(average)))


def timescale(rate: Fraction) -> int:
    """Ticks per second in which every frame of a constant rate has a whole number of ticks.

    A multiple of the rate's numerator, at least 10,000, which MP4 keeps as it is: 12,800 ticks for
    25 fps, 30,000 for 30000/1001. (1/90000 could not hold 24000/1001: 3753.75 ticks a frame.)
    """
    scale = rate.numerator
    while scale < 10_000:
        scale *= 2
    return scale


@dataclass(frozen=True)
class Window:
    """A half-open range of output frames."""

    first: int
    end: int

    def __len__(self) -> int:
        return self.end - self.first


def segment_count(frames: int, segment_frames: int) -> int:
    """How many segments N frames make; the last may be short, none is empty."""
    return -(-frames // segment_frames)


def segment_window(index: int, frames: int, segment_frames: int) -> Window:
    """Frames of segment `index`."""
    first = index * segment_frames
    return Window(first, min(first + segment_frames, frames))
