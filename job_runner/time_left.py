"""How long the work still takes: each stage at a speed of its own, which is known once it runs. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """A stage: frames of it that are left, and frames a second; 0 where nobody knows yet."""

    left: int
    fps: float = 0.0


@dataclass(frozen=True)
class TimeLeft:
    """Seconds; `at_least` where stages follow whose speed nobody knows."""

    seconds: float
    at_least: bool = False


def time_left(parts: Sequence[Part]) -> TimeLeft | None:
    """Of all stages; None where there is work and no speed at all."""
    unfinished = [part for part in parts if part.left > 0]
    known = [part for part in unfinished if part.fps > 0]
    if unfinished and not known:
        return None
    return TimeLeft(sum(part.left / part.fps for part in known), len(known) < len(unfinished))
