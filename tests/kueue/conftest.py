"""One world with Kueue in it."""

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.integration.conftest import footage, name, reference
from tests.kueue.queues import shared
from tests.testbed.kueue import Kueue
from tests.testbed.world import World, config

__all__ = ["footage", "name", "reference", "world"]
NODES = ("spot-1,zone-a,spot,2", "spot-2,zone-b,spot,2", "on-demand-1,zone-a,on-demand,2")


ON_DEMAND = {"name": "on-demand", "capacity": "OnDemand"}
CLASSES = {
    # Longer than any node of the testbed takes on a machine that does much else.
    "gpu-spot": [{"name": "spot", "capacity": "Spot", "waitFor": "60s"}, ON_DEMAND],
    "hasty": [{"name": "spot", "capacity": "Spot", "waitFor": "1s"}, ON_DEMAND],
    "sold-out": [{"name": "sold-out", "capacity": "Spot", "instanceTypes": ["none"], "waitFor": "1s"}, ON_DEMAND],
}
"""Tiers by class."""


def classes(endpoint: str) -> dict[str, Any]:
    """The testbed's class with other tiers."""
    made = config(endpoint)["classes"]["gpu-spot"]
    return {name: {**made, "placement": {"tiers": tiers}} for name, tiers in CLASSES.items()}


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    """With the operator as `kubectl apply -k` installs it, so that what it reads is what its Role allows."""
    with World(NODES) as made:
        kueue = Kueue(made.folder / "kueue", made.control_plane)
        try:
            kueue.start()
            made.kubectl("create", "-f", "-", stdin=yaml.safe_dump_all(shared()))
            made.upload_footage()
            made.install_operator(classes=classes(made.s3.endpoint), silence={"nodeLost": "30s", "running": "60s"})
            yield made
        finally:
            kueue.stop()
