"""Pods that have a node and do not start: whose fault it is, and when the node is given up.

A Secret or ConfigMap that is missing and an image name that is none are nobody's node's fault: they are mended by
people, and the pod goes on by itself. All else that keeps a pod from starting may be better elsewhere.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import takewhile

from spotreel_operator.reconcile.avoid import is_unfit
from spotreel_operator.state.evidence import Evidence
from spotreel_operator.state.pods import PodState
from videojob_api.config import JobClass
from videojob_api.names import Verdict
from videojob_api.status import Attempt
from videojob_api.values import parse_duration

PULL_FACTOR = 3
"""A pull that makes progress gets so many times the start time-out; one that makes none is ended by the runtime."""

_MENDED_BY_PEOPLE = ("CreateContainerConfigError", "InvalidImageName")
_NO_SECRET = re.compile(
    r'\b(secret|configmap) "[^"]*" not found|couldn\'t find key \S+ in (Secret|ConfigMap) |'
    r"references non-existent (secret|config) key",
    re.IGNORECASE,
)


def secret_is_missing(evidence: Evidence) -> bool:
    """Or a ConfigMap, by the reason of kubelet's words; a warning that merely speaks of one is about something else."""
    pod = evidence.pod
    if pod is not None and pod.waiting_reason == "CreateContainerConfigError":
        return bool(_NO_SECRET.search(pod.waiting_message))
    return evidence.trouble_reason == "FailedMount" and bool(_NO_SECRET.search(evidence.trouble))


def start_gives_up_at(evidence: Evidence, job_class: JobClass) -> datetime | None:
    """When a pod that has not started is given up; None if it has, has no node, or waits for people."""
    pod = evidence.pod
    if pod is None or pod.node is None or pod.started or pod.finished or pod.gone or pod.delete_by:
        return None
    if pod.waiting_reason in _MENDED_BY_PEOPLE or secret_is_missing(evidence):
        return None
    seconds = float(parse_duration(job_class.start_timeout)) * (PULL_FACTOR if _is_pulling(pod) else 1)
    return (pod.bound or pod.created) + timedelta(seconds=seconds)


def _is_pulling(pod: PodState) -> bool:
    """Volumes and network are there, and the runtime complains of nothing: it fetches the image."""
    return pod.sandboxed and pod.waiting_reason == "ContainerCreating"


def why_not_started(evidence: Evidence) -> str:
    """What kubelet says of it, for people."""
    pod = evidence.pod
    assert pod is not None
    said = [pod.waiting_reason, pod.waiting_message or evidence.trouble]
    return f"node {pod.node} has not started it: {': '.join(part for part in said if part) or 'it does not say why'}"


def never_started(attempt: Attempt) -> bool:
    """Refused by its node at admission, or given up before it started: that says nothing of the job."""
    begun = attempt.start_time is not None or attempt.exit_code is not None
    return attempt.verdict == Verdict.DISRUPTION and is_unfit(attempt) and not begun


def unstarted(attempts: Sequence[Attempt]) -> list[Attempt]:
    """Ended attempts, from the last backwards, none of which has started; withdrawn ones do not count."""
    ended = reversed([a for a in attempts if a.verdict and a.verdict != Verdict.WITHDRAWN])
    return list(takewhile(never_started, ended))
