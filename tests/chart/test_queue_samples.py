"""k8s/samples/queues: every document is one that its own CRD takes, or Kubernetes."""

from pathlib import Path

import pytest

from tests.testbed.cache import ROOT
from tests.testbed.world import World

SAMPLES = sorted((ROOT / "k8s" / "samples" / "queues").glob("*.yaml"))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_the_api_server_takes_it(world: World, sample: Path) -> None:
    """Fields that a CRD does not have are errors."""
    said = world.kubectl("apply", "--dry-run=server", "--validate=strict", "-f", str(sample))
    assert said.count("(server dry run)") == sample.read_text().count("\nkind: ")


def test_there_are_some() -> None:
    assert len(SAMPLES) >= 4
