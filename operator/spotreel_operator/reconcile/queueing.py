"""Jobs that a queue such as Kueue holds back: suspended by somebody else, though their VideoJob is not.

An attempt that has had no node yet waits, and goes on as the same one. One that has had a node has lost it: it gets
its verdict, and its Job is deleted at once, as the queue would admit it again although nobody needs it any more.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from spotreel_operator.reconcile.verdict import Ruling
from spotreel_operator.state.evidence import Evidence
from spotreel_operator.state.snapshot import Snapshot
from videojob_api.names import LABEL_QUEUE, AttemptReason, Verdict
from videojob_api.status import Attempt

ASKED_FIRST, ASKED_LAST = timedelta(seconds=3), timedelta(seconds=60)


def of_this_turn(s: Snapshot) -> Snapshot:
    """The snapshot without pods that found no node before their Job was suspended: another one takes their place."""
    kept = {name: replace(e, pod=None) if _is_former(e) else e for name, e in s.evidence.items()}
    return replace(s, evidence=kept)


def _is_former(evidence: Evidence) -> bool:
    job, pod = evidence.job, evidence.pod
    if job is None or pod is None or pod.node is not None:
        return False
    # The new pod may be a moment older than the condition that says so, but it is there.
    return job.suspended or (pod.gone and job.resumed is not None and pod.created < job.resumed)


def waits(evidence: Evidence) -> bool:
    """Whether somebody keeps its Job from having a pod."""
    return _is_held(evidence) and evidence.pod is None


def lost_its_place(attempt: Attempt, evidence: Evidence) -> bool:
    """Whether it is queued again after it has had a node.

    Kubernetes deletes the pod then. One that nobody deletes is newer than what is known of its Job: watches differ.
    """
    pod = evidence.pod
    going = pod is None or pod.delete_by is not None or pod.gone or pod.finished
    return _is_held(evidence) and attempt.node is not None and going


def _is_held(evidence: Evidence) -> bool:
    return evidence.job is not None and evidence.job.suspended and not evidence.job.finished


def requeued(attempt: Attempt, labels: Mapping[str, str]) -> Ruling:
    """The verdict on such an attempt: a disruption of what ran, and nothing that counts for what never started."""
    verdict = Verdict.DISRUPTION if attempt.start_time else Verdict.WITHDRAWN
    message = f"{_by(labels)} took node {attempt.node} back from it (its Job was suspended)"
    return Ruling(verdict, AttemptReason.REQUEUED, message)


def why_queued(attempt: Attempt, labels: Mapping[str, str], evidence: Evidence) -> str:
    """What a waiting job waits for, and what the queue says of it."""
    until = "admits it" if LABEL_QUEUE in labels else "lets it run"
    told = f": {evidence.held_because}" if evidence.held_because else ""
    return f"waits until {_by(labels)} {until} (Job {attempt.name} is suspended){told}"


def asked_again(evidence: Evidence, labels: Mapping[str, str], now: datetime) -> timedelta | None:
    """When the queue is asked anew what a job waits for: less and less often, as nothing hangs on it."""
    if evidence.job is None or not (LABEL_QUEUE in labels or evidence.held_because):
        return None
    return min(max((now - evidence.job.created) / 4, ASKED_FIRST), ASKED_LAST)


def _by(labels: Mapping[str, str]) -> str:
    """Who suspends, as far as it is known."""
    queue = labels.get(LABEL_QUEUE)
    return f"queue {queue}" if queue else "whoever suspended its Job"
