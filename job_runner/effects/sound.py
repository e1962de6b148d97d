"""Gains and ramps on samples. Arrays are (channels, samples) of float32, -1 to 1."""

from collections.abc import Sequence
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


def amplitude(decibels: float) -> float:
    """The factor of a gain in dB."""
    return float(10 ** (decibels / 20))
