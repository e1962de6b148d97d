"""A copy of a job."""

from typing import Any

import pytest

from spotreel.copies import copied, free_name
from spotreel.errors import NotUploadable
from spotreel.job import Job
from tests.unit.client.api_server import videojob


@pytest.mark.parametrize(
    ("name", "taken", "made"),
    [
        ("reel", [], "reel-2"),
        ("reel", ["reel", "reel-2"], "reel-3"),
        ("reel-2", ["reel-2", "reel-3"], "reel-4"),
        ("final-2026", [], "final-2026-2"),
        ("a" * 40, [], "a" * 38 + "-2"),
        ("a" * 37 + "-b2", [], "a" * 37 + "-2"),
    ],
)
def test_names(name: str, taken: list[str], made: str) -> None:
    assert free_name(name, taken) == made and len(made) <= 40


def job(**spec: Any) -> Job:
    made = videojob()
    labels = {"kueue.x-k8s.io/queue-name": "video"}
    return Job({**made, "metadata": {**made["metadata"], "labels": labels}, "spec": {**made["spec"], **spec}})


def test_all_else_is_the_same() -> None:
    original = job(suspend=True, deadline="1h")
    made = copied(original, "reel-2", None)
    assert made["metadata"] == {"name": "reel-2", "labels": {"kueue.x-k8s.io/queue-name": "video"}}
    assert made["spec"]["outputs"] == [{"uri": "s3://media/out/reel-2.mp4"}]
    assert made["spec"]["deadline"] == "1h" and "suspend" not in made["spec"] and original.spec["suspend"]


def test_files_get_the_new_name() -> None:
    results = [{"uri": f"s3://m/{n}"} for n in ("people.ndjson.gz", "reel-loud.ndjson.gz", "reelish.gz")]
    made = copied(job(results=[*results, {"sql": {}}]), "reel-2", "s3://m/x.mp4")
    assert made["spec"]["outputs"][0]["uri"] == "s3://m/x.mp4"
    uris = [item.get("uri") for item in made["spec"]["results"]]
    named = ["people-reel-2.ndjson.gz", "reel-2-loud.ndjson.gz", "reelish-reel-2.gz"]
    assert uris == [*(f"s3://m/{file}" for file in named), None]


def test_an_output_where_there_is_none() -> None:
    with pytest.raises(NotUploadable, match=r"reel has no output that could go to s3://m/x.mp4"):
        copied(job(outputs=[]), "reel-2", "s3://m/x.mp4")
