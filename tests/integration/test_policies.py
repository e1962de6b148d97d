"""The samples of k8s/policies on a real API server: what they refuse, and what they let through."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.testbed.cache import ROOT
from tests.testbed.world import World

Object = dict[str, Any]
POLICIES = ROOT / "k8s" / "policies"
TEAM = "team-a"
QUOTA = "count/videojobs.spotreel.dev"
OWN: Object = {
    "inputs": [{"uri": "s3://team-a-media/match.mp4"}],
    "outputs": [{"uri": "s3://team-a-media/out/reel.mp4"}],
    "suspend": True,
}
OTHERS = "s3://team-b-media/match.mp4"


def videojob(name: str, **spec: Any) -> str:
    head = {"apiVersion": "spotreel.dev/v1alpha1", "kind": "VideoJob", "metadata": {"name": name}}
    return json.dumps({**head, "spec": {**OWN, **spec}})


def tried(world: World, namespace: str = TEAM, **spec: Any) -> str:
    arguments = ("create", "--dry-run=server", "-n", namespace, "-f", "-")
    return world.kubectl(*arguments, stdin=videojob("tried", **spec), check=False)


@pytest.fixture(scope="module")
def team(world: World) -> Iterator[None]:
    """A team's namespace, once its policy and its quota are in force."""
    for file in ("team.yaml", "videojobs.yaml"):
        world.kubectl("apply", "-f", str(POLICIES / file))
    world.wait_for(lambda: "Forbidden" in tried(world, className="gpu-of-others").title(), 60)
    world.wait_for(lambda: QUOTA in world.get("quota", "videojobs", TEAM).get("status", {}).get("used", {}), 60)
    yield
    world.kubectl("delete", "-f", str(POLICIES / "videojobs.yaml"))
    world.kubectl("delete", "namespace", TEAM, "--wait=false")


@pytest.mark.parametrize(
    "spec",
    [
        {},
        {"className": TEAM},
        {"className": "cpu"},
        {"checkpoint": {"segmentFrames": 60}},
        {"checkpoint": {"uri": "s3://team-a-media/checkpoints/"}},
    ],
)
def test_what_is_the_teams_passes(world: World, team: None, spec: Object) -> None:
    assert "created (server dry run)" in tried(world, **spec)


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ({"className": "team-b"}, "spec.className: classes for this namespace are team-a and cpu"),
        ({"inputs": [{"uri": OTHERS}]}, "lie below s3://team-a-media/"),
        ({"inputs": [OWN["inputs"][0], {"name": "b", "uri": OTHERS}]}, "lie below s3://team-a-media/"),
        ({"inputs": [{"uri": "https://cdn.example.com/a.mp4"}]}, "lie below s3://team-a-media/"),
        ({"outputs": [{"uri": "s3://team-b-media/out.mp4"}]}, "lie below s3://team-a-media/"),
        ({"outputs": [{"uri": "s3://team-a-media/../team-b-media/out.mp4"}]}, "lie below s3://team-a-media/"),
        ({"checkpoint": {"uri": "s3://team-b-media/checkpoints/"}}, "lie below s3://team-a-media/"),
    ],
)
def test_what_is_anothers_is_refused(world: World, team: None, spec: Object, words: str) -> None:
    said = tried(world, **spec)
    assert "videojobs-of-teams" in said and "denied request" in said and words in said


def test_other_namespaces_are_left_alone(world: World, team: None) -> None:
    assert "created (server dry run)" in tried(world, "kube-public", className="team-b", inputs=[{"uri": OTHERS}])


def test_the_quota_counts_videojobs(world: World, team: None) -> None:
    """The one after the last is refused, with the quota's name; a deleted one makes room."""
    fewer = json.dumps({"spec": {"hard": {QUOTA: "2"}}})
    world.kubectl("patch", "quota", "videojobs", "-n", TEAM, "--type=merge", "-p", fewer)
    world.wait_for(lambda: world.get("quota", "videojobs", TEAM)["status"]["hard"][QUOTA] == "2", 30)
    for name in ("first", "second"):
        assert "created" in world.kubectl("create", "-n", TEAM, "-f", "-", stdin=videojob(name))
    third = ("create", "-n", TEAM, "-f", "-")
    said = world.kubectl(*third, stdin=videojob("third"), check=False)
    assert "exceeded quota: videojobs" in said and f"{QUOTA}=2" in said
    world.kubectl("delete", "vj", "first", "-n", TEAM)
    world.wait_for(lambda: "created" in world.kubectl(*third, stdin=videojob("third"), check=False), 60, 1)
