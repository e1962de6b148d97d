import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from spotreel_operator.reconcile.attempts import listed
from spotreel_operator.reconcile.plan import DeleteJob, DeletePod, Plan
from spotreel_operator.reconcile.reconcile import reconcile
from spotreel_operator.reconcile.snapshot import Snapshot, pinned_image
from tests.unit.operator.make import (
    at,
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
)
from videojob_api.names import Condition, Event, Phase, Reason, Verdict
from videojob_api.report import Warning_
from videojob_api.status import Attempt, Counts, Progress, RunnerStatus, VideoJobStatus

A1, A2 = "reel-12345-0-1", "reel-12345-0-2"


def attempt(name: str = A1, **changes: Any) -> Attempt:
    return Attempt(name=name, tier="spot", create_time="2026-01-01T12:00:01Z").model_copy(update=changes)


def status_with(*attempts: Attempt, **changes: Any) -> VideoJobStatus:
    base = VideoJobStatus(phase="Running", attempts=list(attempts), counts=Counts(attempts=len(attempts)))
    return base.model_copy(update={"start_time": "2026-01-01T12:00:00Z", **changes})


def lost(name: str = A1, **changes: Any) -> Attempt:
    base = {"verdict": "Disruption", "reason": "Preempted", "end_time": "2026-01-01T12:00:30Z", "segments": 3}
    return attempt(name, **{**base, **changes})


def conditions(plan: Plan) -> dict[str, str]:
    assert plan.status
    return {c.type: c.status for c in plan.status.conditions}


def event_reasons(plan: Plan) -> list[str]:
    return [str(event.reason) for event in plan.events]


def after(plan: Plan, before: Snapshot) -> Snapshot:
    """The snapshot that follows if the plan's status is written."""
    assert plan.status
    return snapshot(job(plan.status), list(before.evidence.values()), nodes=list(before.nodes.values()))


def test_new_job_gets_its_first_attempt() -> None:
    plan = reconcile(snapshot())
    assert plan.create and plan.create["metadata"]["name"] == A1
    assert plan.status and plan.status.phase == Phase.PENDING
    assert [a.name for a in plan.status.attempts] == [A1]
    assert plan.status.runner is None, "nothing is pinned before it has run"
    assert plan.create["spec"]["template"]["spec"]["containers"][0]["image"] == "spotreel/runner:0.1.0"
    assert event_reasons(plan) == ["AttemptCreated"]


def test_attempt_created_before_the_status_was_written_is_adopted() -> None:
    """The operator died between the two writes."""
    plan = reconcile(snapshot(seen=[evidence()]))
    assert plan.create is None
    assert plan.status and [a.name for a in plan.status.attempts] == [A1]


def test_running_says_so_and_is_stable() -> None:
    first = snapshot(job(status_with(attempt())), [evidence(heard=heard(report()))])
    plan = reconcile(first)
    assert plan.status and plan.status.phase == Phase.RUNNING
    assert plan.status.message == "running on g5.xlarge; 4 of 10 segments done"
    assert plan.status.progress == Progress(
        stage="Rendering", percent=40, summary="40%", frames=120, total_frames=300, segments=4, total_segments=10,
        fps=30.0, remaining="6s", eta="2026-01-01T12:01:06Z",
    )  # fmt: skip
    assert conditions(plan)["Progressing"] == "True"
    again = reconcile(after(plan, first))
    assert again.status == plan.status and not again.create and not again.delete_jobs


def test_lost_attempt_is_followed_by_another_at_once() -> None:
    plan = reconcile(snapshot(job(status_with(attempt())), [evidence(pod=ended(75), heard=heard(report()))]))
    assert plan.create and plan.create["metadata"]["name"] == A2
    assert plan.status and plan.status.attempts[0].verdict == Verdict.DISRUPTION
    assert plan.status.counts == Counts(attempts=2, disruptions=1)


