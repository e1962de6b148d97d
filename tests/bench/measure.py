"""Wall and CPU time of a command, and ratios of pairs."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median


@dataclass(frozen=True)
class Run:
    """Seconds: on the clock, and of all cores together."""

    wall: float
    cpu: float


@dataclass(frozen=True)
class Ratio:
    """The other's time over ours, pair by pair."""

    name: str
    values: Sequence[float]
    goal: str
    notes: Sequence[str] = field(default_factory=tuple)

    @property
    def median(self) -> float:
        """Of the pairs."""
        return median(self.values)


@dataclass(frozen=True)
class Seconds:
    """Times with something beside them that they are to be compared with."""

    name: str
    values: Sequence[float]
    beside: Sequence[float]
    goal: str

    def text(self) -> str:
        """Both, in one line."""
        beside = f", of which {median(self.beside):.1f} s for the segment itself" if self.beside else ""
        return f"{median(self.values):.1f} s{beside}"


def timed(command: Sequence[str], folder: Path, env: Mapping[str, str] = {}) -> Run:
    """Runs a command to its end. Raises CalledProcessError with what it said."""
    before, began = os.times(), time.monotonic()
    subprocess.run(
        command, cwd=folder, env={**os.environ, **env}, check=True, capture_output=True, stdin=subprocess.DEVNULL
    )
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Run(time.monotonic() - began, cpu)
