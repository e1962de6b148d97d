"""Traps of preemption, capacity and cost, as clouds and clusters set them: one test each.

Those of the store (a lost answer, a header that is ignored) and of encoders are the runner's; that of traces is in
`tests/unit/replay/test_traces.py`.
"""

from dataclasses import replace
from typing import Any

import pytest

from spotreel_operator.reconcile.cost import bill, cost
from spotreel_operator.reconcile.counters import counted
from spotreel_operator.reconcile.placement.cooling import Times, is_starved, learnt, merged
from spotreel_operator.reconcile.plan import Plan
from spotreel_operator.reconcile.reconcile import reconcile
from spotreel_operator.state.capacity import Memory, Pool
from spotreel_operator.state.snapshot import Platform
from spotreel_operator.state.times import format_time
from tests.unit.operator.histories import A1, A2, after, attempt, event_reasons, in_vain, status_with
from tests.unit.operator.make import (
    T0,
    at,
    attempt_manifest,
    batch_job,
    config,
    ended,
    evidence,
    heard,
    job,
    node,
    pod,
    report,
    snapshot,
    success,
    target,
)
from videojob_api.exit_codes import ExitCode
from videojob_api.status import Attempt, Counts

EVICTED = target("EvictionByEvictionAPI")
PENDING: dict[str, Any] = {"node": None, "bound": None, "started": None, "phase": "Pending"}
RUNS = status_with(attempt(node="n1", start_time="2026-01-01T12:00:02Z"))


def verdict(plan: Plan, number: int = 0) -> tuple[str | None, str | None]:
    assert plan.status
    return plan.status.attempts[number].verdict, plan.status.attempts[number].reason


def phase(plan: Plan) -> str | None:
    assert plan.status
    return plan.status.phase


def test_trap_1_told_to_stop_and_exited_with_0_is_not_complete() -> None:
    plan = reconcile(snapshot(job(RUNS), [evidence(pod=ended(0), heard=heard(report()))], now=100))
    assert verdict(plan) == ("Disruption", "NoResult") and phase(plan) == "Pending"


def test_trap_2_a_result_that_was_committed_before_the_status_was_written_counts() -> None:
    """The operator died in between; the pod is gone by now, its last word was heard."""
    gone = evidence(pod=ended(0, gone=True, last_word=success()), job=batch_job(complete=True, finished_at=at(50)))
    plan = reconcile(snapshot(job(RUNS), [gone], now=600))
    assert verdict(plan)[0] == "Succeeded" and phase(plan) == "Succeeded" and not plan.start


def test_trap_3_a_zombie_that_wakes_up_is_charged_no_crash_and_changes_no_verdict() -> None:
    silent = reconcile(snapshot(job(RUNS), [evidence(heard=heard(report()))], now=300))
    assert verdict(silent) == ("Disruption", "RunnerSilent")
    s = after(silent, snapshot(job(RUNS), [evidence(pod=ended(1), heard=heard(report(), 310))]))
    woken = reconcile(replace(s, now=at(320)))
    assert verdict(woken) == ("Disruption", "RunnerSilent")
    assert woken.status and woken.status.counts and woken.status.counts.crashes == 0


def test_trap_6_a_pod_that_hangs_in_terminating_neither_blocks_nor_costs() -> None:
    hangs = evidence(pod=pod(delete_by=at(60), disruption=target("DeletionByTaintManager")), heard=heard(report()))
    priced = RUNS.model_copy(
        update={"attempts": [RUNS.attempts[0].model_copy(update={"instance_type": "g5.xlarge", "capacity": "Spot"})]}
    )
    first = reconcile(snapshot(job(priced), [hangs], now=300, nodes=[]))
    assert verdict(first)[0] == "Disruption" and [a.name for a in first.start] == [A2]
    assert first.status and first.status.cost
    later = reconcile(
        replace(after(first, snapshot(job(priced), [hangs, evidence(A2, pod=None)], nodes=[])), now=at(900))
    )
    assert later.status and later.status.cost == first.status.cost and not later.start


def test_trap_7_a_pod_that_went_without_a_status_is_a_disruption_and_no_attempt_is_made_twice() -> None:
    gone = evidence(pod=pod(gone=True), heard=heard(report()))
    first = reconcile(snapshot(job(RUNS), [gone], now=100))
    assert verdict(first)[0] == "Disruption" and [a.name for a in first.start] == [A2]
    # Killed before it could write that: the Job is there, status knows nothing of it.
    again = reconcile(snapshot(job(RUNS), [gone, evidence(A2, pod=pod(**PENDING))], now=110))
    assert not again.start and again.status and [a.name for a in again.status.attempts] == [A1, A2]


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ({"pod": pod(), "heard": heard(report(), 95)}, (None, None)),
        ({"pod": ended(int(ExitCode.INPUT_INVALID), disruption=EVICTED)}, ("Disruption", "Evicted")),
        ({"pod": ended(137, oom_killed=True, disruption=EVICTED)}, ("Crash", "OOMKilled")),
    ],
)  # fmt: skip
def test_trap_8_conditions_that_are_withdrawn_and_codes_of_runners_that_were_being_stopped(
    seen: dict[str, Any], expected: tuple[str | None, str | None]
) -> None:
    assert verdict(reconcile(snapshot(job(RUNS), [evidence(**seen)], now=100))) == expected


