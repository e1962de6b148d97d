"""Kinds of analyses, and what is said of their detectors."""

import pytest

from tests.unit.api.specs import GOOD
from videojob_api.analyses import ANALYSIS_KINDS, Analysis, Detections

MADE = [Analysis.model_validate(analysis) for analysis in GOOD["analyses"]]


def test_each_kind_is_found_by_its_field() -> None:
    assert [type(analysis.kind) for analysis in MADE] == list(ANALYSIS_KINDS.values())


@pytest.mark.parametrize("analysis", MADE, ids=lambda analysis: analysis.name)
def test_detectors_are_told_from_others(analysis: Analysis) -> None:
    detects = issubclass(type(analysis.kind), Detections)
    assert (analysis.detections is analysis.kind) == detects == (analysis.detections is not None)
