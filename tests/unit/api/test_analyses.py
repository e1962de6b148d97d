"""Kinds of analyses, and what is said of their detectors."""

from typing import Any, get_args

import pytest

from job_runner.cli import detect_arguments
from job_runner.detection import fitting, formats, values
from tests.unit.api.specs import GOOD
from videojob_api.analyses import ANALYSIS_KINDS, Analysis, Channels, DetectionFormat, Detections, Fit, Values

MADE = [Analysis.model_validate(analysis) for analysis in GOOD["analyses"]]


def test_each_kind_is_found_by_its_field() -> None:
    assert [type(analysis.kind) for analysis in MADE] == list(ANALYSIS_KINDS.values())


@pytest.mark.parametrize("analysis", MADE, ids=lambda analysis: analysis.name)
def test_detectors_are_told_from_others(analysis: Analysis) -> None:
    detects = issubclass(type(analysis.kind), Detections)
    assert (analysis.detections is analysis.kind) == detects == (analysis.detections is not None)


@pytest.mark.parametrize(
    ("words", "known", "typed"),
    [
        (DetectionFormat, formats.FORMATS, detect_arguments.FORMATS),
        (Fit, fitting.FITS, detect_arguments.FITS),
        (Values, values.VALUES, detect_arguments.VALUES),
        (Channels, ("RGB", "BGR"), detect_arguments.ORDERS),
    ],
)
def test_a_spec_a_command_line_and_a_runner_know_the_same_words(words: Any, known: Any, typed: tuple[str, ...]) -> None:
    """The command's start loads neither models of the API nor NumPy, so that each has its list."""
    assert get_args(words) == tuple(known) == typed
