"""Jobs and pods of attempts that have their verdict."""

from typing import Any

import pytest
from pydantic import ValidationError

from spotreel_operator.reconcile.reconcile import reconcile
from spotreel_operator.state.evidence import Evidence
from tests.unit.operator.histories import attempt, lost, status_with
from tests.unit.operator.make import at, batch_job, config, ended, evidence, heard, job, report, snapshot
from videojob_api.config import JobClass
from videojob_api.status import Counts


def name(number: int) -> str:
    return f"reel-12345-0-{number}"


def over(number: int, **changes: Any) -> Evidence:
    finished = batch_job(name(number), failed=True, finished_at=at(30))
    return evidence(name(number), job=finished, pod=ended(75), **changes)


def gone(seen: list[Evidence], now: float = 60, history: dict[str, Any] | None = None, **status: Any) -> list[str]:
    """Which of the Jobs of a job that runs its fifth attempt, or has ended with it, are deleted."""
    past = [lost(name(n)) for n in range(1, 6)]
    classes = {"gpu": {"attemptHistory": history}} if history else {"gpu": {}}
    whole = status_with(*past, *status.pop("more", []), **status)
    plan = reconcile(snapshot(job(whole), seen, now=now, configuration=config(classes=classes)))
    return sorted(child.name for child in plan.delete_jobs)


ALL = [over(n) for n in range(1, 6)]
RUNNING: dict[str, Any] = {"more": [attempt(name(6))], "counts": Counts(attempts=6, disruptions=5)}
ENDED: dict[str, Any] = {
    "phase": "Failed",
    "end_time": "2026-01-01T12:00:50Z",
    "counts": Counts(attempts=5, disruptions=5),
}


@pytest.mark.parametrize("status", [RUNNING, ENDED], ids=["running", "ended"])
def test_the_newest_stay_for_a_while_and_the_last_for_good(status: dict[str, Any]) -> None:
    seen = ALL + [evidence(name(6), job=batch_job(name(6)), heard=heard(report(name(6)), 4000))] * ("more" in status)
    assert gone(seen, **status) == [name(1), name(2)], "three are kept"
    assert gone(seen, 3629, **status) == [name(1), name(2)]
    assert gone(seen, 3631, **status) == [name(n) for n in range(1, 5)], "an hour is over"


def test_the_class_says_how_many_and_how_long() -> None:
    assert gone(ALL, history={"keep": 5}, **ENDED) == []
    assert gone(ALL, history={"keep": 5, "keepFor": "20s"}, **ENDED) == [name(n) for n in range(1, 5)]
    assert gone(ALL, history={"keep": 1}, **ENDED) == [name(n) for n in range(1, 5)]
    with pytest.raises(ValidationError):
        JobClass.model_validate({"attemptHistory": {"keepFor": "an hour"}})


def test_an_ended_job_is_looked_at_when_the_next_one_goes() -> None:
    whole = status_with(*(lost(name(n)) for n in (1, 2)), **ENDED)
    plan = reconcile(snapshot(job(whole), [over(1), over(2)], now=3600))
    assert not plan.delete_jobs and plan.requeue_after and 30 < plan.requeue_after.total_seconds() < 31
    last = reconcile(snapshot(job(whole), [over(2)], now=3600))
    assert last.requeue_after is None, "the last one stays as long as its VideoJob"


def test_no_evidence_goes_before_its_verdict_is_in_status() -> None:
    """All of them are judged by this very look; what is not written yet may still be lost."""
    unjudged = [attempt(name(n)) for n in range(1, 6)]
    status = status_with(*unjudged, counts=Counts(attempts=5))
    plan = reconcile(snapshot(job(status), ALL, now=9000))
    assert plan.status and all(a.verdict for a in plan.status.attempts[:5]) and plan.delete_jobs == ()


def test_those_that_status_no_longer_lists_go() -> None:
    listed = [lost(name(n)) for n in range(9, 41)]
    seen = [over(3), evidence(name(4), job=batch_job(name(4))), over(40)]
    status = status_with(
        *listed, counts=Counts(attempts=40, disruptions=40), phase="Failed", end_time="2026-01-01T12:00:50Z"
    )
    plan = reconcile(snapshot(job(status), seen))
    assert sorted(child.name for child in plan.delete_jobs) == [name(3), name(4)]


def test_one_that_status_has_not_counted_yet_stays() -> None:
    """Created just before an interruption."""
    status = status_with(lost(name(1)), counts=Counts(attempts=1, disruptions=1))
    plan = reconcile(snapshot(job(status), [over(1), evidence(name(2), job=batch_job(name(2)))]))
    assert plan.delete_jobs == ()
