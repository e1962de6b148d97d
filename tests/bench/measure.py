"""Wall and CPU time of a command, and ratios of pairs."""

import os
import subprocess
import tempfile
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
        return f"{median(self.values):.2f} s{beside}"


def timed(command: Sequence[str], folder: Path, env: Mapping[str, str] = {}, core: int | None = None) -> Run:
    """Runs a command to its end, on one core if it is named. Raises CalledProcessError with what it said."""
    began = time.monotonic()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **env},
            stdout=said,
            stderr=said,
            stdin=subprocess.DEVNULL,
            preexec_fn=None if core is None else lambda: os.sched_setaffinity(0, {core}),
        )
        # Of this very process and its children, whatever else ends meanwhile.
        _, status, used = os.wait4(process.pid, 0)
        wall = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise subprocess.CalledProcessError(process.returncode, command, said.read())
    return Run(wall, used.ru_utime + used.ru_stime)
