"""When a note becomes an event: once, whatever else is decided in the same plan."""

from typing import Any

import pytest

from spotreel_operator.reconcile.notes import announced, noted
from spotreel_operator.reconcile.plan import Plan
from spotreel_operator.reconcile.reconcile import reconcile
from tests.unit.operator.histories import A1, A2, attempt, event_reasons, status_with
from tests.unit.operator.make import ended, evidence, heard, job, report, snapshot, success
from videojob_api.names import Note
from videojob_api.report import Warning_
from videojob_api.status import Counts

DAMAGE = Warning_(reason=Note.INPUT_DAMAGED, message="input main is damaged")
FALLBACK = Warning_(reason=Note.ENCODER_FALLBACK, message="no GPU here")


def test_conditions_by_kind() -> None:
    said = [FALLBACK, DAMAGE, FALLBACK, FALLBACK.model_copy(update={"message": "none at all"})]
    assert [(extra.type, extra.reason, extra.message) for extra in noted(said)] == [
        (Note.ENCODER_FALLBACK, "CPUEncoderUsed", "no GPU here; none at all"),
        (Note.INPUT_DAMAGED, "InputDamaged", "input main is damaged"),
    ]
    assert list(noted([Warning_(reason="FromTomorrow", message="?")])) == []


def test_a_plan_that_writes_nothing_says_nothing() -> None:
    assert announced(snapshot(), Plan()) == Plan()


@pytest.mark.parametrize(
    ("seen", "spec"),
    [
        (evidence(heard=heard(success().model_copy(update={"warnings": [DAMAGE]}))), {}),
        (evidence(pod=ended(65, last_word=report(outcome="Failed", exit_code=65, warnings=[DAMAGE]))), {}),
        (evidence(pod=ended(75, last_word=report(outcome="Disrupted", exit_code=75, warnings=[DAMAGE]))), {}),
        (evidence(heard=heard(report(warnings=[DAMAGE]))), {"suspend": True}),
        (evidence(heard=heard(report(warnings=[DAMAGE]))), {"className": "gone"}),
        (evidence(heard=heard(report(warnings=[DAMAGE]))), {"activeDeadlineSeconds": 50}),
    ],
    ids=["succeeded", "failed", "disrupted", "suspended", "stalled", "late"],
)
def test_it_is_announced_at_any_end(seen: Any, spec: dict[str, Any]) -> None:
    plan = reconcile(snapshot(job(status_with(attempt()), **spec), [seen]))
    assert event_reasons(plan).count("InputDamaged") == 1


def test_what_another_attempt_says_again_is_no_news() -> None:
    first = reconcile(snapshot(job(status_with(attempt())), [evidence(heard=heard(report(warnings=[DAMAGE])))]))
    assert first.status
    attempts = [attempt(A1, verdict="Disruption", reason="Preempted"), attempt(A2)]
    status = first.status.model_copy(update={"attempts": attempts, "counts": Counts(attempts=2)})
    told = heard(report(A2, warnings=[DAMAGE, FALLBACK]))
    second = reconcile(snapshot(job(status), [evidence(A2, heard=told)]))
    assert "InputDamaged" not in event_reasons(second)
    assert event_reasons(second).count("EncoderFallback") == 1