def test_verdicts_are_sticky() -> None:
    """A pod that crashed gains DisruptionTarget when its node is tainted later."""
    crash = attempt(verdict="Crash", reason="Crashed", end_time="2026-01-01T12:00:30Z")
    seen = [evidence(heard=heard(success())), evidence(A2, job=batch_job(A2))]
    plan = reconcile(snapshot(job(status_with(crash, attempt(A2))), seen))
    assert plan.status and plan.status.attempts[0] == crash


def test_success_ends_it() -> None:
    plan = reconcile(snapshot(job(status_with(attempt())), [evidence(heard=heard(success()))]))
    assert plan.status and plan.status.phase == Phase.SUCCEEDED and plan.create is None
    assert plan.status.outputs and plan.status.outputs[0].sha256 == "ab"
    wanted = {"Finished": "True", "Complete": "True", "Failed": "False", "Reconciling": "False", "Stalled": "False"}
    assert conditions(plan) | wanted == conditions(plan)
    assert not plan.delete_jobs, "it ends by itself; its logs stay"


@pytest.mark.parametrize("phase", ["Succeeded", "Failed"])
def test_a_terminal_status_is_never_left(phase: str) -> None:
    done = status_with(lost(), phase=phase, end_time="2026-01-01T12:00:40Z")
    assert reconcile(snapshot(job(done), [])) == Plan()
    plan = reconcile(snapshot(job(done), [evidence(A2, job=batch_job(A2))]))
    assert plan.status is None and plan.create is None


def test_a_runner_that_has_spoken_but_does_not_exit_is_cleared() -> None:
    done = status_with(lost(), phase="Succeeded", end_time="2026-01-01T12:00:40Z")
    seen = [evidence(heard=heard(success()))]
    assert reconcile(snapshot(job(done), seen, now=90)).delete_jobs == ()
    assert reconcile(snapshot(job(done), seen, now=101)).delete_jobs == (DeleteJob(A1, f"job-{A1}"),)


def test_a_pod_just_bound_has_its_time_to_start() -> None:
    """Its node may be NotReady for a moment, or not be known yet; the operator has listened for hours."""
    fresh = pod(started=None, created=at(7190), bound=at(7195))
    for nodes in ([], [node(ready=False)]):
        plan = reconcile(snapshot(job(status_with(attempt())), [evidence(pod=fresh)], now=7200, nodes=nodes))
        assert plan.status and plan.status.attempts[0].verdict is None
        late = reconcile(snapshot(job(status_with(attempt())), [evidence(pod=fresh)], now=7256, nodes=nodes))
        assert late.status and late.status.attempts[0].reason == "NodeLost"


def test_an_interrupted_tier_change_is_not_a_disruption() -> None:
    """Pod and Job were deleted, then the operator died before it could say so."""
    gone = pod(node=None, started=None, gone=True, phase="Pending")
    plan = reconcile(snapshot(job(status_with(attempt())), [evidence(pod=gone, job=None)], now=62))
    assert plan.status and plan.status.attempts[0].reason == "NoCapacity"
    assert plan.create and plan.create["metadata"]["labels"]["spotreel.dev/tier"] == "od"


def test_tier_time_begins_with_the_pod() -> None:
    late = pod(node=None, started=None, phase="Pending", created=at(50))
    plan = reconcile(snapshot(job(status_with(attempt())), [evidence(pod=late)], now=100))
    assert not plan.delete_pods


def test_a_jobs_end_waits_for_its_pods_word() -> None:
    over = batch_job(failed=True, finished_at=at(58), failure_message="failed with exit code 77 matching")
    early = reconcile(snapshot(job(status_with(attempt())), [evidence(job=over)], now=60))
    assert early.status and early.status.attempts[0].verdict is None and early.requeue_after
    late = reconcile(snapshot(job(status_with(attempt())), [evidence(job=over)], now=64))
    assert late.status and late.status.attempts[0].reason == "AccessDenied"


def test_withdrawn_attempts_make_room_first() -> None:
    mixed = [lost("reel-12345-0-1", segments=0)]
    mixed += [attempt(f"reel-12345-0-{n}", verdict="Withdrawn", reason="NoCapacity") for n in range(2, 40)]
    assert next(a.name for a in listed(mixed)) == "reel-12345-0-1" and len(listed(mixed)) == 32


