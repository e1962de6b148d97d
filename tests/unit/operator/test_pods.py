"""An attempt's pod as the API server has it, and what is read of it."""

from typing import Any

import pytest

from spotreel_operator.state.pods import LINE_BYTES, PodState
from tests.unit.operator.make import at
from tests.unit.operator.raw import raw_pod, said
from tests.unit.operator.shown import ODD, SHOWN, assert_shown, texts

ENDED = "2026-01-01T12:00:50Z"


def read(state: dict[str, Any], *conditions: dict[str, Any], **status: Any) -> PodState:
    """Of a pod whose runner is in that state."""
    containers = [{"name": "mesh", "state": {"running": {}}}, {"name": "runner", "state": state, "imageID": ""}]
    found = {"phase": "Running", "conditions": list(conditions), "containerStatuses": containers, **status}
    return PodState.read(raw_pod(status=found), gone=False)


def ended(code: int, **more: Any) -> PodState:
    return read({"terminated": {"exitCode": code, "finishedAt": ENDED, **more}}, phase="Failed")


def condition(kind: str, status: str = "True", **more: Any) -> dict[str, Any]:
    return {"type": kind, "status": status, "lastTransitionTime": "2026-01-01T12:00:05Z", **more}


def test_one_without_a_status() -> None:
    """As it is in the moment after its Job has made it."""
    found = PodState.read(raw_pod(spec={}), gone=False)
    assert (found.phase, found.node, found.bound, found.started, found.exit_code) == ("Pending", None, None, None, None)
    assert not (found.finished or found.gone or found.sandboxed or found.disruption or found.oom_killed)


def test_where_and_since_when_it_runs() -> None:
    found = read({"running": {"startedAt": "2026-01-01T12:00:09Z"}}, condition("PodScheduled"))
    assert (found.node, found.bound, found.started, found.ended) == ("n1", at(5), at(9), None)


def test_the_container_of_another_says_nothing() -> None:
    injected = [{"name": "mesh", "state": {"terminated": {"exitCode": 1, "finishedAt": ENDED}}}]
    found = PodState.read(raw_pod(status={"phase": "Running", "containerStatuses": injected}), gone=False)
    assert found.exit_code is None and found.ended is None


def test_how_its_container_ended() -> None:
    found = ended(75, startedAt="2026-01-01T12:00:09Z", reason="Error")
    assert (found.exit_code, found.started, found.ended, found.finished) == (75, at(9), at(50), True)
    assert not (found.oom_killed or found.unknown_end)
    assert ended(137, reason="OOMKilled").oom_killed


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (137, "ContainerStatusUnknown"),
        (128, "StartError"),
        (127, "ContainerCannotRun"),
        (255, "Unknown"),
        (255, "Error"),
    ],
)
def test_an_end_that_is_not_the_runners_own(code: int, reason: str) -> None:
    assert ended(code, reason=reason).unknown_end


def test_its_last_word_or_the_last_line_of_its_log() -> None:
    word = PodState.read(raw_pod(status=said('{"attempt":"a","stage":"Rendering"}')), gone=True)
    assert word.gone and word.last_word and (word.last_word.attempt, word.last_line) == ("a", "")
    log = f"first\n{ODD.replace(chr(10), ' ')}\n\x1b[0m\n\u200b \n"
    found = ended(1, message=log)
    assert found.last_word is None
    assert found.last_line.startswith(SHOWN) and len(found.last_line.encode()) <= LINE_BYTES


def test_what_kubelet_says_while_it_waits_is_shown_as_a_line() -> None:
    unscheduled = condition("PodScheduled", "False", message=ODD)
    target = condition("DisruptionTarget", reason=ODD, message=ODD)
    found = read({"waiting": {"reason": ODD, "message": ODD}}, unscheduled, target, reason=ODD, message=ODD)
    assert_shown(texts(found), "reason", "message", "waiting_reason", "waiting_message", "unschedulable")
    assert found.bound is None and found.disruption and found.disruption.time == at(5)
    assert_shown(texts(found.disruption), "reason", "message")


def test_nothing_where_there_is_null() -> None:
    assert read({"waiting": {"reason": None, "message": None}}).waiting_message == ""


def test_conditions_that_are_not_true_say_nothing() -> None:
    found = read({}, condition("DisruptionTarget", "False"), condition("PodReadyToStartContainers", "False"))
    assert found.disruption is None and not found.sandboxed
    assert read({}, condition("PodReadyToStartContainers")).sandboxed
