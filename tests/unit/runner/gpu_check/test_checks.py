"""All checks, one after the other, with the CPU in the device's place."""

from pathlib import Path

from job_runner.gpu_check.check import lines
from job_runner.gpu_check.checks import CHECKS
from job_runner.gpu_check.found import Outcome
from tests.testbed.cache import ROOT
from tests.unit.project.pages import rows
from tests.unit.runner.effects.kinds import WITHOUT
from tests.unit.runner.gpu_check.grounds import on_cpu


def test_none_fails_and_what_is_not_run_says_why(tmp_path: Path) -> None:
    made = list(lines(CHECKS, on_cpu(tmp_path)))
    assert not [line for line in made if line.found.outcome in (Outcome.FAILED, Outcome.DIFFERS)]
    why = {line.found.words.partition(";")[0] for line in made if line.found.outcome == Outcome.NOT_RUN}
    assert why == {"the CPU stands in for the GPU"} | ({"torch is not installed"} if WITHOUT else set())


def test_decoders_are_asked_before_torch_begins() -> None:
    names = [check.name for check in CHECKS]
    assert names.index("seeks") < names.index("tensors") and len(set(names)) == len(names)


def test_the_page_explains_each() -> None:
    page = (ROOT / "docs" / "gpu.md").read_text().partition("## The checks")[2].partition("\n## ")[0]
    assert [first for first, *_ in rows(page)] == [check.name for check in CHECKS]
