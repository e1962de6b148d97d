"""Operator, runner, command and configuration are of one version."""

import pytest

import job_runner
import spotreel_operator
from job_runner.cli.main import main
from tests.generate import version
from tests.testbed.cache import ROOT
from videojob_api.config import Runner
from videojob_api.release import RELEASE


def test_it_is_the_projects() -> None:
    assert version.current(ROOT) == RELEASE, "run `make generate`"


def test_everybody_has_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert job_runner.__version__ == spotreel_operator.__version__ == RELEASE
    assert Runner().image == f"spotreel/runner:{RELEASE}"
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == f"spotreel {RELEASE}\n"
