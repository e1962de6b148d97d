"""A second version of the API, as one would come: the storage version changes while the operator speaks the old one."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.testbed.world import World
from videojob_api import names
from videojob_api.schema import crd, videojob_schema
from videojob_api.versions import ApiVersion

NAME = f"{names.PLURAL}.{names.GROUP}"
OLD, NEW = names.VERSION, "v9"
BOTH = (
    ApiVersion(OLD, videojob_schema, deprecated=f"{names.GROUP}/{OLD} goes: write {names.GROUP}/{NEW}"),
    ApiVersion(NEW, videojob_schema, storage=True),
)
Object = dict[str, Any]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """One of this module's own, whose CRD may change."""
    with World(("spot-1,zone-a,spot",)) as made:
        made.upload_footage()
        made.operator("default", "versions")
        yield made


def job(name: str, version: str) -> Object:
    spec = {"inputs": [{"uri": "s3://media/carphone_pristine.mp4"}], "outputs": [{"uri": f"s3://media/{name}.mp4"}]}
    return {"apiVersion": f"{names.GROUP}/{version}", "kind": names.KIND, "metadata": {"name": name}, "spec": spec}


def bring(world: World, *versions: ApiVersion, check: bool = True) -> str:
    """As docs/install/upgrade.md has it: server-side, whoever owned fields before."""
    flags = ("--server-side", "--force-conflicts", "-f", "-")
    return world.kubectl("apply", *flags, stdin=json.dumps(crd(versions)), check=check)


def stored(world: World) -> list[str]:
    versions: list[str] = world.get("crd", NAME)["status"]["storedVersions"]
    return versions


def read(world: World, name: str, version: str) -> Object:
    return world.get(f"{names.PLURAL}.{version}.{names.GROUP}", name)


def with_a_later_field() -> Object:
    made: Object = json.loads(json.dumps(videojob_schema()))
    made["properties"]["spec"]["properties"]["later"] = {"type": "string"}
    return made


def test_a_field_of_a_later_release_is_told_by_an_older_operator_and_others_go_on(world: World) -> None:
    """Once the CRD is the older one again, too, the field is gone, and the job runs."""
    bring(world, ApiVersion(OLD, with_a_later_field, storage=True))
    later = job("later", OLD)
    later["spec"]["later"] = "x"
    world.wait_for(lambda: "created" in world.kubectl("apply", "-f", "-", stdin=json.dumps(later), check=False))
    world.wait_for(lambda: "cannot read the spec: later" in world.status("later").get("message", ""))
    assert world.status("later")["phase"] == "Pending"
    world.apply(job("plain", OLD))
    assert world.wait_finished("plain")["phase"] == "Succeeded"
    bring(world, ApiVersion(OLD, videojob_schema, storage=True))
    world.kubectl("annotate", "videojob", "later", "looked=again")
    assert world.wait_finished("later")["phase"] == "Succeeded"


def test_objects_of_both_versions_are_one_and_the_old_operator_runs_them(world: World) -> None:
    world.apply(job("before", OLD))
    assert world.wait_finished("before")["phase"] == "Succeeded"
    bring(world, *BOTH)
    world.wait_for(lambda: read(world, "before", NEW))
    assert read(world, "before", NEW)["spec"] == read(world, "before", OLD)["spec"]
    assert read(world, "before", NEW)["status"]["phase"] == "Succeeded"
    world.apply(job("after", NEW))
    assert world.wait_finished("after")["phase"] == "Succeeded"
    assert read(world, "after", OLD)["apiVersion"] == f"{names.GROUP}/{OLD}"


def test_a_version_that_etcd_may_still_hold_cannot_go(world: World) -> None:
    """Neither the old one too early, nor the new one by a rollback."""
    assert stored(world) == [OLD, NEW]
    for left in (BOTH[1], ApiVersion(OLD, videojob_schema, storage=True)):
        assert "must remain in spec.versions" in bring(world, left, check=False)


def test_once_all_are_written_anew_the_old_one_can_go(world: World) -> None:
    """The way of docs/install/upgrade.md."""
    everything = world.kubectl("get", f"{names.PLURAL}.{NEW}.{names.GROUP}", "-A", "-o", "json")
    world.kubectl("replace", "-f", "-", stdin=everything)
    patch = json.dumps({"status": {"storedVersions": [NEW]}})
    world.kubectl("patch", "crd", NAME, "--subresource=status", "--type=merge", "-p", patch)
    bring(world, BOTH[1])
    assert stored(world) == [NEW] and read(world, "before", NEW)["status"]["phase"] == "Succeeded"
