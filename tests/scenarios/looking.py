"""A job that looks at its input, for motion and for faces; in a cluster, and the same at a desk."""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import duckdb

from tests.integration.local import run
from tests.scenarios.ground import VIDEO
from tests.testbed.cache import footage
from tests.testbed.world import World

Object = dict[str, Any]

CLIP, MODEL = "carphone_pristine.mp4", "faces.onnx"
PICTURE = (528, 432)
"""Of the model: three times the clip's, for some ten seconds of work on one core, in three windows."""

REEL = {
    "clipsFrom": {"analysis": "moving", "padding": {"before": "0s", "after": "0s"}},
    "overlays": [{"blur": {}, "keyframesFrom": {"analysis": "people", "margin": 0.2, "hold": "500ms"}}],
}
"""What moves, every face blurred."""


def looking(name: str, inputs: Callable[[str], str], outputs: Callable[[str], str], reel: bool) -> Object:
    """A VideoJob whose files lie where `inputs` and `outputs` say; with a reel, or with results alone."""
    made = [{"uri": outputs(f"{name}.mp4"), "video": {**VIDEO, "width": 960, "height": 720}}]
    spec = {
        "inputs": [{"name": "call", "uri": inputs(CLIP)}, {"name": "faces", "uri": inputs(MODEL)}],
        "analyses": [
            {"name": "moving", "input": "call", "motion": {}},
            {"name": "people", "input": "call", "detect": {"model": {"input": "faces"}, "track": {}}},
        ],
        **({"timeline": REEL, "outputs": made} if reel else {}),
        "results": [
            {"analysis": "moving", "uri": outputs(f"{name}.moving.ndjson.gz")},
            {"analysis": "people", "uri": outputs(f"{name}.people.ndjson.gz")},
        ],
        "checkpoint": {"retain": "Always", "segmentFrames": 30, "uri": outputs("work/")},
    }
    return {"apiVersion": "spotreel.dev/v1alpha1", "kind": "VideoJob", "metadata": {"name": name}, "spec": spec}


def in_the_store(name: str, reel: bool = False) -> Object:
    """Everything in the bucket of the testbed."""
    return looking(name, "s3://media/{}".format, "s3://media/out/{}".format, reel)


class Desk:
    """The reel, made by `spotreel render` in a folder; the model lies in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def model(self) -> Path:
        """The detector's file."""
        return self.folder / MODEL

    @cached_property
    def files(self) -> dict[str, bytes]:
        """What the job writes, by the ends of its names."""
        places = {CLIP: footage() / CLIP, MODEL: self.model}
        job = looking("desk", lambda file: places[file].as_uri(), lambda file: f"{self.folder.as_uri()}/{file}", True)
        run(job, self.folder)
        paths = [Path(urlsplit(each["uri"]).path) for kind in ("outputs", "results") for each in job["spec"][kind]]
        return {path.name.removeprefix("desk"): path.read_bytes() for path in paths}


def windows_done(status: Object) -> int:
    """Of the detector."""
    return sum(a["windows"] for a in status.get("analyses", []) if a["name"] == "people")


def running_node(status: Object) -> str:
    """Where the attempt is that has no verdict."""
    return str(next(a["node"] for a in status["attempts"] if not a.get("verdict")))


def check_same(world: World, name: str, status: Object, desk: Desk) -> None:
    """What the job has written are the bytes of the desk, and DuckDB reads as many rows as the status says."""
    written = [*(status.get("outputs") or []), *status["results"]]
    for each in written:
        file = Path(each["uri"]).name
        found = bytes(world.s3.client().get_object(Bucket="media", Key=f"out/{file}")["Body"].read())
        assert found == desk.files[file.removeprefix(name)], f"{file} differs from that of the desk"
        if "rows" in each:
            (desk.folder / file).write_bytes(found)
            assert each["rows"] == duckdb.sql(f"select count(*) from '{desk.folder / file}'").fetchall()[0][0]
