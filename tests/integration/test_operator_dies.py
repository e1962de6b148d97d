"""The operator is killed between any two of its writes, or is away at the wrong moment."""

import os
import signal
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.testbed.fault_proxy import FaultProxy
from tests.testbed.processes import Child
from tests.testbed.world import World, pid_of
from tests.unit.runner import crashing
from videojob_api.attempt_names import place_at_end

Object = dict[str, Any]
NAMESPACE = "dying"
SHORT = {"uri": "s3://media/carphone_pristine.mp4"}
MOST_WRITES = 12
LANES = 3
PATIENT = {"nodeLost": "3s", "running": "60s"}
"""Runners report to the address of the process that has died; here nobody takes that for silence."""


@pytest.fixture(scope="module")
def namespace(world: World) -> Iterator[str]:
    world.make_namespace(NAMESPACE)
    yield NAMESPACE


def job(name: str, **spec: Any) -> Object:
    video = {"encoder": "CPU", "crf": 23, "preset": "Fast"}
    base: Object = {
        "inputs": [SHORT],
        "outputs": [{"uri": f"s3://media/out/{name}.mp4", "video": video}],
        "checkpoint": {"segmentFrames": 30, "retain": "Always"},
    }
    head = {"apiVersion": "spotreel.dev/v1alpha1", "kind": "VideoJob", "metadata": {"name": name}}
    return {**head, "spec": {**base, **spec}}


def attempts_are_consistent(world: World, name: str, status: Object) -> None:
    """Every attempt in status once, every Job of ours in status, none of them running."""
    names = [a["name"] for a in status["attempts"]]
    assert len(names) == len(set(names))
    jobs = [j for j in world.items("jobs", NAMESPACE) if j["metadata"]["labels"]["spotreel.dev/videojob"] == name]
    assert {j["metadata"]["name"] for j in jobs} <= set(names), "an orphan"
    world.wait_for(lambda: not _active(world, name), 20)


def _active(world: World, name: str) -> bool:
    jobs = [j for j in world.items("jobs", NAMESPACE) if j["metadata"]["labels"]["spotreel.dev/videojob"] == name]
    return any(j["status"].get("active") for j in jobs)


def test_killed_after_each_write(world: World, namespace: str) -> None:
    """The n-th write is acknowledged, the process dies; another takes over. For every n that there is."""
    shas, deaths = set(), 0
    for n in range(1, MOST_WRITES + 1):
        name = f"dies-{n}"
        env = {"SPOTREEL_DIE_AFTER_WRITES": str(n)}
        dying = world.operator(namespace, f"dying-{n}", env, lease="dying", silence=PATIENT)
        world.apply(job(name, parallelism=LANES), namespace)
        world.wait_for(partial(_over, world, name, dying), 60)
        died = dying.process.poll() == -signal.SIGKILL
        dying.stop(grace=5)
        with world.operating(namespace, f"heir-{n}", lease="dying", silence=PATIENT):
            status = world.wait_finished(name, namespace)
        assert status["phase"] == "Succeeded", status
        seen = [place_at_end(a["name"]) for a in status["attempts"]]
        assert len({place.lane for place in seen if place}) == len(seen) == status["counts"]["attempts"], (
            "no double one"
        )
        # Where the heir comes late, little is left: no more lanes are begun for it.
        assert 1 <= len(seen) <= LANES
        attempts_are_consistent(world, name, status)
        shas.add(world.sha256_of(f"out/{name}.mp4"))
        if not died:
            break
        deaths += 1
    assert len(shas) == 1
    assert deaths >= 6, "the switch must really have struck"


def _over(world: World, name: str, dying: Child) -> bool:
    return dying.process.poll() is not None or world.status(name, NAMESPACE).get("phase") == "Succeeded"


def test_away_while_the_runner_is_lost(world: World, namespace: str) -> None:
    """Nobody watched the pod end: the Job's message is what remains."""
    name = "away"
    slow = {"encoder": "CPU", "crf": 20, "preset": "Slow"}
    outputs = [{"uri": f"s3://media/out/{name}.mp4", "video": slow}]
    with world.operating(namespace, "first", lease="away") as first:
        world.apply(job(name, inputs=[{"uri": "s3://media/bikes.mp4"}], outputs=outputs), namespace)
        world.wait_for(lambda: world.status(name, namespace).get("progress", {}).get("segments"), 40)
        first.signal(signal.SIGKILL)
    pods = [p for p in world.items("pods", namespace) if p["metadata"]["labels"]["spotreel.dev/videojob"] == name]
    os.kill(pid_of(pods[0]), signal.SIGKILL)
    world.wait_for(lambda: _job_failed(world, name), 20)
    world.kubectl("delete", "pod", pods[0]["metadata"]["name"], "-n", namespace, "--wait=true")
    with world.operating(namespace, "second", lease="away"):
        status = world.wait_finished(name, namespace)
    assert status["phase"] == "Succeeded"
    assert [a["verdict"] for a in status["attempts"]] == ["Disruption", "Succeeded"]
    assert (status["attempts"][0]["reason"], status["attempts"][0]["exitCode"]) == ("Killed", 137)


