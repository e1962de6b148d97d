"""From a desk: the client's commands as processes, on a real API server and a real store."""

import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from spotreel import AsyncClient, Client
from tests.integration.conftest import NAMESPACE
from tests.integration.local import SPOTREEL
from tests.testbed.world import World

Object = dict[str, Any]
MakeJob = Callable[..., Object]
Done = subprocess.CompletedProcess[str]

pytestmark = pytest.mark.usefixtures("operator")


class Desk:
    """Somebody's machine: a folder, a kubeconfig, the store's keys."""

    def __init__(self, world: World, folder: Path, kubeconfig: Path | None = None) -> None:
        self.folder = folder
        file = kubeconfig or world.control_plane.kubeconfig
        self.env = {**os.environ, **world.s3.environment(), "KUBECONFIG": str(file), "CI": "1"}

    def start(self, *typed: str) -> "subprocess.Popen[str]":
        """A command as it is typed, in the namespace of the tests."""
        command = [SPOTREEL, *typed, "-n", NAMESPACE]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, cwd=self.folder, env=self.env, stdout=pipe, stderr=pipe, text=True)

    def run(self, *typed: str) -> Done:
        """To its end."""
        process = self.start(*typed)
        out, errors = process.communicate(timeout=120)
        return subprocess.CompletedProcess(typed, process.returncode, out, errors)


@pytest.fixture
def desk(world: World, tmp_path: Path) -> Desk:
    return Desk(world, tmp_path)


def restricted(world: World, folder: Path, *verbs: str) -> Path:
    """The kubeconfig of a ServiceAccount that has these verbs on VideoJobs, and no other right."""
    name = f"reader-{len(verbs)}"
    world.kubectl("create", "serviceaccount", name, "-n", NAMESPACE)
    if verbs:
        asked = [f"--verb={verb}" for verb in verbs]
        world.kubectl("create", "role", name, "-n", NAMESPACE, "--resource=videojobs.spotreel.dev", *asked)
        account = f"--serviceaccount={NAMESPACE}:{name}"
        world.kubectl("create", "rolebinding", name, "-n", NAMESPACE, f"--role={name}", account)
    config = json.loads(world.control_plane.kubeconfig.read_text())
    config["users"][0]["user"] = {"token": world.kubectl("create", "token", name, "-n", NAMESPACE).strip()}
    file = folder / f"{name}.json"
    file.write_text(json.dumps(config))
    return file


def test_suspended_woken_waited_for_and_cancelled(world: World, desk: Desk, name: str, videojob: MakeJob) -> None:
    world.apply(videojob(suspend=True), NAMESPACE)
    world.wait_for(lambda: world.status(name, NAMESPACE).get("phase") == "Suspended", 20)
    assert f"{name}   Suspended" in desk.run("list").stdout
    assert name in desk.run("list", "-o", "name").stdout.splitlines()
    waited = desk.run("wait", name, "--timeout", "1s")
    assert (waited.returncode, waited.stderr) == (124, f"spotreel: {name} has not ended after 1 s; it goes on\n")
    assert desk.run("unsuspend", name).returncode == 0
    done = desk.run("wait", name, "--timeout", "90s")
    assert done.returncode == 0, done.stderr
    assert f"sha256 {world.sha256_of(f'out/{name}.mp4')}" in done.stdout.splitlines()[-1]
    assert "plan  640x272 25 fps, 250 frames, 9 segments, libx264" in done.stdout
    seen = desk.run("status", name).stdout.splitlines()
    assert seen[0].startswith(f"{name}  Succeeded · ResultCommitted  100%  9/9 segments")
    assert "attempt 0-1   spot   g5.xlarge zone-" in seen[1] and seen[1].endswith("done")
    assert any(line.startswith("  cost $") for line in seen)
    said = desk.run("cancel", name)
    assert said.stdout == f"{name} is deleted; what it has made stays: s3://media/out/{name}.mp4\n"
    assert desk.run("status", name).returncode == 66


def test_a_failed_job_is_one(world: World, desk: Desk, name: str, videojob: MakeJob) -> None:
    world.apply(videojob(inputs=[{"uri": "s3://media/none.mp4"}]), NAMESPACE)
    done = desk.run("wait", name)
    assert done.returncode == 1
    assert "InputNotFound" in done.stderr and "s3://media/none.mp4" in done.stderr


def test_ctrl_c_leaves_the_job(world: World, desk: Desk, name: str, videojob: MakeJob) -> None:
    world.apply(videojob(suspend=True), NAMESPACE)
    world.wait_for(lambda: world.status(name, NAMESPACE).get("phase"), 20)
    process = desk.start("wait", name)
    # Its first answer is there once it has asked; only then is there something to leave.
    with pytest.raises(subprocess.TimeoutExpired):
        process.communicate(timeout=8)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 75 and f"{name} goes on: spotreel wait {name} -n {NAMESPACE} shows it again" in said
    assert world.get("videojob", name, NAMESPACE)


def test_rights_that_are_missing_are_named(world: World, tmp_path: Path, name: str, videojob: MakeJob) -> None:
    world.apply(videojob(suspend=True), NAMESPACE)
    nobody = Desk(world, tmp_path, restricted(world, tmp_path))
    said = nobody.run("list")
    assert said.returncode == 77
    assert said.stderr == (
        f"spotreel: you may not list videojobs in namespace {NAMESPACE}: ask for the verb list on "
        "videojobs.spotreel.dev, which the role view of that namespace has\n"
    )
    reader = Desk(world, tmp_path, restricted(world, tmp_path, "get", "list", "watch"))
    assert reader.run("status", name).returncode == 0
    said = reader.run("cancel", name)
    assert said.returncode == 77 and "you may not delete videojobs" in said.stderr and "the role edit" in said.stderr
    assert "you may not patch videojobs" in reader.run("suspend", name).stderr


@pytest.mark.parametrize("path", ["/apis/none.example.com", "/apis/apps/v1/none"], ids=["no group", "no kind"])
def test_a_cluster_without_videojobs(world: World, tmp_path: Path, path: str) -> None:
    """The API server's own answers to a group, and to a kind, that it does not have."""
    config = json.loads(world.control_plane.kubeconfig.read_text())
    config["clusters"][0]["cluster"]["server"] += path
    file = tmp_path / "other"
    file.write_text(json.dumps(config))
    said = Desk(world, tmp_path, file).run("list")
    assert said.returncode == 78 and "this cluster knows no VideoJobs" in said.stderr


async def test_from_python(world: World, name: str, videojob: MakeJob) -> None:
    kubeconfig = str(world.control_plane.kubeconfig)
    async with await AsyncClient.connect(NAMESPACE, kubeconfig=kubeconfig) as client:
        document = videojob(inputs=[{"uri": "s3://media/carphone_pristine.mp4"}])
        assert (await client.apply(document)).created and not (await client.apply(document)).created
        phases = [job.phase async for job in client.events(name, timeout=90)]
    assert phases[-1] == "Succeeded" and "Running" in phases
    with Client(NAMESPACE, kubeconfig=kubeconfig) as client_:
        assert client_.wait(name).status.outputs[0].sha256 == world.sha256_of(f"out/{name}.mp4")  # type: ignore[index]
