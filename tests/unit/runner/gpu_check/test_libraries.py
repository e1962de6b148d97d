"""The driver, its libraries and ours."""

import importlib.util
from pathlib import Path

import pytest

from job_runner.gpu_check.found import NotHereError, Outcome
from job_runner.gpu_check.libraries import CHECK, driver, find, library
from tests.unit.runner.gpu_check.grounds import on_cpu, on_cuda, without_gpu


@pytest.mark.parametrize(
    ("text", "outcome"), [("570.86.15", Outcome.OK), ("580", Outcome.OK), ("535.183.01", Outcome.FAILED)]
)
def test_the_least_driver(text: str, outcome: Outcome) -> None:
    found = driver(text)
    assert found.outcome == outcome and found.figures == {"version": text}
    assert ("install a newer driver" in found.words) == (outcome == Outcome.FAILED)


def test_a_library_that_is_there_and_one_that_is_not() -> None:
    assert library("libc.so.6").outcome == Outcome.OK
    assert library("libnothing.so.1").outcome == Outcome.FAILED


def test_ours(tmp_path: Path) -> None:
    found = find("FFmpeg", on_cpu(tmp_path))
    assert found.outcome == Outcome.OK and str(found.figures["av"]) in found.words


def test_torch_is_not_a_must(tmp_path: Path) -> None:
    if importlib.util.find_spec("torch"):
        assert find("torch", on_cpu(tmp_path)).outcome == Outcome.OK
    else:
        with pytest.raises(NotHereError, match="torch is not installed"):
            find("torch", on_cpu(tmp_path))


@pytest.mark.parametrize("subject", ["driver", "GPU", "libcuda.so.1"])
def test_nothing_of_a_driver_where_the_cpu_stands_in(subject: str, tmp_path: Path) -> None:
    assert subject in CHECK.subjects
    with pytest.raises(NotHereError, match="the CPU stands in"):
        find(subject, on_cpu(tmp_path))


@without_gpu
@pytest.mark.parametrize("subject", ["driver", "GPU"])
def test_no_driver_to_ask(subject: str, tmp_path: Path) -> None:
    with pytest.raises(NotHereError, match="libnvidia-ml"):
        find(subject, on_cuda(tmp_path))
