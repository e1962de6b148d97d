"""The operator as a process: stops at once and lets go of its lease first; namespaces do not hurt each other."""

import itertools
import json
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.chart.render import text
from tests.testbed.processes import Child
from tests.testbed.world import SYSTEM, World, config

Object = dict[str, Any]
_numbers = itertools.count(1)


@pytest.fixture(scope="module", autouse=True)
def alone(world: World) -> None:
    """An operator that another test has uninstalled works on until its namespace is gone."""
    world.kubectl("wait", "--for=delete", f"namespace/{SYSTEM}", "--timeout=90s", check=False)


def job(name: str, uri: str = "s3://media/carphone_pristine.mp4", **spec: Any) -> Object:
    video = {"encoder": "CPU", "crf": 23, "preset": "Fast"}
    base: Object = {
        "inputs": [{"uri": uri}],
        "outputs": [{"uri": f"s3://media/out/{name}.mp4", "video": video}],
        "checkpoint": {"segmentFrames": 30},
    }
    head = {"apiVersion": "spotreel.dev/v1alpha1", "kind": "VideoJob", "metadata": {"name": name}}
    return {**head, "spec": {**base, **spec}}


def holder(world: World, name: str, namespace: str) -> str:
    return str(world.get("lease", name, namespace).get("spec", {}).get("holderIdentity", ""))


def test_sigterm_gives_the_lease_back_within_two_seconds(world: World) -> None:
    """With a lease of a minute: whoever waits for it to expire would wait for long."""
    world.make_namespace("stopping")
    with world.operating("stopping", "stopping") as child:
        world.kubectl("delete", "lease", "stopping", "-n", "stopping", "--ignore-not-found")
        child.stop(grace=10)
    command = [a if a != "--lease-seconds=2" else "--lease-seconds=60" for a in child.command]
    own = {"KUBECONFIG": str(world.control_plane.kubeconfig), "POD_NAMESPACE": "stopping"}
    long = Child("stopping-long", command, world.folder / "logs" / "stopping-long.log", own)
    world.children.append(long)
    world.apply(job("under-way", "s3://media/bikes.mp4"), "stopping")
    world.wait_for(lambda: world.status("under-way", "stopping").get("phase") == "Running", 60)
    world.wait_for(lambda: holder(world, "stopping", "stopping"), 10)
    told = time.monotonic()
    long.signal(signal.SIGTERM)
    world.wait_for(lambda: not holder(world, "stopping", "stopping"), 10, 0.05)
    released = time.monotonic() - told
    assert long.process.wait(15) == 0
    version = world.get("videojob", "under-way", "stopping")["metadata"]["resourceVersion"]
    assert released < 5, "two seconds, and what kubectl takes to ask"
    assert "lease released" in long.log.read_text()
    time.sleep(1)
    assert world.get("videojob", "under-way", "stopping")["metadata"]["resourceVersion"] == version
    long.stop()


@contextmanager
def restricted(world: World, namespaces: list[str], folder: Path) -> Iterator[Child]:
    """An operator with the rights of the chart's Roles for these namespaces, and no other."""
    name = f"restricted-{next(_numbers)}"
    values = {
        "watchNamespaces": namespaces,
        "crds": {"enabled": False},
        "rbac": {"aggregate": False},
        "fullnameOverride": name,
        "config": config(world.s3.endpoint),
    }
    kinds = ("Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding", "ServiceAccount")
    objects = [o for o in yaml.safe_load_all(text(values=values)) if o and o["kind"] in kinds]
    world.kubectl("create", "namespace", SYSTEM, check=False)
    world.kubectl("apply", "-f", "-", stdin=yaml.safe_dump_all(objects))
    token = world.kubectl("create", "token", name, "-n", SYSTEM).strip()
    kubeconfig = yaml.safe_load(world.control_plane.kubeconfig.read_text())
    kubeconfig["users"] = [{"name": user["name"], "user": {"token": token}} for user in kubeconfig["users"]]
    (folder / "kubeconfig").write_text(yaml.safe_dump(kubeconfig))
    env = {"KUBECONFIG": str(folder / "kubeconfig"), "POD_NAMESPACE": SYSTEM}
    with world.operating(namespaces[0], name, env) as first:
        first.stop(grace=5)
    command = [*first.command, *(f"--namespace={other}" for other in namespaces[1:]), "--resync-seconds=5"]
    child = Child(f"{name}-all", command, world.folder / "logs" / f"{name}-all.log", env)
    world.children.append(child)
    try:
        yield child
    finally:
        child.stop(grace=5)


def test_a_namespace_that_is_forbidden_or_deleted_leaves_the_others_alone(world: World, tmp_path: Path) -> None:
    names = ["team-one", "team-two", "team-three"]
    for name in names:
        world.make_namespace(name)
    with restricted(world, names, tmp_path) as child:
        for name in names:
            world.apply(job(f"before-{name}"), name)
        for name in names:
            assert world.wait_finished(f"before-{name}", name)["phase"] == "Succeeded"
        world.kubectl("delete", "rolebinding", "--all", "-n", "team-one")
        world.kubectl("delete", "namespace", "team-two", "--wait=true")
        said = partial(_said, child, "namespace left out")
        world.wait_for(lambda: said() >= 2, 60)
        world.apply(job("after"), "team-three")
        assert world.wait_finished("after", "team-three")["phase"] == "Succeeded"
        assert child.process.poll() is None, child.tail()
        world.apply(job("waits"), "team-one")
        _bind_again(world, child)
        assert world.wait_finished("waits", "team-one")["phase"] == "Succeeded", child.tail()


def _said(child: Child, words: str) -> int:
    return child.log.read_text().count(words)


def _bind_again(world: World, child: Child) -> None:
    name = child.name.removesuffix("-all")
    world.kubectl(
        "create", "rolebinding", name, "-n", "team-one", f"--role={name}", f"--serviceaccount={SYSTEM}:{name}"
    )


def test_a_held_job_says_why_from_the_one_watch(world: World) -> None:
    """The quota forbids its pods; a Warning on the Job tells it, and nobody lists events."""
    world.make_namespace("held")
    quota = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "none"}, "spec": {"hard": {"pods": "0"}}}
    world.kubectl("apply", "-n", "held", "-f", "-", stdin=json.dumps(quota))
    with world.operating("held", "held"):
        world.apply(job("held"), "held")
        world.wait_for(lambda: world.status("held", "held").get("reason") == "JobRejected", 60)
        assert "exceeded quota" in world.status("held", "held")["message"]
        world.kubectl("delete", "quota", "none", "-n", "held")
        assert world.wait_finished("held", "held", 120)["phase"] == "Succeeded"
