"""An attempt's Job as the API server has it, and what is read of it."""

from typing import Any

import pytest

from spotreel_operator.state.jobs import JobState
from tests.unit.operator.make import at
from tests.unit.operator.raw import raw_job
from tests.unit.operator.shown import ODD, assert_shown, texts


def condition(kind: str, status: str = "True", **more: Any) -> dict[str, Any]:
    return {"type": kind, "status": status, "lastTransitionTime": "2026-01-01T12:00:40Z", **more}


def read(*conditions: dict[str, Any], **spec: Any) -> JobState:
    return JobState.read(raw_job(spec=spec, status={"conditions": list(conditions)}))


def test_a_new_one() -> None:
    found = JobState.read(raw_job())
    assert (found.name, found.uid, found.tier, found.created) == ("reel-12345-0-1", "job-1", "spot", at(0))
    assert not (found.finished or found.suspended or found.deleting or found.finished_at or found.image)


@pytest.mark.parametrize(
    ("kind", "complete", "failed"),
    [
        ("Complete", True, False),
        ("SuccessCriteriaMet", True, False),
        ("Failed", False, True),
        ("FailureTarget", False, True),
    ],
)
def test_an_end_counts_from_its_first_sign(kind: str, complete: bool, failed: bool) -> None:
    """The API server shows SuccessCriteriaMet and FailureTarget before the pod is gone, the others afterwards."""
    found = read(condition(kind))
    assert (found.complete, found.failed, found.finished, found.finished_at) == (complete, failed, True, at(40))
    assert not read(condition(kind, "False")).finished


def test_failed_comes_before_its_target() -> None:
    target = condition("FailureTarget", reason="PodFailurePolicy", message="first")
    found = read(target, condition("Failed", reason="PodFailurePolicy", message="last"))
    assert (found.failure_reason, found.failure_message) == ("PodFailurePolicy", "last")


@pytest.mark.parametrize(
    ("spec", "conditions", "suspended"),
    [
        ({"suspend": True}, (), True),
        ({"suspend": False}, (condition("Suspended"),), True),
        ({"suspend": False}, (condition("Suspended", "False"),), False),
        ({}, (), False),
    ],
)
def test_it_is_suspended_until_it_says_otherwise(
    spec: dict[str, Any], conditions: tuple[dict[str, Any], ...], suspended: bool
) -> None:
    assert read(*conditions, **spec).suspended is suspended


def test_when_a_queue_let_it_go_on() -> None:
    assert read(condition("Suspended", "False")).resumed == at(40)
    assert read(condition("Suspended")).resumed is None


def test_one_that_is_being_deleted() -> None:
    body = raw_job()
    body["metadata"]["deletionTimestamp"] = "2026-01-01T12:00:50Z"
    body["metadata"]["annotations"] = {"spotreel.dev/image": "registry.example.com/runner:1"}
    found = JobState.read(body)
    assert found.deleting and found.image == "registry.example.com/runner:1"


def test_its_failure_is_shown_as_a_line() -> None:
    assert_shown(texts(read(condition("Failed", reason=ODD, message=ODD))), "failure_reason", "failure_message")