def _job_failed(world: World, name: str) -> bool:
    jobs = [j for j in world.items("jobs", NAMESPACE) if j["metadata"]["labels"]["spotreel.dev/videojob"] == name]
    return all(j["status"].get("failed") for j in jobs)


def test_exit_0_without_a_result_is_never_success(world: World, namespace: str) -> None:
    world.make_image("test/liar", "exit 0")
    with world.operating(namespace, "believer", runner={"image": "test/liar"}):
        world.apply(job("liar"), namespace)
        status = world.wait_finished("liar", namespace)
    assert (status["phase"], status["reason"]) == ("Failed", "NoProgress")
    assert {a["reason"] for a in status["attempts"]} == {"NoResult"}
    assert "no new segment in 4 attempts" in status["message"]


def test_crashes_have_a_budget(world: World, namespace: str) -> None:
    world.make_image("test/crasher", "echo >&2 boom; exit 1")
    with world.operating(namespace, "patient", runner={"image": "test/crasher"}):
        world.apply(job("crasher", backoffLimit=1), namespace)
        status = world.wait_finished("crasher", namespace)
    assert (status["phase"], status["reason"]) == ("Failed", "BackoffLimitExceeded")
    assert status["counts"]["crashes"] == len(status["attempts"]) == 2


def test_an_input_that_crashes_ffmpeg_fails_at_once(world: World, namespace: str, tmp_path: Path) -> None:
    """Not after as many crashes on as many nodes, and with the input's name."""
    (tmp_path / "fragile.py").write_text(crashing.program(crashing.DECODING_ANY))
    world.make_image("test/fragile", f'exec {sys.executable} {tmp_path}/fragile.py "$@"')
    with world.operating(namespace, "forgiving", runner={"image": "test/fragile"}):
        world.apply(job("fragile"), namespace)
        status = world.wait_finished("fragile", namespace)
    assert (status["phase"], status["reason"]) == ("Failed", "InputInvalid")
    assert "crashes the decoder (SIGSEGV)" in status["message"] and "ffmpeg -i" in status["message"]
    assert [(a["verdict"], a["exitCode"]) for a in status["attempts"]] == [("Failed", 65)]


def test_only_one_of_two_operators_writes(world: World, namespace: str) -> None:
    with (
        world.operating(namespace, "pair-1", lease="pair") as one,
        world.operating(namespace, "pair-2", lease="pair") as two,
    ):
        world.apply(job("paired"), namespace)
        assert world.wait_finished("paired", namespace)["counts"]["attempts"] == 1
        holder, other = (one, two) if _leads(one) else (two, one)
        assert _leads(holder) and not _leads(other)
        holder.stop(grace=5)
        world.wait_for(lambda: _leads(other), 20)


def _leads(child: Child) -> bool:
    return "lease acquired" in child.log.read_text()


def test_store_that_fails_one_request_in_ten(world: World, namespace: str) -> None:
    """Through the whole line: errors, time-outs, conflicts and lost acknowledgements between runner and store."""
    with (
        FaultProxy(world.s3.endpoint, share=0.1, seed=7) as proxy,
        world.operating(namespace, "unlucky", endpoint=proxy.endpoint),
    ):
        world.apply(job("unlucky"), namespace)
        status = world.wait_finished("unlucky", namespace)
    assert status["phase"] == "Succeeded", status
    assert proxy.injected, "the proxy must really have struck"
    assert world.sha256_of("out/unlucky.mp4") == status["outputs"][0]["sha256"]


def test_installed_as_a_user_would(world: World) -> None:
    """`kubectl apply -k`: the manifests' own rights suffice, under the restricted pod security."""
    world.make_namespace("plain")
    world.install_operator()
    document = job("installed")
    world.apply(document, "plain")
    status = world.wait_finished("installed", "plain")
    assert status["phase"] == "Succeeded", status
    logs = "".join(p.read_text() for p in (world.folder / "agent" / "logs").glob("spotreel-system_*"))
    assert "forbidden" not in logs
    world.kubectl("delete", "namespace", "spotreel-system", "--wait=false")
