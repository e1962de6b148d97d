"""Reasons of conditions: words that Kubernetes takes, each given by somebody."""

import re

import pytest

from tests.testbed.cache import ROOT
from videojob_api.names import Stage
from videojob_api.reasons import Reason

WORD = re.compile(r"[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?")
"""As the API server asks it of `conditions[].reason`."""
CODE = "".join(
    path.read_text()
    for folder in ("operator", "job_runner", "crds")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if path.name != "reasons.py"
)

STAGES = {str(stage) for stage in Stage}


@pytest.mark.parametrize("reason", Reason)
def test_each_is_a_word_that_the_api_server_takes(reason: Reason) -> None:
    assert WORD.fullmatch(reason) and reason[0].isupper()


@pytest.mark.parametrize("reason", Reason)
def test_each_is_given_by_somebody(reason: Reason) -> None:
    """One that nobody gives would have a section in the docs that nobody needs. Stages of runners become reasons."""
    assert str(reason) in STAGES or re.search(rf"\bReason\.{reason.name}\b", CODE)


def test_each_stage_of_a_runner_is_a_reason() -> None:
    assert set(map(str, Reason)) >= STAGES


def test_no_two_are_the_same_word() -> None:
    assert len(Reason.__members__) == len(list(Reason))
