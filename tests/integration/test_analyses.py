"""Killed while it looks, and after: results and output are those of a run that nobody disturbed."""

import hashlib
import json
import random
import signal
import subprocess
import time
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from tests.integration.local import start
from tests.testbed.fault_proxy import FaultProxy
from tests.testbed.s3 import S3
from tests.unit.runner.media import make_video
from tests.unit.runner.models import bright_model

KILLS = 8
SIZE = (192, 128)
OUTPUT, CUTS = "reel.mp4", "reel.cuts.json"
RESULTS = {"moving": "moving.ndjson.gz", "loud": "loud.parquet", "people": "people.ndjson.gz"}


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a clip of 40 seconds, and a detector that has much to do."""
    folder = tmp_path_factory.mktemp("media")
    make_video(folder / "clip.mp4", frames=1000, size=SIZE, sound=True, options={"preset": "ultrafast"})
    (folder / "model.onnx").write_bytes(bright_model(SIZE))
    return folder


def document(name: str, media: Path, target: str, inputs: str | None = None) -> dict[str, Any]:
    """Three looks, their results, and a reel of where it moves."""
    place = inputs or media.as_uri()
    people = {"name": "people", "input": "clip", "every": 3, "detect": {"model": {"input": "model"}, "track": {}}}
    return {
        "apiVersion": "spotreel.dev/v1alpha1",
        "kind": "VideoJob",
        "metadata": {"name": name},
        "spec": {
            "inputs": [{"name": "clip", "uri": f"{place}/clip.mp4"}, {"name": "model", "uri": f"{place}/model.onnx"}],
            "analyses": [
                {"name": "moving", "input": "clip", "motion": {}},
                {"name": "loud", "input": "clip", "loudness": {"above": "2dB"}},
                people,
            ],
            "timeline": {"clipsFrom": {"analysis": "moving", "minDuration": "200ms", "maxTotal": "4s"}},
            "outputs": [{"uri": f"{target}/{OUTPUT}", "video": {"encoder": "CPU", "crf": 24, "preset": "Medium"}}],
            "results": [{"analysis": of, "uri": f"{target}/{file}"} for of, file in RESULTS.items()],
            "checkpoint": {"segmentFrames": 30},
        },
    }


def sha256_of(store: S3, key: str) -> str:
    return hashlib.sha256(store.client().get_object(Bucket="media", Key=key)["Body"].read()).hexdigest()


def digests(store: S3, folder: str) -> dict[str, str]:
    return {file: sha256_of(store, f"{folder}/{file}") for file in (OUTPUT, CUTS, *RESULTS.values())}


@pytest.fixture(scope="module")
def wanted(media: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The sha256 of each file, of a run in a folder."""
    folder = tmp_path_factory.mktemp("wanted")
    process = start(document("wanted", media, folder.as_uri()), folder, options=("--json",))
    said, errors = process.communicate(timeout=120)
    assert process.returncode == 0, said + errors
    last = json.loads(said.splitlines()[-1])
    assert last["results"][2]["rows"] > 300 and last["analyses"][2]["tracks"] > 1
    cuts = hashlib.sha256((folder / CUTS).read_bytes()).hexdigest()
    return {CUTS: cuts} | {Path(made["uri"]).name: made["sha256"] for made in (*last["outputs"], *last["results"])}


@lru_cache
def client(store: S3) -> Any:
    """Made once: it is asked often."""
    return store.client()


def kept(store: S3, work: str) -> set[str]:
    """Keys of a workspace."""
    pages = client(store).get_paginator("list_objects_v2").paginate(Bucket="media", Prefix=work)
    return {item["Key"].removeprefix(work) for page in pages for item in page.get("Contents", [])}


WORK = "s3://media/checkpoints/"


def killed(store: S3, process: "subprocess.Popen[str]", work: str, more: int, how: signal.Signals) -> int | None:
    """Sends `how` once the workspace has so many `more` objects; the exit code, None if it was killed."""
    before, ends = len(kept(store, work)), time.monotonic() + 120
    while process.poll() is None and len(kept(store, work)) < before + more and time.monotonic() < ends:
        time.sleep(0.05)
    process.send_signal(how)
    code = process.wait(60)
    return None if code == -signal.SIGKILL else code


def ended(process: "subprocess.Popen[str]") -> str:
    """What it has said."""
    said, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    return said


def test_killed_at_random_moments(store: S3, media: Path, wanted: Mapping[str, str], tmp_path: Path) -> None:
    """Each next runner starts in a folder of its own and finds only what is in S3."""
    job, work, chance = document("looks", media, "s3://media/looks"), "checkpoints/looks/", random.Random(3)
    options, env, seen, kills = ("--workspace", WORK + "looks/"), store.environment(), set[str](), 0
    while "plan.json" not in seen or kills < KILLS:
        folder = tmp_path / f"attempt-{kills}"
        folder.mkdir()
        if killed(store, start(job, folder, env, options), work, chance.randrange(1, 4), signal.SIGKILL) is not None:
            break
        seen |= kept(store, work)
        kills += 1
    ended(start(job, tmp_path, env, options))
    assert kills >= 4 and {"analyses.json", "analysis/people/rows.ndjson.gz"} <= seen
    assert digests(store, "looks") == wanted


def test_told_to_stop_it_keeps_windows_and_goes_on(
    store: S3, media: Path, wanted: Mapping[str, str], tmp_path: Path
) -> None:
    job, work = document("stopped", media, "s3://media/stopped"), "checkpoints/stopped/"
    options, env = ("--workspace", WORK + "stopped/"), store.environment()
    process = start(job, tmp_path, env, options)
    assert killed(store, process, work, 4, signal.SIGTERM) == 75
    windows = sum("/0" in key for key in kept(store, work))
    assert process.stderr and f"stopped  {windows} of 10 windows kept in {WORK}stopped/; run the same" in (
        process.stderr.read()
    )
    assert f"resume  {windows} of 10 windows found, {10 - windows} to go" in ended(start(job, tmp_path, env, options))
    assert digests(store, "stopped") == wanted


def test_two_runners_at_once(store: S3, media: Path, wanted: Mapping[str, str], tmp_path: Path) -> None:
    """Neither finds its own file in its way, and a workspace that the other has cleaned up is the end of the work."""
    job = document("twins", media, "s3://media/twins")
    twins = [start(job, tmp_path, store.environment(), ("--workspace", WORK + "twins/")) for _ in range(2)]
    for twin in twins:
        ended(twin)
    assert digests(store, "twins") == wanted


def test_a_store_that_fails_one_request_in_ten(
    store: S3, media: Path, wanted: Mapping[str, str], tmp_path: Path
) -> None:
    """500, 503, cut connections, 409, spurious 412, lost acknowledgements; inputs and results lie there too."""
    for file in ("clip.mp4", "model.onnx"):
        store.client().upload_file(str(media / file), "media", f"in/{file}")
    job = document("faulty", media, "s3://media/faulty", "s3://media/in")
    with FaultProxy(store.endpoint, share=0.1) as proxy:
        env = {**store.environment(), "AWS_ENDPOINT_URL": proxy.endpoint}
        ended(start(job, tmp_path, env, ("--workspace", WORK + "faulty/")))
    assert digests(store, "faulty") == wanted and sum(proxy.injected.values()) >= 3, proxy.injected
