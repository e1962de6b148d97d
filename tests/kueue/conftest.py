"""One world with Kueue in it."""

from collections.abc import Iterator

import pytest
import yaml

from tests.integration.conftest import footage, name, reference
from tests.kueue.queues import shared
from tests.testbed.kueue import Kueue
from tests.testbed.world import World

__all__ = ["footage", "name", "reference", "world"]
NODES = ("spot-1,zone-a,spot,2", "spot-2,zone-b,spot,2", "on-demand-1,zone-a,on-demand,2")


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    """With the operator as `kubectl apply -k` installs it, so that what it reads is what its Role allows."""
    with World(NODES) as made:
        kueue = Kueue(made.folder / "kueue", made.control_plane)
        try:
            kueue.start()
            made.kubectl("create", "-f", "-", stdin=yaml.safe_dump_all(shared()))
            made.upload_footage()
            made.install_operator()
            yield made
        finally:
            kueue.stop()
