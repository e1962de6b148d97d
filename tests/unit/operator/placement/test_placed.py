"""Placement asked about a job: what a snapshot says of its lanes, its goal, its prices."""

from dataclasses import replace
from typing import Any

from spotreel_operator.reconcile.placement.placed import job_goal, placed, situation_of
from spotreel_operator.reconcile.placement.prices import price_of
from spotreel_operator.reconcile.placement.situation import Waiting, Working
from spotreel_operator.reconcile.reconcile import reconcile
from spotreel_operator.state.capacity import Pool
from spotreel_operator.state.signals import Signals
from spotreel_operator.state.snapshot import Platform, Snapshot
from tests.unit.operator.histories import A1, attempt, conditions, event_reasons, lost, status_with
from tests.unit.operator.make import at, config, evidence, heard, job, pod, report, snapshot
from videojob_api.config import ClassTier
from videojob_api.status import Attempt, Progress

PENDING: dict[str, Any] = {"node": None, "bound": None, "started": None, "phase": "Pending"}


def platform_of(s: Snapshot) -> Platform:
    assert isinstance(s.platform, Platform)
    return s.platform


def at_work(tier: str, **spec: Any) -> Snapshot:
    """An attempt that has rendered 4500 of 9000 frames in five minutes."""
    running = attempt(tier=tier, bind_time="2026-01-01T12:00:01Z", start_time="2026-01-01T12:00:02Z", node="n1",
                      render_time="2026-01-01T12:00:10Z", encoded_frames=4500)  # fmt: skip
    status = status_with(running, progress=Progress(frames=4500, total_frames=9000))
    return snapshot(job(status, **spec), [evidence(heard=heard(report(encoded=4500, committed=4500), 305))], now=310)


def test_an_attempt_waits_works_or_has_no_pod_yet() -> None:
    waits = snapshot(job(status_with(attempt())), [evidence(pod=pod(**PENDING))])
    works = snapshot(job(status_with(attempt())), [evidence()])
    begins = snapshot(job(status_with(attempt())), [evidence(pod=None)])
    seen = [situation_of(s, platform_of(s), 0, [attempt()], attempt()).under_way for s in (waits, works, begins)]
    assert isinstance(seen[0], Waiting) and seen[1:] == [Working("spot"), None]


def test_the_goal_is_that_of_the_whole_job() -> None:
    s = at_work("spot", deadline="1h", parallelism=2)
    found = job_goal(s, platform_of(s))
    assert found and found.total and found.left
    assert (found.total.total_seconds(), found.left.total_seconds()) == (300, 150), "15 frames a second, two lanes"
    assert (found.begun, found.by) == (at(0), at(3600))
    assert job_goal(at_work("spot"), platform_of(s)) is None
    late = at_work("spot", deadline="5m")
    assert job_goal(late, platform_of(late)) is None, "it is over"


def test_a_tier_costs_what_the_dearest_of_its_types_does() -> None:
    prices = config(prices={"table": {"a": {"Spot": 1}, "b": {"Spot": 2}}}).prices
    assert price_of(ClassTier(name="t", capacity="Spot", instance_types=["a", "b", "c"]), prices, at(0)) == 2
    assert price_of(ClassTier(name="t", capacity="OnDemand", instance_types=["a"]), prices, at(0)) is None
    assert price_of(ClassTier(name="t", capacity="Spot"), prices, at(0)) is None


def test_what_other_jobs_have_learnt_counts() -> None:
    s = replace(snapshot(job()), memory={Pool("Spot", None, None): at(180)})
    assert placed(s, platform_of(s), 0, ()).tier.name == "od"
    assert [a.tier.name for a in reconcile(s).start] == ["od"]


def test_zones_that_cool_are_shunned_by_the_pod() -> None:
    s = replace(snapshot(job()), memory={Pool("Spot", None, "a"): at(180)})
    (start,) = reconcile(s).start
    assert (start.tier.name, start.shun) == ("spot", ("a",))


def test_a_refused_pod_is_left_at_once_and_one_that_is_awaited_is_not() -> None:
    def plan(now: float, **said: Any) -> list[str]:
        waiting = replace(evidence(pod=pod(**PENDING)), signals=Signals(known=True, **said))
        return event_reasons(reconcile(snapshot(job(status_with(attempt())), [waiting], now=now)))

    assert plan(5, refused=True) == ["NoCapacity", "TierChanged"]
    assert plan(5) == plan(50, coming=True) == []


def test_a_job_on_on_demand_that_is_well_ahead_goes_back_to_spot() -> None:
    def of(deadline: str) -> tuple[list[str], Attempt]:
        plan = reconcile(at_work("od", deadline=deadline))
        assert plan.status
        return event_reasons(plan), plan.status.attempts[0]

    events, first = of("3h")
    assert events == ["TierChanged"] and (first.verdict, first.reason) == ("Withdrawn", "Moved")
    assert of("10m30s")[1].verdict is None


def test_a_deadline_at_risk_is_a_condition_while_it_is() -> None:
    risky, calm = at_work("spot", deadline="8m"), at_work("spot", deadline="3h")
    assert conditions(reconcile(risky))["DeadlineAtRisk"] == "True"
    assert "DeadlineAtRisk" not in conditions(reconcile(calm))


def test_without_a_deadline_a_disruption_leads_to_spot_again() -> None:
    s = snapshot(job(status_with(lost())), [])
    assert placed(s, platform_of(s), 0, [lost(A1)]).tier.name == "spot"