def test_suspended_time_does_not_count_against_the_deadline() -> None:
    asleep = status_with(lost(), phase="Suspended")
    plan = reconcile(snapshot(job(asleep, suspend=True, activeDeadlineSeconds=10), now=500))
    assert plan.status and plan.status.phase == Phase.SUSPENDED
    woken = reconcile(snapshot(job(asleep, activeDeadlineSeconds=1000), now=500))
    assert woken.status and woken.status.start_time == "2026-01-01T12:08:20Z"
    late = reconcile(snapshot(job(asleep, activeDeadlineSeconds=10), now=500))
    assert late.create and late.create["spec"]["activeDeadlineSeconds"] == 10, "it slept longer than it may run"


@pytest.mark.parametrize("seen", [evidence(pod=None), evidence(pod=pod(started=None, phase="Pending"))])
def test_what_does_not_start_is_looked_at_again_soon(seen: Any) -> None:
    plan = reconcile(snapshot(job(status_with(attempt())), [seen]))
    assert plan.requeue_after and plan.requeue_after <= timedelta(seconds=2)


@pytest.mark.parametrize(("now", "deleted"), [(100, False), (141, True)])
def test_time_to_live(now: float, deleted: bool) -> None:
    done = status_with(lost(), phase="Succeeded", end_time="2026-01-01T12:00:40Z")
    plan = reconcile(snapshot(job(done, ttlSecondsAfterFinished=100), now=now))
    assert plan.delete_videojob is deleted
    assert deleted or (plan.requeue_after and timedelta(seconds=40) <= plan.requeue_after < timedelta(seconds=41))


def test_permanent_failure() -> None:
    failed = report(outcome="Failed", exit_code=66, message="input main: there is no s3://m/in.mp4")
    plan = reconcile(snapshot(job(status_with(attempt())), [evidence(heard=heard(failed))]))
    assert plan.status and (plan.status.phase, plan.status.reason) == (Phase.FAILED, Reason.INPUT_NOT_FOUND)
    assert conditions(plan) | {"Finished": "True", "Failed": "True", "Stalled": "True"} == conditions(plan)
    assert plan.create is None


def test_silence_is_judged_only_while_listening() -> None:
    seen = [evidence(heard=heard(report(), 40))]
    quiet = reconcile(snapshot(job(status_with(attempt())), seen, now=230))
    assert quiet.status and quiet.status.attempts[0].reason == "RunnerSilent"
    assert quiet.delete_jobs == (DeleteJob(A1, f"job-{A1}"),)
    fresh = reconcile(snapshot(job(status_with(attempt())), seen, now=230, listening=200))
    assert fresh.status and fresh.status.attempts[0].verdict is None
    assert fresh.requeue_after and fresh.requeue_after > timedelta(seconds=140)


def test_dead_node_is_judged_sooner() -> None:
    seen = [evidence(heard=heard(report(), 40))]
    for nodes in ([node(ready=False)], []):
        early = reconcile(snapshot(job(status_with(attempt(node="n1"))), seen, now=95, nodes=nodes))
        assert early.status and early.status.attempts[0].verdict is None
        plan = reconcile(snapshot(job(status_with(attempt(node="n1"))), seen, now=101, nodes=nodes))
        assert plan.status and plan.status.attempts[0].reason == "NodeLost"


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
    assert following.create and following.create["metadata"]["labels"]["spotreel.dev/tier"] == "od"


def test_last_tier_waits_on() -> None:
    waiting = pod(node=None, started=None, phase="Pending")
    od = batch_job(tier="od")
    plan = reconcile(snapshot(job(status_with(attempt(tier="od"))), [evidence(job=od, pod=waiting)], now=10_000))
    assert not plan.delete_pods and plan.status and plan.status.attempts[0].verdict is None


def test_after_a_disruption_spot_is_tried_again() -> None:
    plan = reconcile(snapshot(job(status_with(lost(tier="od")))))
    assert plan.create and plan.create["metadata"]["labels"]["spotreel.dev/tier"] == "spot"


