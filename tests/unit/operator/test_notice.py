"""A pod that is told to go while it works: said once, at once, with the seconds that are left."""

from dataclasses import replace
from typing import Any

import pytest

from spotreel_operator.reconcile.notice import is_given
from spotreel_operator.reconcile.plan import EventSpec, Plan
from spotreel_operator.reconcile.reconcile import reconcile
from spotreel_operator.runtime.executor import urgent
from tests.unit.operator.histories import A1, attempt, event_reasons, status_with
from tests.unit.operator.make import at, ended, evidence, heard, job, pod, report, snapshot, success, target
from videojob_api.names import Phase

TAINT = replace(target("DeletionByTaintManager", 59), message="Taint manager: deleting")
RUNNING = status_with(attempt(node="n1", start_time="2026-01-01T12:00:02Z"))


def told(pod_now: Any, now: float = 60) -> Plan:
    return reconcile(snapshot(job(RUNNING), [evidence(pod=pod_now, heard=heard(report(), 59))], now=now))


def notices(plan: Plan) -> list[EventSpec]:
    return [event for event in plan.events if event.reason == "NoticeGiven"]


def test_notice_is_told_with_the_seconds_that_are_left() -> None:
    plan = told(pod(delete_by=at(88), disruption=TAINT))
    (event,) = notices(plan)
    assert event.type == "Warning" and event.message == (
        f"28 seconds left: node n1 gives notice (DeletionByTaintManager: Taint manager: deleting); attempt {A1}"
    )
    assert plan.status and plan.status.phase == Phase.RUNNING
    assert plan.status.message == "running on g5.xlarge; 4 of 10 segments done; told to stop"


def test_the_condition_alone_is_notice() -> None:
    """It comes before the deletion: the grace period of the class is what there will be."""
    (event,) = notices(told(pod(disruption=TAINT)))
    assert event.message.startswith("30 seconds left: ")


def test_a_deletion_alone_is_notice() -> None:
    (event,) = notices(told(pod(delete_by=at(70))))
    assert event.message == f"10 seconds left: its pod on node n1 is being deleted; attempt {A1}"


def test_it_is_said_once_and_at_once() -> None:
    plan = told(pod(delete_by=at(88), disruption=TAINT))
    assert plan.status and plan.status.attempts[0].notice_time == "2026-01-01T12:01:00Z"
    before = [plan.status.attempts[0].model_copy(update={"notice_time": None})]
    assert urgent(plan.status.model_copy(update={"attempts": before}), plan.status), "events go with a status write"
    seen = [evidence(pod=pod(delete_by=at(88), disruption=TAINT), heard=heard(report(), 61))]
    again = reconcile(snapshot(job(plan.status), seen, now=62))
    assert not again.events and again.status
    assert again.status.attempts[0].notice_time == "2026-01-01T12:01:00Z"


def test_an_end_is_no_notice() -> None:
    plan = told(ended(75, delete_by=at(55), disruption=TAINT))
    assert "NoticeGiven" not in event_reasons(plan)
    assert plan.status and plan.status.attempts[0].verdict == "Disruption"


@pytest.mark.parametrize(
    ("changes", "given"),
    [
        ({"pod": None}, False),
        ({"pod": pod()}, False),
        ({"pod": pod(delete_by=at(80))}, True),
        ({"pod": pod(disruption=TAINT)}, True),
        ({"pod": pod(delete_by=at(80), started=None, phase="Pending")}, False),
        ({"pod": pod(delete_by=at(80), gone=True)}, False),
        ({"pod": ended(75, delete_by=at(80))}, False),
        ({"pod": pod(delete_by=at(80)), "heard": heard(success())}, False),
    ],
)
def test_only_what_works_is_given_notice(changes: dict[str, Any], given: bool) -> None:
    assert is_given(evidence(**changes)) is given
