"""What is said of a job: phases, reasons, conditions, costs, warnings."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from spotreel_operator.reconcile.reconcile import reconcile
from spotreel_operator.state.videojobs import VideoJob
from tests.unit.operator.histories import A1, after, attempt, conditions, event_reasons, lost, status_with
from tests.unit.operator.make import SPEC, config, ended, evidence, heard, job, node, pod, report, snapshot
from videojob_api.conditions import Condition
from videojob_api.names import Event, Note, Phase
from videojob_api.reasons import Reason
from videojob_api.report import SegmentCounts, Warning_
from videojob_api.status import AnalysisStatus, Counts, VideoJobStatus


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
    assert not plan.start and plan.status and plan.status.reason == reason
    assert conditions(plan) | {"Stalled": "True", "Finished": "False", "Reconciling": "False"} == conditions(plan)


def test_no_endpoint_means_aws_which_a_class_must_use_too() -> None:
    """Else a bucket of the allowed name, but of somebody else's account, would do."""
    corp = {"gpu": {"storage": {"endpoint": "https://s3.corp"}}}
    allowed = config(allowedURIs=["s3://m/"], classes=corp)
    assert reconcile(snapshot(job(), configuration=allowed)).start
    plan = reconcile(snapshot(job(storage={"region": "us-east-1"}), configuration=allowed))
    assert plan.status and plan.status.reason == "URINotAllowed" and "(AWS)" in (plan.status.message or "")


def test_the_workspace_is_said_while_the_class_is_known() -> None:
    """Whoever looks for segments and logs cannot read the class."""
    plan = reconcile(snapshot())
    place = plan.status and plan.status.workspace
    assert place == f"s3://m/out/{job().job_id}/"
    gone = reconcile(snapshot(job(VideoJobStatus(workspace="s3://m/w/"), className="none")))
    assert gone.status and gone.status.reason == "ClassNotFound" and gone.status.workspace == "s3://m/w/"


def test_rejected_job_is_shown_and_tried_again_later() -> None:
    plan = reconcile(snapshot(rejection="admission webhook denied the request"))
    assert plan.status and plan.status.reason == Reason.JOB_REJECTED
    assert plan.requeue_after == timedelta(seconds=30) and not plan.start


@pytest.mark.parametrize(
    ("seen", "reason", "stalled"),
    [
        (evidence(pod=None, trouble="pods is forbidden"), "JobRejected", "True"),
        (
            evidence(pod=pod(started=None, phase="Pending", waiting_reason="ImagePullBackOff")),
            "ImagePullFailed",
            "True",
        ),
        (
            evidence(
                pod=pod(started=None, phase="Pending"), trouble='secret "keys" not found', trouble_reason="FailedMount"
            ),
            "SecretNotFound",
            "True",
        ),
        (evidence(pod=pod(started=None, phase="Pending")), "Resuming", "False"),
    ],
)
def test_pending_says_why(seen: Any, reason: str, stalled: str) -> None:
    plan = reconcile(snapshot(job(status_with(attempt())), [seen], now=50))
    assert plan.status and plan.status.reason == reason
    assert conditions(plan)["Stalled"] == stalled


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
    assert plan.status and plan.status.counts
    assert (plan.status.counts.attempts, plan.status.counts.disruptions) == (34, 33)


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


def test_notes_of_a_kind_stand_together_and_unknown_ones_are_passed_over() -> None:
    said = [Warning_(reason=Note.GLYPHS_MISSING, message=text) for text in ("no font has a", "no font has b")]
    told = heard(report(warnings=[*said, said[0], Warning_(reason="FromTomorrow", message="?")]))
    plan = reconcile(snapshot(job(status_with(attempt())), [evidence(pod=pod(), heard=told)], nodes=[node()]))
    assert plan.status
    found = {c.type: c for c in plan.status.conditions}
    assert found["GlyphsMissing"].message == "no font has a; no font has b"
    assert found["GlyphsMissing"].reason == "GlyphsMissing" and "FromTomorrow" not in found


def test_what_another_version_wrote_is_left_out_entry_by_entry() -> None:
    raw = {
        "phase": "Running",
        "progress": {"percent": "most of it"},
        "attempts": [{"name": "a"}, {"name": 7}, {"name": "b", "segments": "many"}, {"name": "c"}],
        "counts": {"attempts": 3},
    }
    status = VideoJobStatus.read(raw)
    assert (status.phase, status.progress) == ("Running", None)
    assert [a.name for a in status.attempts] == ["a", "c"]
    assert status.counts and status.counts.attempts == 3


@pytest.mark.parametrize("raw", [None, {}, [], "odd", {"attempts": {"a": 1}}, {"conditions": "none", "phase": 3}])
def test_an_odd_status_is_an_empty_one(raw: Any) -> None:
    assert VideoJobStatus.read(raw) == VideoJobStatus()


@pytest.mark.parametrize(
    "odd",
    [{"status": {"attempts": [3], "phase": []}}, {"status": None}, {"spec": None}, {"metadata": {"labels": None}}],
)
def test_a_videojob_of_another_version_can_be_read(odd: Any) -> None:
    metadata = {
        "name": "reel", "namespace": "ns", "uid": "u", "resourceVersion": "1",
        "creationTimestamp": "2026-01-01T12:00:00Z",
    }  # fmt: skip
    found = VideoJob.read({"metadata": metadata | odd.get("metadata", {}), "spec": SPEC} | _but_metadata(odd))
    assert found.status == VideoJobStatus() and found.labels == {}
    assert bool(found.spec) != bool(found.problem)


def _but_metadata(odd: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in odd.items() if key != "metadata"}


def test_analyses_are_those_of_the_newest_report_that_has_some() -> None:
    seen = [AnalysisStatus(name="moving", windows=3, total=9), AnalysisStatus(name="people", total=40)]
    first = reconcile(snapshot(job(status_with(attempt())), [evidence(heard=heard(report(analyses=seen)))]))
    assert first.status and first.status.analyses == seen
    later = reconcile(snapshot(job(first.status), [evidence(heard=heard(report()))]))
    assert later.status and later.status.analyses == seen, "a runner that has not looked says nothing of them"


def test_what_an_attempt_did_for_analyses_is_counted_and_said() -> None:
    windows = SegmentCounts(done=7, total=9, by_this=2)
    seen = evidence(pod=ended(75), heard=heard(report(done=3, own=1, windows=windows)))
    plan = reconcile(snapshot(job(status_with(attempt())), [seen]))
    assert plan.status and (plan.status.attempts[0].segments, plan.status.attempts[0].windows) == (1, 2)
    (said,) = (event.message for event in plan.events if event.reason == Event.DISRUPTED)
    assert said.endswith(f"attempt {A1}, its 1 segment and 2 windows kept")
    plain = reconcile(snapshot(job(status_with(attempt())), [evidence(pod=ended(75), heard=heard(report()))]))
    assert plain.status and plain.status.attempts[0].windows is None