def test_barren_attempts_have_an_end() -> None:
    barren = [lost(f"reel-12345-0-{n}", segments=0) for n in (1, 2, 3)]
    plan = reconcile(snapshot(job(status_with(*barren)), now=500))
    assert plan.status and plan.status.reason == Reason.NO_PROGRESS


def test_an_outage_of_the_store_is_waited_for_longer() -> None:
    def after_failures(count: int, reason: str) -> Plan:
        tries = [lost(f"reel-12345-0-{n}", segments=0, reason=reason) for n in range(1, count + 1)]
        return reconcile(snapshot(job(status_with(*tries)), now=500))

    assert after_failures(3, "NodeLost").status.reason == Reason.NO_PROGRESS  # type: ignore[union-attr]
    assert after_failures(8, "StoreUnreachable").create
    assert after_failures(9, "StoreUnreachable").status.reason == Reason.NO_PROGRESS  # type: ignore[union-attr]


def test_barren_attempts_come_slower_and_slower() -> None:
    two = [lost(f"reel-12345-0-{n}", segments=0, end_time="2026-01-01T12:01:00Z") for n in (1, 2)]
    plan = reconcile(snapshot(job(status_with(*two)), now=60.5))
    assert plan.create is None and plan.requeue_after and plan.requeue_after > timedelta(0)


def test_crashes_have_a_budget_of_their_own() -> None:
    crash = attempt(verdict="Crash", reason="Crashed", message="boom", end_time="2026-01-01T12:00:30Z", segments=1)
    counts = Counts(attempts=1, crashes=1, disruptions=99)
    plan = reconcile(snapshot(job(status_with(crash, counts=counts), backoffLimit=0)))
    assert plan.status and plan.status.reason == Reason.BACKOFF_LIMIT_EXCEEDED and "boom" in (plan.status.message or "")
    more = reconcile(snapshot(job(status_with(crash, counts=counts), backoffLimit=1)))
    assert more.create


@pytest.mark.parametrize(
    ("why", "reason"), [("OOMKilled", Reason.OUT_OF_MEMORY), ("StorageExceeded", Reason.OUT_OF_STORAGE)]
)
def test_too_little_of_something_is_tried_once_more(why: str, reason: Reason) -> None:
    crash = attempt(verdict="Crash", reason=why, message="too much", end_time="2026-01-01T12:00:30Z", segments=1)
    seen = evidence(pod=ended(137, oom_killed=True) if why == "OOMKilled" else ended(137, reason="Evicted"))
    again = reconcile(snapshot(job(status_with(attempt()), backoffLimit=0), [seen], now=70))
    assert again.status and again.status.attempts[0].reason == why
    again = again if again.create else reconcile(snapshot(job(again.status, backoffLimit=0), now=80))
    assert again.create
    order = json.loads(again.create["spec"]["template"]["metadata"]["annotations"]["spotreel.dev/order"])
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
    assert again.create and again.create["spec"]["template"]["spec"]["containers"][0]["image"] == digest


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
        plan = reconcile(snapshot(job(status_with(unfit)), now=now))
        assert plan.create
        affinity = plan.create["spec"]["template"]["spec"]["affinity"]["nodeAffinity"]
        assert affinity["requiredDuringSchedulingIgnoredDuringExecution"]
        return affinity.get("preferredDuringSchedulingIgnoredDuringExecution")

    fields = [{"key": "metadata.name", "operator": "NotIn", "values": ["n1"]}]
    assert preferred(60) == [{"weight": 100, "preference": {"matchFields": fields}}]
    assert preferred(700) is None


@pytest.mark.parametrize(
    ("image_id", "pinned"),
    [
        ("docker.io/spotreel/runner@sha256:12", "docker.io/spotreel/runner@sha256:12"),
        ("docker-pullable://spotreel/runner@sha256:12", "spotreel/runner@sha256:12"),
        ("import-2026-01-01@sha256:12", "spotreel/runner:0.1.0"),
        ("sha256:12", "spotreel/runner:0.1.0"),
        ("", "spotreel/runner:0.1.0"),
    ],
)
def test_only_a_digest_that_can_be_pulled_is_pinned(image_id: str, pinned: str) -> None:
    assert pinned_image("spotreel/runner:0.1.0", image_id) == pinned
    assert pinned_image("host:5000/spotreel/runner", "host:5000/spotreel/runner@sha256:1").endswith("@sha256:1")


