"""What is said of specs that are right, and perhaps not meant."""

from typing import Any

import pytest

from videojob_api.names import Note
from videojob_api.order import Work
from videojob_api.spec_notes import spec_notes

RESULT = {"analysis": "moving", "uri": "s3://media/rows.ndjson.gz"}
BLUR = {"blur": {}, "keyframesFrom": {"analysis": "people"}}


def work(**more: Any) -> Work:
    base = {
        "inputs": [{"name": name, "uri": f"s3://media/{name}"} for name in ("match", "model")],
        "analyses": [
            {"name": "moving", "input": "match", "motion": {}},
            {"name": "people", "input": "match", "detect": {"model": {"input": "model"}}},
        ],
        "outputs": [{"uri": "s3://media/o.mp4"}],
    }
    return Work.model_validate(base | more)


@pytest.mark.parametrize(
    ("more", "unused"),
    [
        ({}, ["moving", "people"]),
        ({"timeline": {"clipsFrom": {"analysis": "moving"}}}, ["people"]),
        ({"timeline": {"clipsFrom": {"any": ["moving", "people"]}}}, []),
        ({"timeline": {"overlays": [BLUR]}}, ["moving"]),
        ({"timeline": {"overlays": [BLUR]}, "results": [RESULT]}, []),
    ],
)
def test_an_analysis_that_nothing_names_is_told(more: dict[str, Any], unused: list[str]) -> None:
    notes = spec_notes(work(**more))
    assert [note.message.split()[1] for note in notes] == unused
    assert {note.reason for note in notes} <= {Note.ANALYSIS_UNUSED}
