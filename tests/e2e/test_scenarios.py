"""The table of tests/scenarios, on a real kubelet."""

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import RealGround
from tests.scenarios.ground import videojob
from tests.scenarios.table import LOST, OWN_FAULT, Scenario, play
from tests.testbed.cache import footage

Record = dict[str, Any]


@pytest.fixture(scope="session")
def sha256(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Of the table's job, rendered without a cluster."""
    from tests.integration.local import render

    folder = tmp_path_factory.mktemp("reference")
    document = videojob("reference")
    document["spec"]["inputs"] = [{"uri": (footage() / "bigbuckbunny.mp4").as_uri()}]
    document["spec"]["outputs"][0]["uri"] = (folder / "out.mp4").as_uri()
    return render(document, Path(folder)).sha256


@pytest.mark.parametrize("away", [False, True], ids=["", "operator-away"])
@pytest.mark.parametrize("scenario", LOST, ids=[s.name for s in LOST])
def test_lost(ground: RealGround, record: Record, sha256: str, scenario: Scenario, away: bool) -> None:
    found = play(scenario, ground, away)
    record[f"{scenario.name}{'-away' if away else ''}"] = found
    for node in ground.world.nodes:
        if not ground.world.get("node", node):
            ground.power_on(node)
    assert found["status"]["outputs"][0]["sha256"] == sha256
    assert ground.world.sha256_of(f"out/{scenario.name}{'-away' if away else ''}.mp4") == sha256


@pytest.mark.parametrize("scenario", OWN_FAULT, ids=[s.name for s in OWN_FAULT])
def test_own_fault(ground: RealGround, record: Record, scenario: Scenario) -> None:
    record[scenario.name] = play(scenario, ground)