def test_trap_9_a_node_that_refuses_pods_is_avoided() -> None:
    refused = ended(1, reason="UnexpectedAdmissionError", started=None, ended=None, exit_code=None, phase="Failed")
    plan = reconcile(snapshot(job(status_with(attempt(node="n1"))), [evidence(pod=refused)], now=100))
    assert verdict(plan)[0] == "Disruption" and plan.start and plan.start[0].avoid == ("n1",)


def test_trap_10_the_ladder_ends_honestly() -> None:
    """The pod that is given up may be bound meanwhile; without any capacity it waits, says so, and fails in the end."""
    waits = evidence(pod=pod(**PENDING, unschedulable="0/3 nodes are available"))
    left = reconcile(snapshot(job(status_with(attempt())), [waits], now=62))
    assert [(p.uid, p.resource_version) for p in left.delete_pods] == [("pod-1", "5")], "only as it was seen"
    cooling: Memory = {Pool("Spot", None, None): at(900), Pool("OnDemand", None, None): at(900)}
    tiers = config().classes["gpu"].placement
    assert tiers and is_starved(tiers.tiers, cooling, at(0))
    starved = reconcile(snapshot(job(), memory=cooling))
    assert [a.tier.name for a in starved.start] == ["spot"], "a memory that leaves no tier is no help"
    last = status_with(in_vain(), attempt(A2, tier="od"))
    waits = evidence(name=A2, job=batch_job(A2, tier="od"), pod=pod(**PENDING, unschedulable="0/3 nodes are available"))
    waiting = reconcile(snapshot(job(last, activeDeadlineSeconds=1000), [waits], now=999))
    assert waiting.status and waiting.status.reason == "WaitingForCapacity" and not waiting.delete_pods
    assert "0/3 nodes are available" in (waiting.status.message or "")
    over = reconcile(snapshot(job(last, activeDeadlineSeconds=1000), [waits], now=1000))
    assert phase(over) == "Failed" and over.status and over.status.reason == "DeadlineExceeded"


def test_trap_11_after_a_zone_has_lost_twenty_runners_all_ask_elsewhere() -> None:
    """Each has one next attempt; the first verdict has taught its own job, and all others."""
    spot = {"name": "spot", "capacity": "Spot", "zones": ["zone-a", "zone-b"]}
    tiers = {"placement": {"tiers": [spot, {"name": "od", "capacity": "OnDemand"}]}}
    memory: Memory = {}
    asked: list[list[str] | None] = []
    wide = config(classes={"gpu": config().classes["gpu"].plain() | tiers})
    for _ in range(20):
        preempted = evidence(pod=ended(75, disruption=EVICTED))
        s = snapshot(job(RUNS), [preempted], configuration=wide, memory=memory)
        plan = reconcile(s)
        assert plan.status and isinstance(s.platform, Platform) and len(plan.start) == 1
        memory = merged(memory, learnt(plan.status.attempts[0], s.platform.tiers, Times()), s.now)
        asked.append(plan.start[0].tier.zones)
    assert asked == [["zone-b"]] * 20


def test_trap_12_silence_is_judged_by_the_operators_clock() -> None:
    """The node's clock is ten minutes ahead, or behind."""
    for seconds in (-600, 600):
        odd = evidence(pod=pod(started=at(2 + seconds)), heard=heard(report(), 95))
        assert verdict(reconcile(snapshot(job(RUNS), [odd], now=100))) == (None, None)


def test_trap_13_nobody_is_silent_while_the_operator_could_not_hear() -> None:
    deaf = snapshot(job(RUNS), [evidence(heard=heard(report()))], now=300, listening=290)
    assert verdict(reconcile(deaf)) == (None, None)
    assert verdict(reconcile(replace(deaf, now=at(471)))) == ("Disruption", "RunnerSilent")


def test_trap_14_what_has_no_price_is_not_free_and_what_never_ran_is() -> None:
    def one(**changes: Any) -> Attempt:
        base = {"instance_type": "g5.xlarge", "capacity": "Spot", "start_time": format_time(at(0)),
                "end_time": format_time(at(60)), "verdict": "Disruption", "reason": "Preempted"}  # fmt: skip
        return attempt(**{**base, **changes})

    prices = config().prices
    node_gone, never_ran = one(instance_type=None, capacity=None), one(start_time=None)
    assert cost(counted(Counts(), [node_gone], 1, prices), (), prices, at(99)) is None
    assert bill(never_ran, prices, at(99)) is None
    assert cost(counted(Counts(), [never_ran, one()], 2, prices), (), prices, at(99)) is not None
    backwards = bill(one(end_time=format_time(at(-60))), prices, at(99))
    assert backwards and backwards.total == 0


def test_trap_16_the_pod_does_not_tolerate_what_takes_nodes_away() -> None:
    s = snapshot()
    spec = attempt_manifest(s.videojob, s.platform)["spec"]["template"]["spec"]  # type: ignore[arg-type]
    assert {t["key"] for t in spec["tolerations"]} == {"node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"}


def test_trap_17_a_node_without_the_encoder_is_a_disruption_and_is_avoided() -> None:
    unfit = ended(int(ExitCode.NODE_UNFIT), last_word=report(outcome="Disrupted", exit_code=int(ExitCode.NODE_UNFIT)))
    plan = reconcile(snapshot(job(RUNS), [evidence(pod=unfit)], now=100, nodes=[node()]))
    assert verdict(plan) == ("Disruption", "NodeUnfit") and plan.start and plan.start[0].avoid == ("n1",)
    assert plan.status and plan.status.counts and plan.status.counts.crashes == 0
    assert "NoCapacity" not in event_reasons(plan) and plan.status.start_time == format_time(T0)
