"""The device's decoder against the CPU's, frame by frame, straight through a file."""

from job_runner.gpu_check.check import Check
from job_runner.gpu_check.clips import BY_NAME, clip_of, on_cpu, on_device
from job_runner.gpu_check.compare import compared
from job_runner.gpu_check.found import Found
from job_runner.gpu_check.ground import Ground
from job_runner.media.semiplanar import planes_of


def find(subject: str, ground: Ground) -> Found:
    """Of a codec at a depth."""
    pattern = BY_NAME[subject]
    path = clip_of(pattern, ground)
    with on_cpu(path) as cpu, on_device(path, ground) as device:
        numbers = range(ground.extent.frames)
        pairs = ((planes_of(cpu.at(number)), planes_of(device.at(number))) for number in numbers)
        return compared(pairs).found(pattern.exact)


CHECK = Check("decoding", tuple(BY_NAME), find)
