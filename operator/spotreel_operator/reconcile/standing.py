"""Where a job stands while an attempt is under way, in words for people."""

from datetime import timedelta

from spotreel_operator.reconcile.conditions import Standing
from spotreel_operator.reconcile.lane_review import Review, number
from spotreel_operator.reconcile.starting import secret_is_missing
from spotreel_operator.state.evidence import Evidence
from spotreel_operator.state.pods import PodState
from spotreel_operator.state.snapshot import Snapshot
from videojob_api.names import Phase, Stage
from videojob_api.reasons import Reason
from videojob_api.report import Report
from videojob_api.status import Attempt

JOB_WITHOUT_POD = timedelta(seconds=30)
_PULL_REASONS = ("ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull")


def standing_of(s: Snapshot, r: Review, active: Attempt, evidence: Evidence) -> Standing:
    """What is said while an attempt is under way."""
    pod = evidence.pod
    if pod is None:
        return _without_pod(s, evidence)
    if pod.node is None:
        why = pod.unschedulable or "it is being scheduled"
        return Standing(Phase.PENDING, Reason.WAITING_FOR_CAPACITY, f"waits for a node of tier {active.tier}: {why}")
    if pod.started is None:
        return _not_started(evidence)
    if evidence.heard is None:
        reason = Reason.RESUMING if number(active.name) > 1 else Reason.PLANNING
        return Standing(Phase.RUNNING, reason, f"has started on node {pod.node}; attempt {active.name}")
    return Standing(Phase.RUNNING, Reason(evidence.heard.report.stage), _story(r, active, evidence.heard.report))


def _without_pod(s: Snapshot, evidence: Evidence) -> Standing:
    assert evidence.job is not None
    late = s.now - evidence.job.created > JOB_WITHOUT_POD
    if evidence.trouble:
        return Standing(
            Phase.PENDING, Reason.JOB_REJECTED, f"Kubernetes refuses its pod: {evidence.trouble}", stalled=late
        )
    return Standing(Phase.PENDING, Reason.WAITING_FOR_CAPACITY, "its pod is being made", stalled=False)


def _not_started(evidence: Evidence) -> Standing:
    pod = evidence.pod
    assert pod is not None
    words = evidence.trouble or pod.waiting_message
    if cannot_pull(pod):
        why = pod.waiting_message or evidence.trouble or pod.waiting_reason
        return Standing(
            Phase.PENDING, Reason.IMAGE_PULL_FAILED, f"its image {pod.image} does not come: {why}", stalled=True
        )
    if secret_is_missing(evidence):
        return Standing(
            Phase.PENDING, Reason.SECRET_NOT_FOUND, f"waits for a Secret of its namespace: {words}", stalled=True
        )
    told = f": {words}" if words else ""
    return Standing(Phase.PENDING, Reason.RESUMING, f"starting on node {pod.node}{told}")


def cannot_pull(pod: PodState | None) -> bool:
    """Whether kubelet cannot get its image."""
    return pod is not None and pod.started is None and pod.waiting_reason in _PULL_REASONS


def _story(r: Review, active: Attempt, report: Report) -> str:
    """`resumed on g5.xlarge after 1 disruption; 19 of 30 segments done`."""
    where = active.instance_type or active.node or "a node"
    times = r.counts.disruptions + r.counts.crashes
    begin = f"resumed on {where} after {times} disruption{'s' * (times > 1)}" if times else f"running on {where}"
    told = "; told to stop" if active.notice_time else ""
    return f"{begin}; {done_words(report)}{told}"


def done_words(report: Report) -> str:
    """`19 of 30 segments done`, or the windows of analyses, as long as the runner is at those."""
    if report.stage == Stage.ANALYZING:
        return f"{report.windows.done} of {report.windows.total} windows of analyses done"
    return f"{report.segments.done} of {report.segments.total} segments done"
