"""The API server reads quantities as we do: the unit tests' tables, in a field that takes any quantity."""

import json
from fractions import Fraction
from typing import Any

import pytest

from tests.testbed.world import World
from tests.unit.api.test_quantity import KUBERNETES_OWN, NONE
from videojob_api.quantity import parse_quantity


def volumes(*limits: int | str) -> str:
    """A pod with an emptyDir of each size: no field is freer, and nothing in it is rounded by its kind."""
    container = {"name": "c", "image": "i"}
    made = [{"name": f"v{n}", "emptyDir": {"sizeLimit": limit}} for n, limit in enumerate(limits)]
    spec: dict[str, Any] = {"containers": [container], "volumes": made}
    return json.dumps({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "sizes"}, "spec": spec})


def tried(world: World, *limits: int | str) -> str:
    arguments = ("create", "--dry-run=server", "-n", "kube-public", "-o", "json", "-f", "-")
    return world.kubectl(*arguments, stdin=volumes(*limits), check=False)


def test_amounts(world: World) -> None:
    world.wait_for(lambda: world.get("serviceaccount", "default", "kube-public"))
    said = tried(world, *KUBERNETES_OWN)
    assert said.startswith("{"), said
    stored = json.loads(said)["spec"]["volumes"]
    found = {v["name"]: v["emptyDir"]["sizeLimit"] for v in stored if "emptyDir" in v}
    for number, text in enumerate(KUBERNETES_OWN):
        canonical = found[f"v{number}"]
        assert Fraction(parse_quantity(text)) == parse_quantity(canonical), f"{text} is {canonical}"


@pytest.mark.parametrize("text", NONE)
def test_what_is_none(world: World, text: str) -> None:
    said = tried(world, text)
    assert "quantities must match the regular expression" in said or "unable to parse quantity's suffix" in said
