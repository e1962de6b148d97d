"""Seeks on the device's decoder: each frame that is asked for against the one that the CPU decodes on the way."""

from job_runner.gpu_check.check import Check
from job_runner.gpu_check.clips import BY_NAME, clip_of, on_cpu, on_device
from job_runner.gpu_check.compare import compared
from job_runner.gpu_check.found import Found
from job_runner.gpu_check.ground import Ground
from job_runner.media.semiplanar import planes_of

STEP = 7
"""Frames between two seeks: it meets key frames, what is before and behind them, and the middle of GOPs."""


def find(subject: str, ground: Ground) -> Found:
    """Of a codec at a depth. Backwards, as nothing that lies ahead is sought for."""
    pattern = BY_NAME[subject]
    path = clip_of(pattern, ground)
    with on_cpu(path) as cpu, on_device(path, ground) as device:
        straight = [planes_of(cpu.at(number)) for number in range(ground.extent.frames)]
        pairs = ((straight[number], planes_of(device.at(number))) for number in backwards(ground.extent.frames))
        return compared(pairs).found(pattern.exact)


def backwards(frames: int) -> range:
    """Which are asked for."""
    return range(frames - 1, -1, -STEP)


CHECK = Check("seeks", tuple(BY_NAME), find)
