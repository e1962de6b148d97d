"""Decoded frames as tensors without a copy, against the CPU's: what the device's decoder and torch hand each other."""

from job_runner.gpu_check.check import Check
from job_runner.gpu_check.clips import BY_NAME, clip_of, on_cpu, on_device
from job_runner.gpu_check.compare import compared
from job_runner.gpu_check.found import Found
from job_runner.gpu_check.ground import Ground
from job_runner.gpu_check.tensors import here, ready, taken
from job_runner.media.semiplanar import planes_of

SUBJECTS = ("h264 8 bit", "hevc 8 bit", "hevc 10 bit", "av1 10 bit")


def find(subject: str, ground: Ground) -> Found:
    """Of a codec at a depth. torch begins first, as in a runner: the decoder has to use its context."""
    ready(ground.device)
    pattern = BY_NAME[subject]
    path = clip_of(pattern, ground)
    with on_cpu(path) as cpu, on_device(path, ground, stays=True) as device:
        numbers = range(ground.extent.frames)
        pairs = ((planes_of(cpu.at(n)), here(taken(device.at(n).planes, pattern.depth))) for n in numbers)
        return compared(pairs).found()


CHECK = Check("tensors", SUBJECTS, find)
