"""A job that looks and renders, in the real image (read-only, no root, limited memory), and loses its node."""

from pathlib import Path

import pytest

from tests.e2e.conftest import NAMESPACE, RealGround
from tests.scenarios.looking import MODEL, PICTURE, Desk, check_same, in_the_store, running_node, windows_done
from tests.testbed.detector import face_model

NAME = "looks"


@pytest.fixture
def desk(ground: RealGround, tmp_path: Path) -> Desk:
    """With the model, which is uploaded too."""
    made = Desk(tmp_path)
    made.model.write_bytes(face_model(*PICTURE))
    ground.world.upload(MODEL, made.model)
    return made


def test_node_lost_while_it_looks(ground: RealGround, desk: Desk) -> None:
    world = ground.world
    world.apply(in_the_store(NAME, reel=True), NAMESPACE)
    world.wait_for(lambda: windows_done(world.status(NAME, NAMESPACE)), 120)
    node = running_node(world.status(NAME, NAMESPACE))
    ground.power_off(node)
    try:
        status = world.wait_finished(NAME, NAMESPACE, 120)
    finally:
        ground.power_on(node)
    assert status["phase"] == "Succeeded", status
    assert status["attempts"][0]["verdict"] == "Disruption" and status["attempts"][-1]["verdict"] == "Succeeded"
    assert status["counts"].items() >= {"disruptions": 1, "crashes": 0, "oomKills": 0}.items(), status
    check_same(world, NAME, status, desk)
