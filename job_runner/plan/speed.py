"""Clips that run faster or slower than their source. Pure."""

from dataclasses import dataclass
from fractions import Fraction

from job_runner.plan.timeline import slot


@dataclass(frozen=True)
class SpeedClock:
    """Numbers a source's frames as a clip shows them that runs `speed` times as fast, from frame `first` on.

    `first` keeps the number that it has at `rate`, in frames a second; n frames later the source is
    n * `speed` / `rate` seconds further. Frames are chosen as by FFmpeg's setpts=(PTS-STARTPTS)/speed,fps=rate.
    """

    rate: Fraction
    speed: Fraction
    first: int

    def slot(self, seconds: Fraction) -> int:
        """The nearest frame, ties up."""
        return self.first + slot((seconds - self.first / self.rate) / self.speed, self.rate)

    def seconds(self, number: int) -> Fraction:
        """When frame `number` begins, in seconds of source time."""
        return (self.first + (number - self.first) * self.speed) / self.rate


def shown_frames(source_frames: int, speed: Fraction) -> int:
    """How many frames a part of a source lasts at another speed; at least one."""
    return max(1, slot(source_frames / speed, Fraction(1)))
