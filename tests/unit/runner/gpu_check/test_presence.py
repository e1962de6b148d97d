"""Whether there is a GPU, and why not."""

from job_runner.gpu_check.presence import DRIVER, loaded, missing_gpu
from tests.unit.runner.gpu_check.grounds import without_gpu


@without_gpu
def test_why_there_is_none() -> None:
    why = missing_gpu()
    assert why and (DRIVER in why or "driver" in why)


def test_libraries() -> None:
    assert not isinstance(loaded("libc.so.6"), str)
    said = loaded("libnothing.so.1")
    assert isinstance(said, str) and said.startswith("libnothing.so.1 cannot be loaded (")
    assert said.count("libnothing") == 1 and "NVIDIA_DRIVER_CAPABILITIES=compute,utility,video" in said
