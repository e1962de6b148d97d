"""What others write into pods, Jobs and events is shown as a line; so are our own events."""

from dataclasses import fields
from typing import Any

from spotreel_operator.reconcile.plan import EventSpec
from spotreel_operator.runtime.events import event_object
from spotreel_operator.state.jobs import JobState
from spotreel_operator.state.pods import PodState
from tests.unit.operator.make import T0, job
from videojob_api.names import Event

ODD = "\x1b[2J\x00\u202ebad\nnews " + "\U0001f3ac" * 5000
SHOWN = "bad news "
METADATA = {"name": "p", "uid": "u", "resourceVersion": "1", "creationTimestamp": "2026-01-01T12:00:00Z"}


def pod(state: dict[str, Any]) -> PodState:
    container = {"name": "runner", "state": state, "imageID": ""}
    conditions = [
        {"type": "PodScheduled", "status": "False", "message": ODD},
        {"type": "DisruptionTarget", "status": "True", "reason": ODD, "message": ODD},
    ]
    status = {"reason": ODD, "message": ODD, "conditions": conditions, "containerStatuses": [container]}
    return PodState.read({"metadata": METADATA, "spec": {}, "status": status}, gone=False)


def texts(of: Any) -> dict[str, str]:
    return {field.name: value for field in fields(of) if isinstance(value := getattr(of, field.name), str)}


def assert_shown(found: dict[str, str], *names: str) -> None:
    for name in names:
        assert found[name].startswith(SHOWN), name
    assert all(text.isprintable() and len(text.encode()) <= 1024 for text in found.values())


def test_a_waiting_pod() -> None:
    found = pod({"waiting": {"reason": ODD, "message": ODD}})
    assert_shown(texts(found), "reason", "message", "waiting_reason", "waiting_message", "unschedulable")
    assert found.disruption
    assert_shown(texts(found.disruption), "reason", "message")


def test_the_last_line_of_a_log_is_the_last_that_shows_anything() -> None:
    log = f"first\n{ODD.replace(chr(10), ' ')}\n\x1b[0m\n\u200b \n"
    found = pod({"terminated": {"exitCode": 1, "message": log, "finishedAt": "2026-01-01T12:00:00Z"}})
    assert found.last_line.startswith(SHOWN) and len(found.last_line.encode()) <= 300
    assert found.last_word is None


def test_a_jobs_failure() -> None:
    failed = {"type": "Failed", "status": "True", "reason": ODD, "message": ODD}
    found = JobState.read({"metadata": METADATA, "status": {"conditions": [failed]}})
    assert_shown(texts(found), "failure_reason", "failure_message")


def test_nothing_where_there_is_null() -> None:
    assert pod({"waiting": {"reason": None, "message": None}}).waiting_message == ""


def test_our_own_event() -> None:
    made = event_object(job(), EventSpec("Warning", Event.FAILED, ODD), T0)
    assert_shown({"message": made["message"]}, "message")
