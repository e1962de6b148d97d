"""Killed at any moment, resumed elsewhere, by one runner or two: the same bytes."""

import random
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from tests.integration.local import Rendered, render, start
from tests.testbed.fault_proxy import FaultProxy
from tests.testbed.world import World

KILLS_PER_CLIP = 10
CLIPS = ("bikes.mp4", "bigbuckbunny.mp4", "carphone_pristine.mp4")


def document(clip: Path, name: str, output: str, **video: Any) -> dict[str, Any]:
    settings = {"encoder": "CPU", "crf": 24, "preset": "Slow", "width": 480, **video}
    overlay = {"box": {"stroke": "#FF0000"}, "keyframes": [{"left": 0.1, "top": 0.1, "width": 0.5, "height": 0.5}]}
    return {
        "apiVersion": "spotreel.dev/v1alpha1",
        "kind": "VideoJob",
        "metadata": {"name": name},
        "spec": {
            "inputs": [{"uri": clip.as_uri()}],
            "timeline": {"clips": [{"start": "200ms"}], "overlays": [overlay]},
            "outputs": [{"uri": output, "video": settings}],
            "checkpoint": {"segmentFrames": 30},
        },
    }


def reference(clip: Path, folder: Path) -> Rendered:
    return render(document(clip, "reference", (folder / "reference.mp4").as_uri()), folder)


@pytest.mark.parametrize("clip", CLIPS)
def test_killed_at_random_moments(world: World, footage: Path, tmp_path: Path, clip: str) -> None:
    """Ten SIGKILLs a clip; each next runner starts in a folder of its own and finds only what is in S3."""
    wanted = reference(footage / clip, tmp_path).sha256
    key = f"out/killed-{clip}"
    job = document(footage / clip, "killed", f"s3://media/{key}")
    chance = random.Random(clip)
    kills, rounds = 0, 0
    while kills < KILLS_PER_CLIP:
        rounds += 1
        work = f"s3://media/checkpoints/killed-{clip}-{rounds}/"
        while kills < KILLS_PER_CLIP:
            folder = tmp_path / f"attempt-{rounds}-{kills}"
            folder.mkdir()
            process = start(job, folder, world.s3.environment(), ("--workspace", work))
            time.sleep(chance.uniform(0.3, 2.2))
            if process.poll() is not None:
                break
            process.send_signal(signal.SIGKILL)
            process.wait()
            kills += 1
        process = start(job, tmp_path, world.s3.environment(), ("--workspace", work))
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
        assert world.sha256_of(key) == wanted
        world.s3.client().delete_object(Bucket="media", Key=key)


def test_two_runners_at_once(world: World, footage: Path, tmp_path: Path) -> None:
    clip = footage / "bikes.mp4"
    wanted = reference(clip, tmp_path).sha256
    job = document(clip, "twins", "s3://media/out/twins.mp4")
    job["spec"]["checkpoint"]["retain"] = "Always"
    options = ("--workspace", "s3://media/checkpoints/twins/")
    twins = [start(job, tmp_path, world.s3.environment(), options) for _ in range(2)]
    said = [twin.communicate(timeout=120) for twin in twins]
    assert [twin.returncode for twin in twins] == [0, 0], said
    assert world.sha256_of("out/twins.mp4") == wanted
    told = {key: world.s3.client().head_object(Bucket="media", Key=key)["Metadata"] for key in parts(world, "twins")}
    plan = world.sha256_of("checkpoints/twins/plan.json")
    assert {metadata["plan"] for metadata in told.values()} == {plan}, "whoever has made it"
    assert {metadata["sha256"] for metadata in told.values()} == {world.sha256_of(key) for key in told}
    assert {metadata["attempt"] for metadata in told.values()} == {"twins-local"}
    assert len({metadata.get("fingerprint") for metadata in told.values()}) == 1


def parts(world: World, name: str) -> list[str]:
    """Keys of the segments in a workspace."""
    listed = world.s3.client().list_objects_v2(Bucket="media", Prefix=f"checkpoints/{name}/segments/main/")
    return [item["Key"] for item in listed["Contents"]]


def test_sigint_keeps_segments_and_the_same_command_goes_on(footage: Path, tmp_path: Path) -> None:
    clip = footage / "bikes.mp4"
    wanted = reference(clip, tmp_path).sha256
    job = document(clip, "stopped", (tmp_path / "stopped.mp4").as_uri())
    process = start(job, tmp_path)
    deadline = time.monotonic() + 30
    while not list(tmp_path.glob(".spotreel/stopped-*/segments/main/000000.mp4")) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 75
    assert "kept in .spotreel/stopped-" in errors
    assert not (tmp_path / "stopped.mp4").exists()
    again = render(job, tmp_path)
    assert "resume" in again.stdout
    assert again.sha256 == wanted
    assert not list(tmp_path.glob(".spotreel/stopped-*/*")), "the workspace of a finished job is removed"


def test_store_that_fails_one_request_in_ten(world: World, footage: Path, tmp_path: Path) -> None:
    """500, 503, cut connections, 409, spurious 412, lost acknowledgements."""
    wanted = reference(footage / "bikes.mp4", tmp_path).sha256
    with FaultProxy(world.s3.endpoint, share=0.1) as proxy:
        job = document(footage / "bikes.mp4", "faulty", "s3://media/out/faulty.mp4")
        job["spec"]["inputs"] = [{"uri": "s3://media/bikes.mp4"}]
        env = {**world.s3.environment(), "AWS_ENDPOINT_URL": proxy.endpoint}
        for run in range(3):
            process = start(job, tmp_path, env, ("--workspace", f"s3://media/checkpoints/faulty-{run}/"))
            _, errors = process.communicate(timeout=180)
            assert process.returncode == 0, errors
            assert world.sha256_of("out/faulty.mp4") == wanted
            world.s3.client().delete_object(Bucket="media", Key="out/faulty.mp4")
    assert sum(proxy.injected.values()) >= 5, proxy.injected
