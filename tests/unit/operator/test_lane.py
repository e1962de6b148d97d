"""A lane's steps, without the job around it."""

import pytest

from spotreel_operator.manifests.orders import OrderTooLarge
from spotreel_operator.reconcile import lane
from spotreel_operator.reconcile.attempts import review
from spotreel_operator.reconcile.lane_review import Review
from spotreel_operator.state.snapshot import Platform, Snapshot
from tests.unit.operator.histories import A1, A2, attempt, lost, status_with
from tests.unit.operator.make import config, evidence, heard, job, pod, report, snapshot
from videojob_api.names import AttemptReason, Phase, Verdict
from videojob_api.reasons import Reason


def looked_at(s: Snapshot) -> tuple[Platform, Review]:
    assert isinstance(s.platform, Platform)
    return s.platform, review(s, s.platform).lanes[0]


def step(s: Snapshot) -> lane.Step:
    return lane.step(s, *looked_at(s))


def test_it_begins_where_nothing_is_under_way() -> None:
    first, second = step(snapshot()), step(snapshot(job(status_with(lost()))))
    assert first.start and (first.start.name, first.start.number, first.start.tier.name) == (A1, 1, "spot")
    assert second.start and second.start.name == A2 and second.standing and second.standing.reason == Reason.RESUMING
    assert [a.name for a in second.review.attempts] == [A1, A2] and second.review.counts.attempts == 2


def test_it_watches_what_runs() -> None:
    watched = step(snapshot(job(status_with(attempt())), [evidence(heard=heard(report()))]))
    assert (
        watched.start is None
        and watched.standing
        and watched.standing.phase == Phase.RUNNING
        and not watched.delete_pods
    )


def test_a_tier_without_a_node_is_left_with_a_guard_on_the_pod() -> None:
    waiting = evidence(pod=pod(node=None, bound=None, started=None, phase="Pending"))
    left = step(snapshot(job(status_with(attempt())), [waiting], now=10_000))
    assert [p.name for p in left.delete_pods] == ["reel-12345-0-1-x"] and left.look_again == lane.AT_ONCE
    assert left.review.attempts[0].reason == AttemptReason.NO_CAPACITY and left.start is None


def test_all_that_is_under_way_is_taken_back() -> None:
    """Two, as after an interruption between a verdict and its writing."""
    s = snapshot(job(status_with(attempt(), attempt(A2))), [evidence(), evidence(A2)])
    _, r = looked_at(s)
    after = lane.all_withdrawn(r, s, AttemptReason.SUSPENDED, "why")
    assert after.active is None
    assert [(a.verdict, a.reason) for a in after.attempts] == [(Verdict.WITHDRAWN, AttemptReason.SUSPENDED)] * 2


def test_an_order_that_does_not_fit_is_for_the_job_to_judge() -> None:
    wide = config(allowedURIs=["s3://m/", *(f"s3://bucket-{n}/prefix/" for n in range(9000))])
    with pytest.raises(OrderTooLarge):
        step(snapshot(configuration=wide))
