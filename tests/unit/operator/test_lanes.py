"""Several lanes of one job: what each does, and what ends all of them."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from spotreel_operator.reconcile.reconcile import reconcile
from spotreel_operator.state.lane_records import attempts_of
from tests.unit.operator.histories import event_reasons
from tests.unit.operator.make import (
    batch_job,
    config,
    ended,
    evidence,
    job,
    node,
    pod,
    report,
    snapshot,
    success,
    target,
)
from tests.unit.operator.sharded import (
    begun,
    has_done_its_share,
    joining,
    name,
    next_status,
    of,
    runs,
    started,
    waits,
)
from videojob_api.names import Phase
from videojob_api.order import Order, Shard
from videojob_api.reasons import Reason


def test_all_lanes_begin_at_once_each_with_its_part() -> None:
    plan = reconcile(of(3, None))
    assert started(plan) == [name(0), name(1), name(2)]
    shards = [Order.model_validate_json(attempt.order).shard for attempt in plan.start]
    assert shards == [Shard(index=n, total=3, joins=n == 0) for n in range(3)]
    status = next_status(plan)
    assert status.shards and (status.shards.total, status.shards.running, status.shards.done) == (3, 0, 0)


def test_one_lane_has_no_shards_in_its_status() -> None:
    plan = reconcile(of(1, None))
    assert started(plan) == [name(0)] and next_status(plan).shards is None


def test_after_an_interruption_only_what_was_not_created_is_created() -> None:
    """The operator died between two Jobs: nothing of it is in status yet."""
    plan = reconcile(of(3, None, waits(0), waits(2)))
    assert started(plan) == [name(1)]
    assert [a.name for a in attempts_of(next_status(plan))] == [name(0), name(1), name(2)]


def test_a_lost_runner_is_followed_in_its_own_lane() -> None:
    lost = evidence(name(1), pod=ended(143, name="x", disruption=target("DeletionByTaintManager")))
    plan = reconcile(of(3, begun(3), runs(0), lost, runs(2)))
    assert started(plan) == [name(1, 2)]
    status = next_status(plan)
    assert status.counts and (status.counts.disruptions, status.counts.attempts) == (1, 4)
    assert status.phase == Phase.RUNNING and "2 of 3 runners at work after 1 disruption" in (status.message or "")


def test_a_lane_that_has_done_its_share_is_left_alone() -> None:
    first = reconcile(of(3, begun(3), runs(0), has_done_its_share(1), runs(2)))
    again = reconcile(of(3, next_status(first), runs(0), runs(2)))
    assert not first.start and not again.start
    assert next_status(again).shards and next_status(again).shards.done == 1  # type: ignore[union-attr]
    assert next_status(again).phase == Phase.RUNNING


def test_the_first_lane_goes_on_alone() -> None:
    others_done = reconcile(of(2, begun(2), runs(0), has_done_its_share(1)))
    lost = evidence(name(0), pod=ended(143, name="x", disruption=target("PreemptionByScheduler")))
    assert started(reconcile(of(2, next_status(others_done), lost))) == [name(0, 2)]


def test_more_lanes_begin_when_parallelism_is_raised() -> None:
    plan = reconcile(of(3, begun(1), runs(0)))
    assert started(plan) == [name(1), name(2)]
    assert Order.model_validate_json(plan.start[0].order).shard.total == 3


def test_lanes_are_taken_back_when_parallelism_is_lowered() -> None:
    plan = reconcile(of(1, begun(3), runs(0), runs(1), runs(2)))
    assert [gone.name for gone in plan.delete_jobs] == [name(1), name(2)] and not plan.start
    status = next_status(plan)
    reasons = {a.name: a.reason for a in attempts_of(status)}
    assert reasons == {name(0): None, name(1): "ParallelismLowered", name(2): "ParallelismLowered"}
    assert started(reconcile(of(2, status, runs(0), now=75))) == [name(1, 2)]


def test_who_raises_and_lowers_each_second_starts_nothing() -> None:
    status = next_status(reconcile(of(1, begun(2), runs(0), runs(1))))
    raised = reconcile(of(2, status, runs(0), now=62))
    assert not raised.start and round((raised.requeue_after or timedelta()).total_seconds()) == 13
    lowered = reconcile(of(1, next_status(raised), runs(0), now=63))
    assert not lowered.start and not lowered.delete_jobs


def test_a_lane_without_a_node_is_not_needed_when_all_is_there() -> None:
    plan = reconcile(of(3, begun(3, configuration=joining()), has_done_its_share(0), waits(1), runs(2),
                        configuration=joining()))  # fmt: skip
    assert [gone.name for gone in plan.delete_jobs] == [name(1)]
    assert {a.name: a.reason for a in attempts_of(next_status(plan))}[name(1)] == "NotNeeded"


def test_a_lane_that_would_come_too_late_is_not_waited_for() -> None:
    """Two segments are left, and two runners at work; neither is a node taken for the third, nor is it begun again."""
    seen = [runs(0, done=8), runs(1, done=8), waits(2)]
    at_work = next_status(reconcile(of(3, begun(3), *seen)))
    plan = reconcile(of(3, at_work, *seen))
    assert [gone.name for gone in plan.delete_jobs] == [name(2)]
    assert not reconcile(of(3, next_status(plan), *seen[:2])).start
    early = [runs(0, done=7), runs(1, done=7), waits(2)]
    assert not reconcile(of(3, next_status(reconcile(of(3, begun(3), *early))), *early)).delete_jobs


def test_a_class_may_have_segments_joined_elsewhere() -> None:
    status = begun(2, configuration=joining())
    early = reconcile(of(2, status, runs(0), has_done_its_share(1), configuration=joining()))
    assert not early.start
    plan = reconcile(of(2, next_status(early), has_done_its_share(0), configuration=joining()))
    assert started(plan) == [name("join")] and plan.start[0].tier.name == "cheap"
    assert Order.model_validate_json(plan.start[0].order).shard == Shard(total=2)
    over = reconcile(of(2, next_status(plan), evidence(name("join"), heard=None, pod=ended(0, name="x",
                        last_word=success(name("join")))), configuration=joining()))  # fmt: skip
    assert next_status(over).phase == Phase.SUCCEEDED


def test_segments_are_joined_also_if_the_class_has_changed_its_mind() -> None:
    """The first lane was told to leave that to another, whom the class no longer knows."""
    status = begun(1, configuration=joining())
    plan = reconcile(of(1, status, has_done_its_share(0)))
    assert started(plan) == [name("join")] and plan.start[0].tier.name == "spot"


def test_one_lane_that_fails_for_good_ends_all() -> None:
    bad = evidence(name(1), pod=ended(65, name="x"))
    plan = reconcile(of(3, begun(3), runs(0), bad, runs(2)))
    status = next_status(plan)
    assert (status.phase, status.reason) == (Phase.FAILED, Reason.INPUT_INVALID)
    assert [gone.name for gone in plan.delete_jobs] == [name(0), name(2)] and not plan.start


def test_a_result_counts_whatever_else_has_failed() -> None:
    won = evidence(name(0), pod=ended(0, name="x", last_word=success(name(0))))
    bad = evidence(name(1), pod=ended(70, name="y"))
    status = next_status(reconcile(of(2, begun(2), won, bad)))
    assert status.phase == Phase.SUCCEEDED and status.outputs and status.outputs[0].sha256 == "ab" * 32


def test_each_lane_has_a_budget_of_its_own() -> None:
    """Four crashes of two lanes are two of each; the fourth of one lane is too many."""
    patient = config(noProgressAttempts=20)
    status = begun(2, configuration=patient)
    for number in range(1, 5):
        assert status.phase != Phase.FAILED
        crashed = [evidence(name(lane, number), pod=ended(1, name=f"x{lane}")) for lane in (0, 1)]
        status = next_status(reconcile(of(2, status, *crashed, configuration=patient)))
    assert (status.phase, status.reason) == (Phase.FAILED, Reason.BACKOFF_LIMIT_EXCEEDED)
    assert status.counts and status.counts.crashes == 8


def test_a_lane_in_a_queue_is_no_event_at_each_look() -> None:
    held = replace(waits(1), job=batch_job(name(1), suspended=True), pod=None)
    first = reconcile(of(2, begun(2), runs(0), held))
    again = reconcile(of(2, next_status(first), runs(0), held))
    assert "Queued" in event_reasons(first) and "Queued" not in event_reasons(again)
    assert "1 of 2 runners at work" in (next_status(again).message or "")


def test_nodes_that_one_lane_found_unfit_are_avoided_by_all() -> None:
    """However many lanes there are: with sixty-four a lane remembers two attempts."""
    unfit = evidence(name(0), pod=ended(76, name="x", node="n7"))
    plan = reconcile(of(64, begun(64), unfit, *(runs(lane) for lane in range(2, 64)), nodes=[node("n7"), node()]))
    assert started(plan) == [name(0, 2), name(1, 2)] and {attempt.avoid for attempt in plan.start} == {("n7",)}


def test_pods_that_no_node_starts_are_counted_beyond_what_is_listed() -> None:
    """The pause grows, and after so many somebody has to look at the nodes."""
    status, refused = begun(64), dict[str, Any](phase="Failed", reason="UnexpectedAdmissionError", started=None)
    for number in range(1, 5):
        seen = [evidence(name(lane, number), pod=pod(name=f"x{lane}", **refused)) for lane in range(64)]
        status = next_status(reconcile(of(64, status, *seen, now=200 * number)))
    assert (status.phase, status.reason) == (Phase.PENDING, Reason.NOT_STARTED)


def test_a_lane_without_luck_does_not_end_a_job_that_gets_on() -> None:
    status, others = begun(3), [runs(0), runs(2)]
    for number in range(1, 6):
        lost = evidence(name(1, number), pod=ended(143, name="x", disruption=target("DeletionByTaintManager")))
        status = next_status(reconcile(of(3, status, lost, *others, now=100 * number, listening=100 * number)))
    assert status.phase == Phase.RUNNING
    idle = [runs(0, own=0), runs(2, own=0)]
    lost = evidence(name(1, 6), pod=ended(143, name="x", disruption=target("DeletionByTaintManager")))
    status = next_status(reconcile(of(3, status, lost, *idle, now=900, listening=900)))
    assert (status.phase, status.reason) == (Phase.FAILED, Reason.NO_PROGRESS)


def test_a_refusal_is_one_event_for_all_lanes() -> None:
    plan = reconcile(of(3, begun(1), runs(0), rejection="exceeded quota"))
    assert event_reasons(plan).count("Failed") == 1 and not plan.start


def test_suspension_takes_all_back() -> None:
    s = snapshot(job(begun(3), parallelism=3, suspend=True), [runs(0), runs(1), runs(2)])
    plan = reconcile(s)
    assert len(plan.delete_jobs) == 3 and next_status(plan).phase == Phase.SUSPENDED


def test_a_retry_begins_all_lanes_anew() -> None:
    bad = evidence(name(0), pod=ended(65, name="x"))
    failed = next_status(reconcile(of(2, begun(2), bad, has_done_its_share(1))))
    asked = job(failed, parallelism=2)
    asked.annotations["spotreel.dev/retry"] = "1"  # type: ignore[index]
    again = next_status(reconcile(snapshot(asked)))
    assert again.phase == Phase.PENDING and again.counts and again.counts.retries == 1
    asked = job(again, parallelism=2)
    asked.annotations["spotreel.dev/retry"] = "1"  # type: ignore[index]
    assert started(reconcile(snapshot(asked))) == [name(0, 2), name(1, 2)]


def test_what_is_stalled_begins_nothing_and_watches_what_runs() -> None:
    elsewhere = job(begun(2), parallelism=2, className="gone")
    plan = reconcile(snapshot(elsewhere, [runs(0)]))
    assert not plan.start and next_status(plan).phase == Phase.RUNNING


def test_sixty_four_lanes_are_no_sixty_four_lines() -> None:
    plan = reconcile(of(64, None))
    assert len(plan.start) == 64 and event_reasons(plan) == ["AttemptCreated"]
    plan = reconcile(of(64, next_status(plan), *(runs(lane) for lane in range(64))))
    status = next_status(plan)
    assert len(status.attempts) <= 8 and status.shards and status.shards.summary == "64/64"
    assert len(event_reasons(plan)) <= 2
    assert "64 of 64 runners at work" in (status.message or "")
    assert len(json.dumps(status.plain())) < 64_000, "beside a spec, etcd takes 1.5 MB"


@pytest.mark.parametrize("lanes", [1, 2, 7, 64])
def test_a_job_as_it_should_be_is_left_alone(lanes: int) -> None:
    seen = [runs(lane) for lane in range(lanes)]
    once = next_status(reconcile(of(lanes, begun(lanes), *seen)))
    plan = reconcile(of(lanes, once, *seen))
    assert plan.status == once and not (plan.start or plan.delete_jobs or plan.delete_pods)


def test_progress_is_what_is_there_not_a_sum() -> None:
    """Each counts the same store; what they have in hand is each one's own."""
    seen = [runs(0, done=5, frames=160, in_hand=10), runs(1, done=4, frames=125, in_hand=5)]
    status = next_status(reconcile(of(2, begun(2), *seen)))
    assert status.progress and (status.progress.segments, status.progress.frames) == (5, 165)
    assert status.progress.fps == 2 * report().fps