def test_suspend_takes_the_attempt_back() -> None:
    plan = reconcile(snapshot(job(status_with(attempt()), suspend=True), [evidence(heard=heard(report()))]))
    assert plan.delete_jobs == (DeleteJob(A1, f"job-{A1}"),)
    assert plan.status and plan.status.phase == Phase.SUSPENDED
    assert plan.status.counts and plan.status.counts.disruptions == 0
    assert conditions(plan)["Suspended"] == "True" and conditions(plan)["Reconciling"] == "False"
    woken = reconcile(snapshot(job(plan.status)))
    assert woken.create and "Unsuspended" in event_reasons(woken)


def test_active_deadline() -> None:
    plan = reconcile(snapshot(job(status_with(attempt()), activeDeadlineSeconds=50), [evidence()], now=60))
    assert plan.status and plan.status.reason == Reason.DEADLINE_EXCEEDED
    assert plan.delete_jobs == (DeleteJob(A1, f"job-{A1}"),)


def test_goal_missed_is_a_condition_not_a_failure() -> None:
    plan = reconcile(snapshot(job(status_with(attempt()), deadline="50s"), [evidence()], now=60))
    assert conditions(plan)["DeadlineMissed"] == "True"
    assert plan.status and plan.status.phase == Phase.RUNNING


@pytest.mark.parametrize(
    ("spec", "reason"),
    [
        ({"className": "gold"}, "ClassNotFound"),
        ({"inputs": [{"uri": "s3://private/x"}]}, "URINotAllowed"),
        ({"inputs": [{"uri": "file:///etc/passwd"}]}, "URINotAllowed"),
        ({"storage": {"endpoint": "http://169.254.169.254"}}, "URINotAllowed"),
        ({"inputs": [{"uri": "s3://m/x", "storage": {"endpoint": "http://evil"}}]}, "URINotAllowed"),
    ],
)
def test_stalled_until_somebody_acts(spec: dict[str, Any], reason: str) -> None:
    plan = reconcile(snapshot(job(**spec), configuration=config(allowedURIs=["s3://m/"])))
    assert plan.create is None and plan.status and plan.status.reason == reason
    assert conditions(plan) | {"Stalled": "True", "Finished": "False", "Reconciling": "False"} == conditions(plan)


def test_no_endpoint_means_aws_which_a_class_must_use_too() -> None:
    """Else a bucket of the allowed name, but of somebody else's account, would do."""
    corp = {"gpu": {"storage": {"endpoint": "https://s3.corp"}}}
    allowed = config(allowedURIs=["s3://m/"], classes=corp)
    assert reconcile(snapshot(job(), configuration=allowed)).create
    plan = reconcile(snapshot(job(storage={"region": "us-east-1"}), configuration=allowed))
    assert plan.status and plan.status.reason == "URINotAllowed" and "(AWS)" in (plan.status.message or "")


def test_rejected_job_is_shown_and_tried_again_later() -> None:
    plan = reconcile(snapshot(rejection="admission webhook denied the request"))
    assert plan.status and plan.status.reason == Reason.JOB_REJECTED
    assert plan.requeue_after == timedelta(seconds=30) and plan.create is None


@pytest.mark.parametrize(
    ("seen", "reason", "stalled"),
    [
        (evidence(pod=None, trouble="pods is forbidden"), "JobRejected", "True"),
        (
            evidence(pod=pod(started=None, phase="Pending", waiting_reason="ImagePullBackOff")),
            "ImagePullFailed",
            "True",
        ),
        (evidence(pod=pod(started=None, phase="Pending"), trouble='secret "keys" not found'), "SecretNotFound", "True"),
        (evidence(pod=pod(started=None, phase="Pending")), "Resuming", "False"),
    ],
)
def test_pending_says_why(seen: Any, reason: str, stalled: str) -> None:
    plan = reconcile(snapshot(job(status_with(attempt())), [seen], now=50))
    assert plan.status and plan.status.reason == reason
    assert conditions(plan)["Stalled"] == stalled


