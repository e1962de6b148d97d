"""The pipelines of k8s/ci, run as their runners would: each step's script, with kubectl on PATH."""

import json
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration.conftest import NAMESPACE
from tests.testbed import cache
from tests.testbed.world import ROOT, World

Object = dict[str, Any]
CI = ROOT / "k8s" / "ci"
GOOD, BAD = "s3://media/carphone_pristine.mp4", "s3://media/none.mp4"

pytestmark = pytest.mark.usefixtures("operator")


class Runner:
    """A CI runner's machine: a folder, kubectl, a kubeconfig."""

    def __init__(self, world: World, folder: Path) -> None:
        self._world, self.folder = world, folder
        (folder / "bin").mkdir()
        kubectl = folder / "bin" / "kubectl"
        kubectl.write_text(f'#!/bin/sh\nexec "{cache.control_plane()}" kubectl "$@"\n')
        kubectl.chmod(0o755)
        self.env = {
            **os.environ,
            "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
            "KUBECONFIG": str(world.control_plane.kubeconfig),
            "NAMESPACE": NAMESPACE,
        }

    def job(self, uri: str, name: str) -> None:
        """videojob.yaml of the repository that is built."""
        outputs = [{"uri": f"s3://media/out/ci-{name}-{time.time_ns()}.mp4", "video": {"crf": 30, "encoder": "CPU"}}]
        spec = {"inputs": [{"uri": uri}], "outputs": outputs}
        head = {"apiVersion": "spotreel.dev/v1alpha1", "kind": "VideoJob", "metadata": {"generateName": "ci-"}}
        (self.folder / "videojob.yaml").write_text(yaml.safe_dump({**head, "spec": spec}))

    def run(self, script: str, **env: str) -> "subprocess.CompletedProcess[str]":
        """As GitHub and GitLab do: every line must succeed."""
        command = ["bash", "-eo", "pipefail", "-c", script]
        everything = {**self.env, **env}
        return subprocess.run(command, cwd=self.folder, env=everything, capture_output=True, text=True, timeout=120)


@pytest.fixture
def runner(world: World, tmp_path: Path) -> Runner:
    return Runner(world, tmp_path)


def script(runner: Runner, seconds: int = 90) -> "subprocess.CompletedProcess[str]":
    return runner.run(f"{CI / 'run-videojob.sh'} videojob.yaml {NAMESPACE} {seconds}")


def test_script_complete(runner: Runner, name: str) -> None:
    runner.job(GOOD, name)
    done = script(runner)
    assert done.returncode == 0, done.stderr
    uri, sha256 = done.stdout.splitlines()[-1].split()
    assert uri.startswith("s3://media/out/ci-") and len(sha256) == 64


def test_script_failed(runner: Runner, name: str) -> None:
    runner.job(BAD, name)
    done = script(runner)
    assert done.returncode == 1
    assert "there is no s3://media/none.mp4" in done.stderr and "Failed InputNotFound" in done.stdout


def test_script_deleted(world: World, runner: Runner, name: str) -> None:
    runner.job("s3://media/bikes.mp4", name)
    document = yaml.safe_load((runner.folder / "videojob.yaml").read_text())
    document["spec"]["suspend"] = True
    (runner.folder / "videojob.yaml").write_text(json.dumps(document))
    before = {j["metadata"]["name"] for j in world.items("videojobs", NAMESPACE)}
    process = subprocess.Popen(
        [str(CI / "run-videojob.sh"), "videojob.yaml", NAMESPACE], cwd=runner.folder, env=runner.env
    )
    made = world.wait_for(lambda: {j["metadata"]["name"] for j in world.items("videojobs", NAMESPACE)} - before, 20)
    world.kubectl("delete", "vj", *made, "-n", NAMESPACE)
    assert process.wait(20) == 2


def test_script_out_of_time(world: World, runner: Runner, name: str) -> None:
    runner.job(GOOD, name)
    document = yaml.safe_load((runner.folder / "videojob.yaml").read_text())
    document["spec"]["suspend"] = True
    (runner.folder / "videojob.yaml").write_text(json.dumps(document))
    assert script(runner, 3).returncode == 124


def github(runner: Runner) -> int:
    """The steps in their order; `if: failure()` and `cancelled()` as GitHub has it."""
    steps = yaml.safe_load((CI / "github-actions.yaml").read_text())["jobs"]["render"]["steps"]
    environment, failed = runner.folder / "github-env", False
    environment.touch()
    for step in (s for s in steps if "run" in s):
        wanted = {"failure()": failed, "cancelled()": False, "": not failed}[step.get("if", "")]
        if wanted:
            known = dict(line.split("=", 1) for line in environment.read_text().splitlines())
            done = runner.run(step["run"], GITHUB_ENV=str(environment), **known)
            failed = failed or done.returncode != 0
            runner.env["SAID"] = runner.env.get("SAID", "") + done.stdout
    return int(failed)


def gitlab(runner: Runner) -> int:
    job = yaml.safe_load((CI / "gitlab-ci.yaml").read_text())["render"]
    done = runner.run("\n".join(job["script"]))
    after = runner.run("\n".join(job["after_script"]))
    runner.env["SAID"] = after.stdout + ((runner.folder / "output.txt").read_text() if not done.returncode else "")
    return int(done.returncode != 0)


def tekton(runner: Runner) -> int:
    spec = yaml.safe_load((CI / "tekton.yaml").read_text())["spec"]
    text = spec["steps"][0]["script"]
    values = {"params.namespace": NAMESPACE, "params.timeout": "2m", "results.uri.path": str(runner.folder / "uri")}
    for name, value in values.items():
        text = text.replace(f"$({name})", value)
    assert "$(params" not in text and "$(results" not in text
    done = runner.run(text)
    runner.env["SAID"] = done.stdout + ((runner.folder / "uri").read_text() if not done.returncode else "")
    return int(done.returncode != 0)


@pytest.mark.parametrize("system", [github, gitlab, tekton], ids=lambda s: s.__name__)
@pytest.mark.parametrize("good", [True, False], ids=["complete", "failed"])
def test_pipelines(runner: Runner, name: str, system: Callable[[Runner], int], good: bool) -> None:
    runner.job(GOOD if good else BAD, name)
    assert system(runner) == (0 if good else 1)
    assert ("s3://media/out/ci-" if good else "InputNotFound") in runner.env["SAID"]
