"""How loud a sound is, moment by moment, and how far above what is usual around it."""

from bisect import bisect_left, insort
from collections.abc import Sequence
from math import log10

import numpy as np
import numpy.typing as npt

SILENCE = -700
"""Tenths of a decibel below full scale: nothing is softer."""
FLOOR = -500
"""What is usual is never softer than this: in a quiet room a rustle is no event."""


def level(samples: npt.NDArray[np.float32]) -> int:
    """Tenths of a decibel of the mean power of all channels; 0 is a full square wave.

    Decoders of lossy sound count in floats, which machines round differently: in tenths they agree.
    """
    power = float(np.square(samples, dtype=np.float64).mean()) if samples.size else 0.0
    return max(SILENCE, round(100 * log10(power))) if power > 0 else SILENCE


def silent_from(levels: Sequence[int]) -> int:
    """The moment from which on nothing at all is heard; as many as there are if something is heard to the end."""
    return next((number + 1 for number in reversed(range(len(levels))) if levels[number] > SILENCE), 0)


def above_usual(levels: Sequence[int], window: int) -> list[int]:
    """How far each level is above the median of `window` moments around it, in tenths of a decibel; 0 if it is not."""
    half, end = window // 2, len(levels)
    around = sorted(levels[: min(half, end)])
    result = []
    for number, own in enumerate(levels):
        if (coming := number + half) < end:
            insort(around, levels[coming])
        if (gone := number - half - 1) >= 0:
            del around[bisect_left(around, levels[gone])]
        result.append(max(0, own - max(FLOOR, around[(len(around) - 1) // 2])))
    return result
