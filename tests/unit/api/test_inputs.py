"""Inputs and the stores that they lie in: what is taken, and what a field that is left out means."""

from typing import Any

import pytest
from pydantic import ValidationError

from videojob_api.inputs import Input, Storage

URI = "s3://media/match.mp4"


def test_the_only_one_needs_no_name() -> None:
    assert Input(uri=URI).name == "main"


def test_what_is_left_out_is_somebody_elses_to_say() -> None:
    """Of the class, the file, or the pod: a default here would overrule theirs."""
    assert Input(uri=URI).plain() == {"name": "main", "uri": URI}
    assert Storage().plain() == {}


@pytest.mark.parametrize(
    "field",
    [
        {"name": "x" * 64},
        {"etag": "x" * 129},
        {"onDamage": "Skip"},
        {"videoTrack": -1},
        {"audioTrack": 256},
        {"storage": {"endpoint": "https://" + "x" * 512}},
        {"storage": {"checksums": "never"}},
        {"storage": {"addressingStyle": "auto"}},
        {"storage": {"secretRef": {}}},
        {"storage": {"bucket": "media"}},
    ],
    ids=str,
)
def test_what_is_none(field: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Input.model_validate({"uri": URI, **field})


def test_each_may_have_a_store_of_its_own() -> None:
    written = {
        "endpoint": "https://s3.example.com", "region": "eu-central-1", "secretRef": {"name": "media"},
        "addressingStyle": "virtual", "checksums": "whenRequired",
    }  # fmt: skip
    found = Input.model_validate({"uri": URI, "storage": written})
    assert found.storage and found.storage.plain() == written
