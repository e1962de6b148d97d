"""Nodes whose clocks are minutes off: nothing is postponed, hurried or misjudged for that."""

from datetime import datetime, timedelta

import pytest

from spotreel_operator.reconcile.clocks import came_after_the_end, end_of, start_of
from spotreel_operator.reconcile.reconcile import reconcile
from tests.unit.operator.histories import attempt, lost, status_with
from tests.unit.operator.make import at, ended, evidence, heard, job, node, pod, report, snapshot, target
from videojob_api.status import Counts

AHEAD, BEHIND = 600, -600


@pytest.mark.parametrize("skew", [0, AHEAD, BEHIND])
def test_an_attempt_ends_when_it_ended(skew: float) -> None:
    """It has run from 2 to 50 s; the operator saw it start and looks at 60 s."""
    over = ended(75, started=at(2 + skew), ended=at(50 + skew))
    status = status_with(attempt(start_time="2026-01-01T12:00:02Z"))
    plan = reconcile(snapshot(job(status), [evidence(pod=over)]))
    assert plan.status and plan.status.attempts[0].end_time == "2026-01-01T12:00:50Z"


@pytest.mark.parametrize("skew", [AHEAD, BEHIND])
def test_an_attempt_that_nobody_saw_start_ends_before_now(skew: float) -> None:
    over = ended(75, started=at(2 + skew), ended=at(50 + skew))
    plan = reconcile(snapshot(job(status_with(attempt())), [evidence(pod=over)]))
    assert plan.status
    start, end = plan.status.attempts[0].start_time, plan.status.attempts[0].end_time
    assert start and end and "2026-01-01T12:00:01Z" <= start <= end <= "2026-01-01T12:01:00Z"


def test_a_clock_ahead_postpones_no_attempt() -> None:
    seen = [evidence("reel-12345-0-2", pod=ended(75, started=at(602), ended=at(650)))]
    status = status_with(lost(segments=0), attempt("reel-12345-0-2"), counts=Counts(attempts=2, disruptions=1))
    plan = reconcile(snapshot(job(status), seen))
    assert plan.requeue_after and plan.requeue_after < timedelta(seconds=5)
    written = status_with(lost(segments=0), lost("reel-12345-0-2", segments=0, end_time="2026-01-01T12:10:50Z"))
    assert reconcile(snapshot(job(written), now=65)).start, "an older operator wrote what kubelet said"


def test_a_clock_ahead_postpones_no_silence() -> None:
    """Its node is NotReady since, and nothing was ever heard of it."""
    status = status_with(attempt(node="n1", start_time="2026-01-01T12:00:02Z"))
    seen = [evidence(pod=pod(started=at(602)))]
    for now in (63, 610, 640):
        plan = reconcile(snapshot(job(status), seen, now=now, nodes=[node(ready=False)]))
        assert plan.status and plan.status.attempts[0].reason == "NodeLost", now


def test_a_clock_ahead_is_not_learnt() -> None:
    plan = reconcile(snapshot(job(status_with(attempt())), [evidence(pod=pod(started=at(602)), heard=heard(report()))]))
    assert plan.status and plan.status.attempts[0].start_time == "2026-01-01T12:01:00Z"
    behind = reconcile(snapshot(job(status_with(attempt())), [evidence(pod=pod(started=at(-598)))]))
    assert behind.status and behind.status.attempts[0].start_time == "2026-01-01T12:00:01Z", "bound then"


@pytest.mark.parametrize(("code", "reason"), [(75, "Evicted"), (137, "Evicted"), (1, "Crashed"), (139, "Crashed")])
def test_an_eviction_from_a_node_whose_clock_is_behind_is_none_after_the_end(code: int, reason: str) -> None:
    over = ended(code, started=at(-598), ended=at(-550), disruption=target("EvictionByEvictionAPI", 49))
    plan = reconcile(snapshot(job(status_with(attempt())), [evidence(pod=over)]))
    assert plan.status and plan.status.attempts[0].reason == reason


def test_bounds() -> None:
    now = at(60)
    assert start_of(pod(started=None), now) is None
    assert end_of(None, None, now) == end_of(pod(), None, now) == now
    assert end_of(ended(1, started=None, ended=at(-9)), None, now) == at(1)
    assert end_of(ended(1, started=at(40), ended=at(30)), at(40), now) == at(40)
    assert not came_after_the_end(ended(1)) and came_after_the_end(ended(1, disruption=target("x", 60)))
    unknown: datetime | None = end_of(ended(1, ended=None), at(2), now)
    assert unknown == now