def test_image_is_pinned_at_the_first_attempt() -> None:
    pinned = status_with(lost(), runner=RunnerStatus(image="old@sha256:1"))
    plan = reconcile(snapshot(job(pinned)))
    assert plan.create and plan.create["spec"]["template"]["spec"]["containers"][0]["image"] == "old@sha256:1"


def test_cost_and_an_unknown_price() -> None:
    ran = lost(start_time="2026-01-01T12:00:00Z", instance_type="g5.xlarge", capacity="Spot")
    plan = reconcile(snapshot(job(status_with(ran))))
    assert plan.status and plan.status.cost and plan.status.cost.total == "0.0030"
    assert plan.status.cost.on_demand_estimate == "0.0090"
    odd = reconcile(snapshot(job(status_with(ran.model_copy(update={"instance_type": "x9"})))))
    assert odd.status and odd.status.cost is None
    assert conditions(odd)[Condition.PRICE_UNKNOWN] == "True"


def test_transition_times_move_with_the_status_only() -> None:
    first = reconcile(snapshot(job(status_with(attempt())), [evidence()], now=10))
    assert first.status
    again = reconcile(snapshot(job(first.status), [evidence(heard=heard(report()))], now=20))
    assert again.status
    times = {c.type: c.last_transition_time for c in again.status.conditions}
    assert times["Progressing"] == "2026-01-01T12:00:10Z"


def test_thirty_two_attempts_are_listed_and_all_are_counted() -> None:
    many = [lost(f"reel-12345-0-{n}") for n in range(1, 33)]
    plan = reconcile(snapshot(job(status_with(*many, counts=Counts(attempts=32, disruptions=32)))))
    assert plan.status and len(plan.status.attempts) == 32 and plan.status.attempts[-1].name.endswith("-33")
    assert plan.status.counts and plan.status.counts.attempts == 33


def test_attempts_dropped_from_the_list_are_not_judged_again() -> None:
    """Their Jobs are still there."""
    many = [lost(f"reel-12345-0-{n}") for n in range(2, 34)]
    counted = status_with(*many, counts=Counts(attempts=33, disruptions=33))
    plan = reconcile(snapshot(job(counted), [evidence(A1, pod=ended(1))]))
    assert plan.status and plan.status.counts == Counts(attempts=34, disruptions=33)


def test_deleting_is_left_to_the_garbage_collector() -> None:
    from dataclasses import replace

    assert reconcile(snapshot(replace(job(), deleting=True), [evidence()])) == Plan()


def test_planned_is_said_once() -> None:
    plan_status = {"plan": {"encoder": "libx264", "frames": 300, "segments": 10, "width": 8, "height": 8}}
    told = report().model_copy(update={"plan": VideoJobStatus.model_validate(plan_status).plan})
    first = reconcile(snapshot(job(status_with(attempt())), [evidence(heard=heard(told))]))
    assert Event.PLANNED in event_reasons(first) and first.status
    second = reconcile(snapshot(job(first.status), [evidence(heard=heard(told))]))
    assert Event.PLANNED not in event_reasons(second)


def test_what_a_runner_warns_of_stays_said() -> None:
    """A damaged input shows in the output, whatever attempt goes on."""
    warning = Warning_(reason="InputDamaged", message="input main is damaged")
    told = snapshot(
        job(status_with(attempt())), [evidence(pod=pod(), heard=heard(report(warnings=[warning])))], nodes=[node()]
    )
    first = reconcile(told)
    assert conditions(first)["InputDamaged"] == "True"
    silent = replace(after(first, told), evidence={A1: evidence(pod=pod(), heard=heard(report()))})
    later = reconcile(silent)
    assert later.status is None or conditions(later)["InputDamaged"] == "True"
