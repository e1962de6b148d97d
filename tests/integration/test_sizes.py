"""What is too large is refused by the real API server, and what it admits gets its order."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.conftest import NAMESPACE
from tests.integration.test_api import tried
from tests.testbed.world import World
from tests.unit.api.large import KINDS, ordinary_keyframes, texts
from tests.unit.api.specs import Object, videojob
from tests.unit.api.test_sizes import largest
from videojob_api.names import MAX_ORDER_BYTES
from videojob_api.sizes import MAX_SPEC_BYTES
from videojob_api.validate import check_document

MEGABYTE = 1_000_000
URL = "/apis/spotreel.dev/v1alpha1/namespaces/default/videojobs?dryRun=All"
"""For JSON: kubectl's YAML takes no keys of more than 1,024 characters."""


def megabytes() -> dict[str, Object]:
    keys = [{"time": f"{n}s", "left": 0.1234, "top": 0.1234, "width": 0.1, "height": 0.1} for n in range(256)]
    box = {"left": 0, "top": 0, "width": 1, "height": 1}
    end: Object = {"inputs": [{"uri": "s3://m/a"}], "outputs": [{"uri": "s3://m/o"}]}
    wide = {"k" * MEGABYTE: "1"}
    return {
        "overlays": {**end, "timeline": {"overlays": [{"blur": {}, "keyframes": keys}] * 52}},
        "clips": {**end, "timeline": {"clips": [{"framing": {"keyframes": keys}}] * 60}},
        "texts": {**end, "timeline": {"overlays": [{"text": {"content": "🎬" * 1000}, "keyframes": [box]}] * 128}},
        "uris": {**end, "inputs": [{"name": f"n{n}", "uri": "s3://m/" + "é" * 2041} for n in range(250)]},
        "quantities": {**end, "resources": {"limits": wide}},
        "options": {**end, "outputs": [{"uri": "s3://m/o", "video": {"encoder": "CPU", "encoderOptions": wide}}]},
        "rate": {**end, "outputs": [{"uri": "s3://m/o", "video": {"frameRate": "2" * MEGABYTE}}]},
        "quantity": {**end, "resources": {"limits": {"cpu": "1" * MEGABYTE}}},
        "class": {**end, "className": "a" * MEGABYTE},
    }


SAID = {
    "overlays": "spec.timeline: Invalid value: clips and overlays have 13312 keyframes together, 2000 are the most",
    "clips": "spec.timeline: Invalid value: clips and overlays have 15360 keyframes together, 2000 are the most",
    "rate": "Too long: may not be more than 32",
    "quantity": "Too long: may not be more than 32",
    "class": "Too long: may not be more than 63",
}


@pytest.mark.parametrize("kind", megabytes())
def test_a_megabyte_is_refused_and_told_why(world: World, kind: str) -> None:
    document = videojob(megabytes()[kind])
    said = world.kubectl("create", "--raw", URL, "-f", "-", stdin=json.dumps(document), check=False)
    assert "invalid" in said and SAID.get(kind, "bytes as JSON, 180000 are the most") in said, said[:2000]
    at_the_desk = [problem.message for problem in check_document(document)]
    assert "Too long" in said or any(message in said for message in at_the_desk)
    assert len(said) < 4000, "nobody reads what was too large once more"


@pytest.mark.parametrize(("make", "most"), KINDS, ids=[make.__name__ for make, _ in KINDS])
def test_the_api_server_draws_the_line_where_a_desk_does(world: World, make: Callable[[int], Any], most: int) -> None:
    said = tried(world, videojob(largest(make, most)), "--server-side")
    assert "serverside-applied (server dry run)" in said, said[:2000]


@pytest.mark.parametrize(("make", "most"), [(ordinary_keyframes, 2_500), (texts, 128)])
def test_the_largest_runs_its_order_through(
    world: World, operator: None, name: str, make: Callable[[int], Any], most: int
) -> None:
    document = videojob(largest(make, most), name)
    # Plain apply keeps a copy in an annotation, which must not be in the order.
    world.apply(document, NAMESPACE)

    status = world.wait_for(lambda: world.status(name, NAMESPACE), 30)
    assert status["attempts"] and status["reason"] != "SpecTooLarge"
    (job,) = [j for j in world.items("jobs", NAMESPACE) if j["metadata"]["labels"]["spotreel.dev/videojob"] == name]
    order = job["spec"]["template"]["metadata"]["annotations"]["spotreel.dev/order"]
    assert 0.7 * MAX_SPEC_BYTES < len(order.encode()) <= MAX_ORDER_BYTES
    assert json.loads(order)["work"]["timeline"] and "last-applied" not in order
    world.kubectl("delete", "vj", name, "-n", NAMESPACE)
