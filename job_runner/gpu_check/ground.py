"""What checks stand on: the device, room for files, how much is tried."""

from dataclasses import dataclass
from pathlib import Path

from job_runner.media.hardware import CPU

Size = tuple[int, int]


@dataclass(frozen=True)
class Extent:
    """How large clips are, and how long."""

    frames: int = 90
    size: Size = (640, 360)
    speed_frames: int = 500
    speed_size: Size = (1920, 1080)
    sessions: int = 12
    """The most that are opened at once."""


@dataclass(frozen=True)
class Ground:
    """Of one run of all checks."""

    device: str
    folder: Path
    missing: str | None = None
    """Why there is no GPU to ask, if there is none."""
    ffmpeg: str | None = None
    """The command to compare speed with, if there is one."""
    ffprobe: str | None = None
    extent: Extent = Extent()

    @property
    def stands_in(self) -> bool:
        """Whether the CPU takes the GPU's place: the checks themselves are tried."""
        return self.device == CPU
