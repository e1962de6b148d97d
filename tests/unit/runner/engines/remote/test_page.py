"""The page's options, exit codes and bounds are those of the code, and the tests that it names are there."""

import argparse
import re

import yaml

from job_runner.cli.detect_arguments import add_detection
from job_runner.cli.detect_options import FIRST, LATER
from job_runner.engines.outputs import MOST_VALUES
from job_runner.engines.remote.again import MOST_FAILURES
from job_runner.engines.remote.channel import MOST_BYTES
from job_runner.engines.remote.connect import MOST_AT_ONCE
from tests.testbed.cache import ROOT
from videojob_api.analyses import Analysis

PAGE = (ROOT / "docs" / "analysis-engines.md").read_text()


def test_options() -> None:
    parser = argparse.ArgumentParser()
    add_detection(parser.add_argument_group())
    wanted = {f"--{name.replace('_', '-')}" for name in vars(parser.parse_args([])) if name.startswith("engine")}
    assert set(re.findall(r"^\| `(--engine[a-z-]*)", PAGE, re.M)) == wanted


def test_numbers() -> None:
    assert f"for {FIRST:.0f} s before the first answer, {LATER:.0f} s after it" in PAGE
    assert f"1 to {MOST_AT_ONCE}" in PAGE and f"{MOST_VALUES // 10**6} million values" in PAGE
    assert f"at most {MOST_BYTES >> 20} MiB" in PAGE and f"more than {MOST_BYTES >> 20} MiB" in PAGE
    assert MOST_FAILURES == 3 and "| twice |" in PAGE


def test_tests_that_it_names() -> None:
    there = {path.stem for path in (ROOT / "tests").rglob("test_*.py")}
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    assert len(named) >= 5 and not named - there


def test_the_analysis_that_it_shows() -> None:
    shown = yaml.safe_load(re.findall(r"```yaml\n(.*?)```", PAGE, re.S)[0])["analyses"]
    assert [Analysis.model_validate(each).remote is not None for each in shown] == [True]
