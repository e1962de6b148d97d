"""A job that looks at its inputs, from `kubectl apply` to its results in S3, losing its nodes on the way."""

import pytest

from tests.integration.conftest import NAMESPACE
from tests.integration.test_line import active_node, conditions, events
from tests.scenarios.looking import MODEL, PICTURE, Desk, check_same, in_the_store, running_node, windows_done
from tests.testbed.world import World
from tests.unit.runner.faces import face_detector

pytestmark = pytest.mark.usefixtures("operator")


@pytest.fixture(scope="module")
def desk(world: World, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """With the model, which is uploaded too."""
    made = Desk(tmp_path_factory.mktemp("desk"))
    made.model.write_bytes(face_detector(*PICTURE))
    world.upload(MODEL, made.model)
    return made


def killed_while_it_looks(world: World, name: str) -> str:
    """The node that was taken away."""
    world.wait_for(lambda: windows_done(world.status(name, NAMESPACE)), 60)
    node = running_node(world.status(name, NAMESPACE))
    world.preempt(node, notice=0)
    return node


def test_killed_while_it_looks_goes_on_from_its_windows(world: World, name: str, desk: Desk) -> None:
    world.apply(in_the_store(name), NAMESPACE)
    killed_while_it_looks(world, name)
    status = world.wait_finished(name, NAMESPACE)
    assert status["phase"] == "Succeeded", status
    assert [a["verdict"] for a in status["attempts"]] == ["Disruption", "Succeeded"]
    assert conditions(status) | {"Finished": "True", "Complete": "True", "Failed": "False"} == conditions(status)
    assert not status.get("outputs") and not status.get("plan")
    assert "Resumed" in events(world, name) and status["message"].endswith(" are there")
    moving, people = status["analyses"]
    assert moving == {"name": "moving", "windows": 1, "total": 1, "events": 1}
    assert (people["windows"], people["total"]) == (3, 3) and people["detections"] >= 120 and people["tracks"] >= 1
    assert 1 <= status["attempts"][1]["windows"] < 4, "what the first attempt has looked at is not looked at again"
    assert (status["progress"]["percent"], status["progress"]["frames"]) == (100, 240)
    row = world.kubectl("get", "vj", name, "-n", NAMESPACE).splitlines()[1].split()
    assert row[:5] == [name, "Succeeded", "100%", "1", "ResultCommitted"], row
    check_same(world, name, status, desk)


def test_a_reel_with_blurred_faces_killed_twice(world: World, name: str, desk: Desk) -> None:
    """Once while it looks, once while it renders what was found."""
    world.apply(in_the_store(name, reel=True), NAMESPACE)
    first = killed_while_it_looks(world, name)
    second = world.wait_for(lambda: (n := active_node(world, name)) and n != first and n, 60)
    world.preempt(second, notice=0)
    status = world.wait_finished(name, NAMESPACE)
    assert status["phase"] == "Succeeded", status
    assert [a["verdict"] for a in status["attempts"]] == ["Disruption", "Disruption", "Succeeded"]
    assert status["analyses"][0]["cuts"] == 1 and status["plan"]["frames"] == status["outputs"][0]["frames"]
    check_same(world, name, status, desk)
