"""Which attempt comes next, where, with which image, and when there is none."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from spotreel_operator.backends.kubernetes_job import manifest_of
from spotreel_operator.reconcile.plan import DeleteJob, DeletePod, Plan
from spotreel_operator.reconcile.reconcile import reconcile
from tests.unit.operator.histories import A1, A2, attempt, event_reasons, in_vain, lost, status_with
from tests.unit.operator.make import at, batch_job, config, ended, evidence, heard, job, pod, report, snapshot
from videojob_api.names import Phase
from videojob_api.reasons import Reason
from videojob_api.status import Counts, RunnerStatus


def test_an_interrupted_tier_change_is_not_a_disruption() -> None:
    """Pod and Job were deleted, then the operator died before it could say so."""
    gone = pod(node=None, started=None, gone=True, phase="Pending")
    plan = reconcile(snapshot(job(status_with(attempt())), [evidence(pod=gone, job=None)], now=62))
    assert plan.status and plan.status.attempts[0].reason == "NoCapacity"
    assert plan.start and plan.start[0].tier.name == "od"


def test_tier_time_begins_with_the_pod() -> None:
    late = pod(node=None, started=None, phase="Pending", created=at(50))
    plan = reconcile(snapshot(job(status_with(attempt())), [evidence(pod=late)], now=100))
    assert not plan.delete_pods


def test_tier_without_capacity() -> None:
    waiting = pod(node=None, started=None, phase="Pending", unschedulable="0/3 nodes are available")
    early = reconcile(snapshot(job(status_with(attempt())), [evidence(pod=waiting)], now=50))
    assert early.status and early.status.reason == Reason.WAITING_FOR_CAPACITY
    assert "0/3 nodes" in (early.status.message or "")
    plan = reconcile(snapshot(job(status_with(attempt())), [evidence(pod=waiting)], now=62))
    assert plan.delete_pods == (DeletePod(waiting.name, "pod-1", "5"),), "guarded: it may be bound this moment"
    assert plan.delete_jobs == (DeleteJob(A1, f"job-{A1}"),)
    assert plan.status and plan.status.attempts[0].reason == "NoCapacity"
    assert {"NoCapacity", "TierChanged"} <= set(event_reasons(plan))
    following = reconcile(snapshot(job(plan.status), now=63))
    assert following.start and following.start[0].tier.name == "od"


def test_last_tier_waits_on() -> None:
    waiting = pod(node=None, started=None, phase="Pending")
    od = batch_job(A2, tier="od")
    history = status_with(in_vain(), attempt(A2, tier="od"))
    plan = reconcile(snapshot(job(history), [evidence(name=A2, job=od, pod=waiting)], now=10_000))
    assert not plan.delete_pods and plan.status and plan.status.attempts[1].verdict is None


def test_the_last_tier_is_left_for_one_that_was_left_alone() -> None:
    """Spot was cooling down when the job came; now it is not, and on-demand has no room either."""
    waiting = pod(node=None, started=None, phase="Pending")
    od = batch_job(tier="od")
    plan = reconcile(snapshot(job(status_with(attempt(tier="od"))), [evidence(job=od, pod=waiting)], now=10_000))
    assert plan.delete_pods and plan.status and plan.status.attempts[0].reason == "NoCapacity"
    following = reconcile(snapshot(job(plan.status), now=10_001))
    assert [start.tier.name for start in following.start] == ["spot"]


def test_after_a_disruption_spot_is_tried_again() -> None:
    plan = reconcile(snapshot(job(status_with(lost(tier="od")))))
    assert plan.start and plan.start[0].tier.name == "spot"


def test_barren_attempts_have_an_end() -> None:
    barren = [lost(f"reel-12345-0-{n}", segments=0) for n in (1, 2, 3)]
    plan = reconcile(snapshot(job(status_with(*barren)), now=500))
    assert plan.status and plan.status.reason == Reason.NO_PROGRESS


def test_an_outage_of_the_store_is_waited_for_longer() -> None:
    def after_failures(count: int, reason: str) -> Plan:
        tries = [lost(f"reel-12345-0-{n}", segments=0, reason=reason) for n in range(1, count + 1)]
        return reconcile(snapshot(job(status_with(*tries)), now=500))

    assert after_failures(3, "NodeLost").status.reason == Reason.NO_PROGRESS  # type: ignore[union-attr]
    assert after_failures(8, "StoreUnreachable").start
    assert after_failures(9, "StoreUnreachable").status.reason == Reason.NO_PROGRESS  # type: ignore[union-attr]


def test_barren_attempts_come_slower_and_slower() -> None:
    two = [lost(f"reel-12345-0-{n}", segments=0, end_time="2026-01-01T12:01:00Z") for n in (1, 2)]
    plan = reconcile(snapshot(job(status_with(*two)), now=60.5))
    assert not plan.start and plan.requeue_after and plan.requeue_after > timedelta(0)


def test_crashes_have_a_budget_of_their_own() -> None:
    crash = attempt(verdict="Crash", reason="Crashed", message="boom", end_time="2026-01-01T12:00:30Z", segments=1)
    counts = Counts(attempts=1, crashes=1, disruptions=99)
    plan = reconcile(snapshot(job(status_with(crash, counts=counts), backoffLimit=0)))
    assert plan.status and plan.status.reason == Reason.BACKOFF_LIMIT_EXCEEDED and "boom" in (plan.status.message or "")
    more = reconcile(snapshot(job(status_with(crash, counts=counts), backoffLimit=1)))
    assert more.start


@pytest.mark.parametrize(
    ("why", "reason"), [("OOMKilled", Reason.OUT_OF_MEMORY), ("StorageExceeded", Reason.OUT_OF_STORAGE)]
)
def test_too_little_of_something_is_tried_once_more(why: str, reason: Reason) -> None:
    crash = attempt(verdict="Crash", reason=why, message="too much", end_time="2026-01-01T12:00:30Z", segments=1)
    seen = evidence(pod=ended(137, oom_killed=True) if why == "OOMKilled" else ended(137, reason="Evicted"))
    again = reconcile(snapshot(job(status_with(attempt()), backoffLimit=0), [seen], now=70))
    assert again.status and again.status.attempts[0].reason == why
    again = again if again.start else reconcile(snapshot(job(again.status, backoffLimit=0), now=80))
    assert again.start
    order = json.loads(again.start[0].order)
    assert order.get("maxParallel") == (1 if why == "OOMKilled" else None)
    second = crash.model_copy(update={"name": A2})
    plan = reconcile(snapshot(job(status_with(crash, second, counts=Counts(attempts=2)), backoffLimit=9)))
    assert plan.status and plan.status.phase == Phase.FAILED and plan.status.reason == reason
    assert "raise the limit" in (plan.status.message or "")


def test_image_is_pinned_when_it_first_runs() -> None:
    digest = "registry.example/runner@sha256:12"
    started = reconcile(snapshot(job(status_with(attempt())), [evidence(pod=pod(image=digest))]))
    assert started.status and started.status.runner and started.status.runner.image == digest
    upgraded = config(runner={"image": "spotreel/runner:0.2.0"})
    lost_one = started.status.model_copy(update={"attempts": [lost()], "counts": Counts(attempts=1)})
    again = reconcile(snapshot(job(lost_one), configuration=upgraded))
    assert again.start and again.start[0].image == digest


def test_image_that_cannot_be_pulled_is_replaced_by_the_configurations() -> None:
    stuck = evidence(
        job=replace(batch_job(), image="spotreel/runner:oops"),
        pod=pod(started=None, phase="Pending", waiting_reason="ImagePullBackOff", image="spotreel/runner:oops"),
    )
    plan = reconcile(snapshot(job(status_with(attempt())), [stuck]))
    assert plan.delete_jobs == (DeleteJob(A1, f"job-{A1}"),)
    assert plan.status and plan.status.attempts[0].reason == "ImageReplaced" and plan.status.runner is None
    same = reconcile(
        snapshot(
            job(status_with(attempt())),
            [replace(stuck, job=batch_job())],
        )
    )
    assert same.delete_jobs == () and same.status and same.status.reason == Reason.IMAGE_PULL_FAILED


def test_unfit_node_is_the_last_resort_for_a_while() -> None:
    unfit = lost(reason="NodeUnfit", node="n1", end_time="2026-01-01T12:00:30Z")

    def preferred(now: float) -> Any:
        seen = snapshot(job(status_with(unfit)), now=now)
        (start,) = reconcile(seen).start
        affinity = manifest_of(seen, start)["spec"]["template"]["spec"]["affinity"]["nodeAffinity"]
        assert affinity["requiredDuringSchedulingIgnoredDuringExecution"]
        return affinity.get("preferredDuringSchedulingIgnoredDuringExecution")

    fields = [{"key": "metadata.name", "operator": "NotIn", "values": ["n1"]}]
    assert preferred(60) == [{"weight": 100, "preference": {"matchFields": fields}}]
    assert preferred(700) is None


def test_image_is_pinned_at_the_first_attempt() -> None:
    pinned = status_with(lost(), runner=RunnerStatus(image="old@sha256:1"))
    plan = reconcile(snapshot(job(pinned)))
    assert plan.start and plan.start[0].image == "old@sha256:1"


def test_a_copied_job_is_no_attempt() -> None:
    """Called `…-debug`, with labels and ownerReference: it stopped the reconciling of its VideoJob for good."""
    copies = [evidence(name, job=batch_job(name)) for name in (f"{A1}-debug", "reel-12345-0-debug", "copy")]
    plan = reconcile(snapshot(job(status_with(attempt())), [evidence(heard=heard(report())), *copies]))
    assert plan.status and [a.name for a in plan.status.attempts] == [A1]
    assert plan.status.phase == Phase.RUNNING and not plan.delete_jobs
    adopted = reconcile(snapshot(seen=copies))
    assert adopted.start and adopted.start[0].name == A1


def test_odd_names_in_status_are_passed_over() -> None:
    plan = reconcile(snapshot(job(status_with(attempt("reel-12345-0-debug"), attempt())), [evidence()]))
    assert plan.status and [a.name for a in plan.status.attempts] == [A1]


def test_a_number_far_ahead_is_not_adopted() -> None:
    copies = [evidence(name, job=batch_job(name)) for name in ("reel-12345-0-34", "reel-12345-0-9999999999")]
    plan = reconcile(snapshot(job(status_with(attempt())), [evidence(heard=heard(report())), *copies]))
    assert plan.status and [a.name for a in plan.status.attempts] == [A1]
    assert plan.status.counts and plan.status.counts.attempts == 1
