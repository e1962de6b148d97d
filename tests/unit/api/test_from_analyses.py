"""Overlays on tracks and crops that follow: what they are called by, and their limits."""

from typing import Any

import pytest
from pydantic import ValidationError

from videojob_api.by_type import places
from videojob_api.fields import NamesAnalysis
from videojob_api.from_analyses import Follow, Padding, TracksFrom
from videojob_api.model import Model


@pytest.mark.parametrize("kind", [TracksFrom, Follow])
def test_the_only_analysis_needs_no_name_and_all_its_things_count(kind: type[Model]) -> None:
    """And that it names an analysis is told by its type, as rules of the spec find it."""
    assert kind().plain() | {"analysis": "main"} == kind().plain() and "label" not in kind().plain()
    assert list(places(kind, NamesAnalysis)) == [("analysis",)]


@pytest.mark.parametrize("value", [{"margin": 0}, {"margin": 2}, {"hold": "0s"}, {"place": "Below"}], ids=str)
def test_tracks_within_the_limits(value: dict[str, Any]) -> None:
    assert TracksFrom.model_validate(value).plain() == TracksFrom().plain() | value


@pytest.mark.parametrize("value", [{"height": 0.001}, {"height": 1}, {"smooth": "0s"}], ids=str)
def test_follows_within_the_limits(value: dict[str, Any]) -> None:
    assert Follow.model_validate(value).plain() == Follow().plain() | value


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (TracksFrom, {"margin": -0.1}),
        (TracksFrom, {"margin": 2.1}),
        (TracksFrom, {"place": "Beside"}),
        (TracksFrom, {"label": ""}),
        (TracksFrom, {"label": "x" * 64}),
        (TracksFrom, {"minScore": 0.5}),
        (Follow, {"height": 0}),
        (Follow, {"height": 1.01}),
        (Follow, {"label": "x" * 64}),
        (Follow, {"width": 0.5}),
        (Padding, {"around": "1s"}),
    ],
    ids=str,
)
def test_what_is_none(kind: type[Model], value: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        kind.model_validate(value)
