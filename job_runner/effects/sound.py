"""Gains and ramps on samples. Arrays are (channels, samples) of float32, -1 to 1."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Ramp:
    """A rise from silence over `length` samples from `first` on, or if `falls` a fall to it.

    Equal power where two sounds cross, so that their sum is as loud as each; linear elsewhere.
    """

    first: int
    length: int
    falls: bool = False
    equal_power: bool = False

    def gain(self, at: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """0 to 1 for each sample number."""
        share = np.clip((at - self.first + 0.5) / self.length, 0, 1)
        share = 1 - share if self.falls else share
        return np.asarray(np.sqrt(share) if self.equal_power else share)


def shaped(samples: Samples, position: int, gain: float, ramps: Sequence[Ramp]) -> Samples:
    """A piece that begins at sample `position` of what the ramps count, times `gain` and all ramps."""
    active = [r for r in ramps if r.length > 0 and _touches(r, position, samples.shape[1])]
    if not active and gain == 1:
        return samples
    at = np.arange(position, position + samples.shape[1])
    factor = np.full(samples.shape[1], gain)
    for ramp in active:
        factor *= ramp.gain(at)
    return np.asarray(samples * factor, np.float32)


def _touches(ramp: Ramp, position: int, count: int) -> bool:
    """Whether the ramp is anything but 1 in the piece."""
    return position + count > ramp.first if ramp.falls else position < ramp.first + ramp.length


LOUDEST = 1e6
"""Of a sample: 120 dB above full scale. Files of floats can hold more, and no encoder takes it."""


def usable(samples: Samples) -> Samples:
    """The same where all are numbers that mean a sound; others, as damaged files of floats have them, are silent."""
    # What is no number is not less than anything.
    if np.abs(samples).max(initial=0) <= LOUDEST:
        return samples
    return np.where(np.abs(samples) <= LOUDEST, samples, np.float32(0))


def seamless(pieces: Iterable[tuple[int, Samples]], ramp: int) -> Iterator[tuple[int, Samples]]:
    """Pieces by the number of their first sample, so that none overlaps the one before: what was heard, is heard.

    Where one does not follow directly, both ends fall and rise over `ramp` samples: a bare edge would crackle.
    """
    held: tuple[int, Samples] | None = None
    seam = False
    for at, samples in pieces:
        end = held[0] + held[1].shape[1] if held else at
        fresh, seam = (max(at, end), samples[:, max(0, end - at) :]), seam or at != end
        if not fresh[1].shape[1]:
            continue
        if held:
            yield _edged(held, ramp, falls=True) if seam else held
        held, seam = _edged(fresh, ramp, falls=False) if seam else fresh, False
    if held:
        yield held


def _edged(piece: tuple[int, Samples], ramp: int, falls: bool) -> tuple[int, Samples]:
    at, samples = piece
    length = min(ramp, samples.shape[1])
    edge = Ramp(samples.shape[1] - length if falls else 0, length, falls=falls)
    return at, shaped(samples, 0, 1.0, [edge])


def amplitude(decibels: float) -> float:
    """The factor of a gain in dB."""
    return float(10 ** (decibels / 20))
