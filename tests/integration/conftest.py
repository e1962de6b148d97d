"""One world for all integration tests; an operator for most of them."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.testbed import cache, s3
from tests.testbed.world import World

Object = dict[str, Any]
NAMESPACE = "tests"
NODES = (*(f"spot-{n},zone-{'ab'[n % 2]},spot,2" for n in range(1, 13)), "ondemand-1,zone-a,on-demand,4")


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    with World(NODES) as made:
        made.make_namespace(NAMESPACE)
        made.upload_footage()
        yield made


@pytest.fixture(scope="session")
def operator(world: World) -> None:
    """Follows the namespace `tests`."""
    world.operator(NAMESPACE, "operator-tests")


@pytest.fixture(scope="session")
def footage() -> Path:
    return cache.footage()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[s3.S3]:
    """One without a cluster."""
    made = s3.S3(tmp_path_factory.mktemp("s3"))
    try:
        made.start()
        yield made
    finally:
        made.stop()


_numbers = itertools.count(1)


@pytest.fixture
def name() -> str:
    return f"job-{next(_numbers)}"


@pytest.fixture
def videojob(name: str) -> Callable[..., Object]:
    """A VideoJob of this name on bikes.mp4."""
    return lambda **spec: bikes(name, **spec)


def bikes(name: str, **spec: Any) -> Object:
    """250 frames, nine segments, some seconds of work on one core."""
    video = {"encoder": "CPU", "crf": 23, "preset": "Slow"}
    base: Object = {
        "inputs": [{"uri": "s3://media/bikes.mp4"}],
        "outputs": [{"uri": f"s3://media/out/{name}.mp4", "video": video}],
        "checkpoint": {"segmentFrames": 30, "retain": "Always"},
    }
    head = {"apiVersion": "spotreel.dev/v1alpha1", "kind": "VideoJob"}
    return {**head, "metadata": {"name": name}, "spec": {**base, **spec}}


@pytest.fixture(scope="session")
def reference(world: World, footage: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The sha256 of that job's output, rendered without a cluster."""
    from tests.integration.local import render

    folder = tmp_path_factory.mktemp("reference")
    document = {
        "apiVersion": "spotreel.dev/v1alpha1",
        "kind": "VideoJob",
        "metadata": {"name": "reference"},
        "spec": {
            "inputs": [{"uri": (footage / "bikes.mp4").as_uri()}],
            "outputs": [
                {"uri": (folder / "out.mp4").as_uri(), "video": {"encoder": "CPU", "crf": 23, "preset": "Slow"}}
            ],
            "checkpoint": {"segmentFrames": 30},
        },
    }
    return render(document, folder).sha256
