"""Jobs that a queue such as Kueue suspends: they wait without any clock, and no dead one stays in the queue."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from spotreel_operator.reconcile.plan import DeleteJob
from spotreel_operator.reconcile.queueing import ASKED_FIRST, asked_again
from spotreel_operator.reconcile.reconcile import reconcile
from spotreel_operator.state.evidence import Evidence
from spotreel_operator.state.jobs import JobState
from spotreel_operator.state.videojobs import VideoJob
from tests.unit.operator.histories import A1, A2, attempt, conditions, event_reasons, lost, status_with
from tests.unit.operator.make import at, batch_job, ended, evidence, heard, job, pod, report, snapshot, success
from videojob_api.names import LABEL_QUEUE, Outcome, Phase
from videojob_api.reasons import Reason
from videojob_api.status import VideoJobStatus

DAY = 86_400.0
HELD = batch_job(suspended=True)
WAITS = evidence(job=HELD, pod=None)
UNBOUND: Any = {"node": None, "bound": None, "started": None, "phase": "Pending"}


def queued(status: VideoJobStatus, queue: str = "video", **spec: Any) -> VideoJob:
    return replace(job(status, **spec), labels={LABEL_QUEUE: queue} if queue else {})


@pytest.mark.parametrize(
    ("queue", "words"),
    [
        ("video", f"waits until queue video admits it (Job {A1} is suspended)"),
        ("", f"waits until whoever suspended its Job lets it run (Job {A1} is suspended)"),
    ],
)
def test_it_is_said_what_a_suspended_job_waits_for(queue: str, words: str) -> None:
    plan = reconcile(snapshot(queued(status_with(attempt(), phase="Pending"), queue), [WAITS]))
    assert plan.status and (plan.status.phase, plan.status.reason) == (Phase.PENDING, Reason.WAITING_FOR_QUOTA)
    assert plan.status.message == words
    wanted = {"Stalled": "False", "Suspended": "False", "Progressing": "False", "Reconciling": "True"}
    assert conditions(plan) | wanted == conditions(plan)


def test_the_queues_own_words_are_shown() -> None:
    told = replace(WAITS, held_because="insufficient unused quota for nvidia.com/gpu in flavor spot, 1 more needed")
    plan = reconcile(snapshot(queued(status_with(attempt(), phase="Pending")), [told]))
    assert plan.status and plan.status.message == (
        f"waits until queue video admits it (Job {A1} is suspended): "
        "insufficient unused quota for nvidia.com/gpu in flavor spot, 1 more needed"
    )


def test_queued_is_said_once() -> None:
    first = reconcile(snapshot(queued(status_with(attempt(), phase="Pending")), [WAITS]))
    assert event_reasons(first) == ["Queued"] and first.status
    again = reconcile(snapshot(queued(first.status), [WAITS], now=90))
    assert not again.events and again.status == first.status


def test_no_clock_runs_while_it_waits() -> None:
    status = status_with(attempt(), phase="Pending", reason=Reason.WAITING_FOR_QUOTA)
    waiting = queued(status, activeDeadlineSeconds=60, deadline="60s")
    plan = reconcile(snapshot(waiting, [WAITS], now=DAY))
    assert plan.status and plan.status.reason == Reason.WAITING_FOR_QUOTA
    assert plan.status.attempts[0].verdict is None and not plan.start and not plan.delete_jobs
    assert "DeadlineMissed" not in conditions(plan)
    assert plan.requeue_after == timedelta(seconds=60), "the queue is asked again why it waits"


def test_nobody_is_asked_where_no_queue_is_known() -> None:
    waiting = queued(status_with(attempt(), phase="Pending"), "")
    assert reconcile(snapshot(waiting, [WAITS], now=DAY)).requeue_after is None, "its Job tells when it begins"


def test_a_queue_that_takes_all_jobs_is_asked_too() -> None:
    assert asked_again(replace(WAITS, held_because="no quota"), {}, at(2)) == ASKED_FIRST


@pytest.mark.parametrize(("now", "seconds"), [(2, 3), (41, 10), (DAY, 60)])
def test_the_queue_is_asked_less_and_less_often(now: float, seconds: float) -> None:
    assert asked_again(WAITS, {LABEL_QUEUE: "video"}, at(now)) == timedelta(seconds=seconds)


def test_clocks_begin_when_it_is_let_go_on() -> None:
    status = status_with(attempt(), phase="Pending", reason=Reason.WAITING_FOR_QUOTA)
    admitted = batch_job(resumed=at(DAY))
    waiting = queued(status, activeDeadlineSeconds=60, deadline="60s")
    seen = evidence(job=admitted, pod=pod(created=at(DAY + 1), bound=at(DAY + 1), started=at(DAY + 2)))
    plan = reconcile(snapshot(waiting, [seen], now=DAY + 30))
    assert plan.status and plan.status.phase == Phase.RUNNING and "DeadlineMissed" not in conditions(plan)
    assert plan.status.start_time == "2026-01-02T12:00:00Z"
    late = reconcile(snapshot(queued(plan.status, activeDeadlineSeconds=60), [seen], now=DAY + 61))
    assert late.status and late.status.reason == Reason.DEADLINE_EXCEEDED, "from then on they run"


def test_a_tiers_time_begins_with_the_pod_of_its_turn() -> None:
    status = status_with(attempt(), phase="Pending", reason=Reason.WAITING_FOR_QUOTA)
    former = pod(**UNBOUND, gone=True, created=at(1))
    held = reconcile(snapshot(queued(status), [evidence(job=HELD, pod=former)], now=DAY))
    assert held.status and held.status.reason == Reason.WAITING_FOR_QUOTA and not held.delete_pods
    admitted = reconcile(snapshot(queued(status), [evidence(job=batch_job(resumed=at(DAY)), pod=former)], now=DAY + 1))
    assert admitted.status and admitted.status.attempts[0].verdict is None, "its new pod is not there yet"
    assert admitted.status.reason == Reason.WAITING_FOR_CAPACITY and not admitted.start
    fresh = pod(**UNBOUND, created=at(DAY))
    waits = reconcile(snapshot(queued(status), [evidence(job=batch_job(resumed=at(DAY)), pod=fresh)], now=DAY + 59))
    assert not waits.delete_pods
    over = reconcile(snapshot(queued(status), [evidence(job=batch_job(resumed=at(DAY)), pod=fresh)], now=DAY + 61))
    assert over.delete_pods, "the tier's waitFor of a minute is over"


@pytest.mark.parametrize(
    "state",
    [pod(delete_by=at(80)), pod(gone=True, delete_by=at(50)), ended(75, delete_by=at(80)), ended(137)],
    ids=["told to go", "gone", "stopped", "killed"],
)
def test_queued_again_while_it_runs_is_a_disruption_and_another_job_waits(state: Any) -> None:
    seen = evidence(job=HELD, pod=state, heard=heard(report()))
    running = attempt(node="n1", start_time="2026-01-01T12:00:02Z")
    plan = reconcile(snapshot(queued(status_with(running)), [seen]))
    assert plan.status
    first, second = plan.status.attempts
    assert (first.verdict, first.reason) == ("Disruption", "Requeued")
    assert first.message == "queue video took node n1 back from it (its Job was suspended)"
    assert plan.delete_jobs == (DeleteJob(A1, f"job-{A1}"),), "the queue would admit a dead attempt"
    assert plan.start and plan.start[0].name == A2 == second.name
    assert event_reasons(plan) == ["Disrupted", "AttemptCreated"]


def test_a_pod_that_nobody_deletes_is_newer_than_what_is_known_of_its_job() -> None:
    """The Job was let go on, and its watch is behind that of pods."""
    plan = reconcile(snapshot(queued(status_with(attempt())), [evidence(job=HELD, heard=heard(report()))]))
    assert plan.status and plan.status.phase == Phase.RUNNING and not plan.delete_jobs and not plan.start


def test_without_a_start_it_counts_for_nothing() -> None:
    """Taken back while its image came: no try at the job."""
    seen = evidence(job=HELD, pod=pod(started=None, phase="Pending", delete_by=at(80)))
    plan = reconcile(snapshot(queued(status_with(attempt())), [seen]))
    assert plan.status and plan.status.attempts[0].verdict == "Withdrawn" and plan.start
    assert plan.status.counts and plan.status.counts.disruptions == 0
    assert plan.status.counts.budget and plan.status.counts.budget.barren == 0
    assert plan.delete_jobs == (DeleteJob(A1, f"job-{A1}"),)


def test_what_its_runner_has_done_before_counts() -> None:
    going = pod(delete_by=at(80))
    seen = evidence(job=HELD, pod=going, heard=heard(success()))
    done = reconcile(snapshot(queued(status_with(attempt())), [seen]))
    assert done.status and done.status.phase == Phase.SUCCEEDED and not done.start
    assert done.delete_jobs == (DeleteJob(A1, f"job-{A1}"),), "its Job would be admitted for nothing"
    wrong = heard(report(outcome=Outcome.FAILED, exit_code=65, message="no video"))
    failed = reconcile(snapshot(queued(status_with(attempt())), [evidence(job=HELD, pod=going, heard=wrong)]))
    assert failed.status and failed.status.reason == Reason.INPUT_INVALID


def test_a_judged_attempt_leaves_the_queue_although_its_runner_has_ended() -> None:
    """The pod's end was seen before the Job's suspension."""
    seen: list[Evidence] = [
        evidence(job=HELD, pod=ended(75, last_word=report(outcome=Outcome.DISRUPTED, exit_code=75))),
        evidence(A2, job=batch_job(A2, suspended=True), pod=None),
    ]
    plan = reconcile(snapshot(queued(status_with(lost(), attempt(A2))), seen))
    assert plan.delete_jobs == (DeleteJob(A1, f"job-{A1}"),)
    assert plan.status and plan.status.reason == Reason.WAITING_FOR_QUOTA


def test_nothing_of_a_finished_job_stays_in_the_queue() -> None:
    over = status_with(lost(), phase="Failed", end_time="2026-01-01T12:00:59Z")
    plan = reconcile(snapshot(queued(over), [evidence(job=HELD, pod=None)]))
    assert plan.delete_jobs == (DeleteJob(A1, f"job-{A1}"),)


def test_a_suspended_videojob_is_suspended_whatever_its_queue_says() -> None:
    plan = reconcile(snapshot(queued(status_with(attempt()), suspend=True), [WAITS]))
    assert plan.status and plan.status.phase == Phase.SUSPENDED
    assert plan.delete_jobs == (DeleteJob(A1, f"job-{A1}"),)


def raw(**more: Any) -> JobState:
    metadata = {"name": A1, "uid": "u", "creationTimestamp": "2026-01-01T12:00:00Z"}
    return JobState.read({"metadata": metadata, **more})


def resumed(status: str) -> dict[str, Any]:
    condition = {"type": "Suspended", "status": status, "lastTransitionTime": "2026-01-01T12:00:05Z"}
    return {"conditions": [condition]}


@pytest.mark.parametrize(
    ("state", "suspended", "since"),
    [
        (raw(), False, None),
        (raw(spec={"suspend": True}), True, None),
        (raw(spec={"suspend": True}, status=resumed("True")), True, None),
        (raw(spec={"suspend": False}, status=resumed("True")), True, None),
        (raw(spec={"suspend": False}, status=resumed("False")), False, at(5)),
    ],
)
def test_what_a_job_says_of_it(state: JobState, suspended: bool, since: datetime | None) -> None:
    assert (state.suspended, state.resumed) == (suspended, since)
