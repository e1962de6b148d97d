"""The life of a release on real nodes, as docs/install has it: upgrade, reinstall under another name, namespaces.

Last of all: it leaves another release than it finds.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.conftest import RealGround
from tests.scenarios.ground import Stage, videojob
from tests.testbed.host.world import RealWorld
from tests.testbed.world import SYSTEM

Object = dict[str, Any]
HERE, THERE = "team-a", "team-b"
FINISH_SECONDS = 300
SAME_NAME: Object = {"fullnameOverride": "spotreel-operator"}
"""Runners that run report to the Service of the release that began them."""


@pytest.fixture(scope="module", autouse=True)
def teams(world: RealWorld) -> Iterator[None]:
    for name in (HERE, THERE):
        world.make_namespace(name)
    yield


def begun(world: RealWorld, name: str, namespace: str = HERE) -> Stage:
    """A job that has committed something."""
    ground = RealGround(world)
    ground.namespace = namespace
    stage = Stage(ground, name)
    world.apply(videojob(name), namespace)
    stage.begun()
    return stage


def succeeded(stage: Stage) -> None:
    """In one attempt, with the bytes that its status claims."""
    status = stage.world.wait_finished(stage.name, stage.namespace, FINISH_SECONDS)
    assert status["phase"] == "Succeeded", status
    assert [a["verdict"] for a in status["attempts"]] == ["Succeeded"], status
    assert stage.world.sha256_of(f"out/{stage.name}.mp4") == status["outputs"][0]["sha256"]


def test_an_upgrade_with_a_job_under_way(world: RealWorld) -> None:
    stage = begun(world, "upgraded")
    world.install(more={"podAnnotations": {"example.com/rollout": "2"}})
    succeeded(stage)


def test_reinstalled_under_another_name(world: RealWorld) -> None:
    """By the very lines that the refusal gives."""
    stage = begun(world, "reinstalled")
    world.helm("uninstall", "spotreel", "--wait")
    with pytest.raises(RuntimeError, match='belongs to release "spotreel"') as refused:
        world.install(release="again", more=SAME_NAME)
    remedy = re.findall(r"^ +kubectl (.*)$", str(refused.value), re.M)
    assert len(remedy) == 2
    for line in remedy:
        world.kubectl(*line.split())
    world.install(release="again", more=SAME_NAME)
    succeeded(stage)


def test_namespaced_it_serves_what_it_was_given_and_nothing_else(world: RealWorld) -> None:
    given: Object = {**SAME_NAME, "test": {}}
    with pytest.raises(RuntimeError, match="no-such-team"):
        world.install(release="again", more={**given, "watchNamespaces": [HERE, "no-such-team"]})
    world.install(release="again", more={**given, "watchNamespaces": [HERE]})
    world.apply(videojob("elsewhere"), THERE)
    succeeded(begun(world, "namespaced"))
    assert not world.get("videojob", "elsewhere", THERE).get("status")
    account = f"system:serviceaccount:{SYSTEM}:spotreel-operator"
    asked = world.kubectl("auth", "can-i", "create", "jobs", "-n", THERE, f"--as={account}", check=False)
    assert asked.strip() == "no"
    world.install(release="again", more={**given, "watchNamespaces": [HERE, THERE]})
    assert world.wait_finished("elsewhere", THERE, FINISH_SECONDS)["phase"] == "Succeeded"
