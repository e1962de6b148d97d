"""A job that looks at its inputs, from `kubectl apply` to its results in S3, losing its nodes on the way."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.integration.conftest import NAMESPACE
from tests.integration.local import run
from tests.integration.test_line import conditions, events
from tests.testbed.world import World
from tests.unit.runner.faces import face_detector

Object = dict[str, Any]

pytestmark = pytest.mark.usefixtures("operator")

CLIP, MODEL = "carphone_pristine.mp4", "faces.onnx"
ANALYSES = [
    {"name": "moving", "input": "call", "motion": {}},
    {"name": "people", "input": "call", "detect": {"model": {"input": "faces"}, "track": {}}},
]
COLUMNS = "frame, time, label, score, x1, y1, x2, y2, track"


@pytest.fixture(scope="session")
def model(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """MTCNN on pictures of three times the clip's size: some ten seconds of work on one core, in three windows."""
    path = tmp_path_factory.mktemp("models") / MODEL
    path.write_bytes(face_detector(528, 432))
    world.upload(MODEL, path)
    return path


def analyzing(name: str, inputs: Callable[[str], str], outputs: Callable[[str], str], **spec: Any) -> Object:
    """A VideoJob whose files lie where `inputs` and `outputs` say."""
    results = [
        {"analysis": "moving", "uri": outputs(f"{name}.moving.ndjson.gz")},
        {"analysis": "people", "uri": outputs(f"{name}.people.ndjson.gz")},
    ]
    base = {
        "inputs": [{"name": "call", "uri": inputs(CLIP)}, {"name": "faces", "uri": inputs(MODEL)}],
        "analyses": ANALYSES,
        "results": results,
        "checkpoint": {"retain": "Always", "segmentFrames": 30, "uri": outputs("work/")},
    }
    head = {"apiVersion": "spotreel.dev/v1alpha1", "kind": "VideoJob"}
    return {**head, "metadata": {"name": name}, "spec": {**base, **spec}}


def in_the_store(name: str, **spec: Any) -> Object:
    return analyzing(name, "s3://media/{}".format, "s3://media/out/{}".format, **spec)


def at_the_desk(name: str, folder: Path, footage: Path, model: Path, **spec: Any) -> Object:
    """Renders it there; its results and output lie in the folder."""
    places = {CLIP: footage / CLIP, MODEL: model}
    made = analyzing(name, lambda file: places[file].as_uri(), lambda file: f"{folder.as_uri()}/{file}", **spec)
    run(made, folder)
    return made


def windows_done(world: World, name: str) -> int:
    """Of the detector."""
    return sum(a["windows"] for a in world.status(name, NAMESPACE).get("analyses", []) if a["name"] == "people")


def running_node(world: World, name: str) -> str:
    return str(next(a["node"] for a in world.status(name, NAMESPACE)["attempts"] if not a.get("verdict")))


def bytes_of(world: World, key: str) -> bytes:
    return bytes(world.s3.client().get_object(Bucket="media", Key=key)["Body"].read())


def test_killed_while_it_looks_goes_on_from_its_windows(
    world: World, name: str, footage: Path, model: Path, tmp_path: Path
) -> None:
    world.apply(in_the_store(name), NAMESPACE)
    world.wait_for(lambda: windows_done(world, name), 60)
    world.preempt(running_node(world, name), notice=0)
    status = world.wait_finished(name, NAMESPACE)
    assert status["phase"] == "Succeeded", status
    assert [a["verdict"] for a in status["attempts"]] == ["Disruption", "Succeeded"]
    assert conditions(status) | {"Finished": "True", "Complete": "True", "Failed": "False"} == conditions(status)
    assert not status.get("outputs") and not status.get("plan")
    assert "Resumed" in events(world, name) and status["message"].endswith(" are there")
    moving, people = status["analyses"]
    assert moving == {"name": "moving", "windows": 1, "total": 1, "events": 1}
    assert (people["windows"], people["total"]) == (3, 3) and people["detections"] >= 120 and people["tracks"] >= 1
    assert 1 <= status["attempts"][1]["windows"] < 4, "what the first attempt has looked at is not looked at again"
    assert (status["progress"]["percent"], status["progress"]["frames"]) == (100, 240)
    _equal_to_the_desk(world, name, status, at_the_desk(name, tmp_path, footage, model), tmp_path)
    row = world.kubectl("get", "vj", name, "-n", NAMESPACE).splitlines()[1].split()
    assert row[:5] == [name, "Succeeded", "100%", "1", "ResultCommitted"], row


def _equal_to_the_desk(world: World, name: str, status: Object, desk: Object, folder: Path) -> None:
    for result, wanted in zip(status["results"], desk["spec"]["results"], strict=True):
        file = Path(wanted["uri"]).name
        assert result["uri"] == f"s3://media/out/{file}"
        fetched = folder / f"fetched-{file}"
        fetched.write_bytes(bytes_of(world, f"out/{file}"))
        assert fetched.read_bytes() == (folder / file).read_bytes()
        assert result["rows"] == duckdb.sql(f"select count(*) from '{fetched}'").fetchall()[0][0]
