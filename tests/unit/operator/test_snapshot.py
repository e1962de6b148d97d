"""The clocks of a job, as a decision sees them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from spotreel_operator.state.snapshot import Snapshot
from tests.unit.operator.histories import A1, attempt, lost
from tests.unit.operator.make import at, batch_job, evidence, job, snapshot
from videojob_api.names import Phase
from videojob_api.status import VideoJobStatus

LANE_1 = "reel-12345-1-1"


def taken(status: VideoJobStatus | None = None, batch: dict[str, Any] | None = None, **spec: Any) -> Snapshot:
    """At 100 seconds, of a job that began at 10; `batch` changes the Job of its attempt."""
    begun = VideoJobStatus(start_time="2026-01-01T12:00:10Z", attempts=[attempt()])
    return snapshot(job(status or begun, **spec), [evidence(A1, job=batch_job(A1, **(batch or {})))], now=100)


def test_clocks_count_from_the_jobs_start() -> None:
    found = taken(deadline="1h", activeDeadlineSeconds=600)
    assert found.begun == at(10)
    assert (found.goal_at, found.must_end_by) == (at(3610), at(610))


def test_before_its_start_they_count_from_its_creation() -> None:
    assert taken(VideoJobStatus(), activeDeadlineSeconds=600).must_end_by == at(600)


def test_a_job_without_limits_has_none() -> None:
    assert (taken().goal_at, taken().must_end_by) == (None, None)


def test_a_deadline_that_nobody_can_count_is_never_over() -> None:
    found = taken(deadline="1h")
    assert found.videojob.spec
    spec = found.videojob.spec.model_copy(update={"deadline": "9999999999h"})
    assert replace(found, videojob=replace(found.videojob, spec=spec)).goal_at is None


def test_no_clock_runs_while_a_queue_holds_the_job() -> None:
    found = taken(batch={"suspended": True}, deadline="1h", activeDeadlineSeconds=600)
    assert found.queued and (found.goal_at, found.must_end_by) == (at(3700), at(700))


@pytest.mark.parametrize("batch", [{"complete": True}, {"failed": True}])
def test_a_job_that_is_over_waits_in_no_queue(batch: dict[str, bool]) -> None:
    assert not taken(batch={"suspended": True, **batch}).queued


def test_a_judged_attempt_waits_in_no_queue() -> None:
    judged = VideoJobStatus(start_time="2026-01-01T12:00:10Z", attempts=[lost()])
    assert not taken(judged, batch={"suspended": True}).queued
    assert taken(judged, batch={"resumed": at(60)}).begun == at(10)


def test_clocks_begin_anew_when_a_queue_lets_it_go_on() -> None:
    assert taken(batch={"resumed": at(60)}, activeDeadlineSeconds=600).must_end_by == at(660)


def test_a_runner_that_is_let_go_on_later_does_not_set_the_clocks_back() -> None:
    both = [evidence(job=batch_job(resumed=at(60))), evidence(LANE_1, job=batch_job(LANE_1, resumed=at(90)))]
    assert replace(taken(), evidence={e.name: e for e in both}).begun == at(60)
    never_held = [evidence(), both[1]]
    assert replace(taken(), evidence={e.name: e for e in never_held}).begun == at(10)


def test_a_suspended_job_has_no_limit_and_one_that_is_woken_a_whole_one() -> None:
    asleep = VideoJobStatus(phase=Phase.SUSPENDED, start_time="2026-01-01T12:00:10Z")
    assert taken(asleep, suspend=True, activeDeadlineSeconds=600).must_end_by is None
    woken = taken(asleep, activeDeadlineSeconds=600)
    assert woken.must_end_by == woken.now + timedelta(seconds=600)
