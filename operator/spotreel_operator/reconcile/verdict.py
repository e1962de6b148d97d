"""What became of an attempt. One table, first match wins; a verdict is never taken back.

Evidence in order: the runner's acknowledged last word, the pod's status, the Job's message. None at
all is a disruption: the user is never blamed for what nobody saw.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from spotreel_operator.reconcile.clocks import came_after_the_end
from spotreel_operator.reconcile.disruptions import (
    ended_by_its_node,
    is_ended_by_its_node,
    named_by_the_job,
    reason_of,
    what_came,
)
from spotreel_operator.reconcile.result import NOTHING, Promise, doubt, proves
from spotreel_operator.state.evidence import Evidence
from spotreel_operator.state.jobs import JobState
from spotreel_operator.state.nodes import NodeState
from videojob_api.exit_codes import end_of
from videojob_api.names import AttemptReason, Outcome, Verdict
from videojob_api.reasons import Reason

DELETE_SLACK = timedelta(seconds=5)
SETTLE = timedelta(seconds=5)
"""A Job's end may be seen before its pod's, which says more: the watches are separate."""

KILLS_FORGIVEN = 3

_ADMISSION = ("UnexpectedAdmissionError", "OutOf")


@dataclass(frozen=True)
class Ruling:
    """A verdict with its reason and a sentence."""

    verdict: Verdict
    reason: str
    message: str


@dataclass(frozen=True)
class Case:
    """An attempt that has ended, and what surrounds it."""

    evidence: Evidence
    node: NodeState | None
    silent: bool
    kills_before: int
    wanted: Promise = NOTHING
    """What the job's spec names; where that is nothing, no claim of success is believed."""

    @property
    def stopped(self) -> bool:
        """Whether somebody had told the pod to go."""
        pod = self.evidence.pod
        return pod is not None and (pod.delete_by is not None or self.target is not None)

    @property
    def target(self) -> AttemptReason | None:
        """DisruptionTarget, unless it came after the container's end: crashed pods gain it later."""
        pod = self.evidence.pod
        if pod is None or pod.disruption is None:
            return None
        return None if came_after_the_end(pod) else reason_of(pod.disruption.reason)


def has_ended(evidence: Evidence, now: datetime) -> bool:
    """Whether the attempt can be judged. A pod that hangs in Terminating is not waited for."""
    pod, job = evidence.pod, evidence.job
    if evidence.heard and evidence.heard.final:
        return True
    if pod and (pod.finished or pod.gone):
        return True
    if pod and pod.delete_by and now > pod.delete_by + DELETE_SLACK:
        return True
    return job is None or (_settled(job, now) and (pod is None or pod.delete_by is None))


def _settled(job: JobState, now: datetime) -> bool:
    return job.finished and (job.finished_at is None or now >= job.finished_at + SETTLE)


def rule(case: Case) -> Ruling:
    """The verdict on an attempt that has ended or fallen silent."""
    return next(ruling for check in _TABLE if (ruling := check(case)) is not None)


def _succeeded(case: Case) -> Ruling | None:
    if not proves(case.evidence.last_word, case.wanted):
        return None
    return Ruling(Verdict.SUCCEEDED, AttemptReason.RESULT_COMMITTED, "result committed")


def _share_done(case: Case) -> Ruling | None:
    word = case.evidence.last_word
    if word is None or word.outcome != Outcome.SHARE_DONE:
        return None
    return Ruling(Verdict.SHARE_DONE, AttemptReason.SHARE_DONE, word.message or "its share is done")


def _permanent(case: Case) -> Ruling | None:
    word, end = case.evidence.last_word, end_of(case.evidence.exit_code)
    if end is None or not end.permanent or (word is None and case.stopped):
        return None
    changed = word is not None and word.reason == Reason.INPUT_CHANGED
    return Ruling(end.verdict, Reason.INPUT_CHANGED if changed else end.reason, _last_message(case))


def _last_message(case: Case) -> str:
    word = case.evidence.last_word
    return word.message if word else f"the runner ended with exit code {case.evidence.exit_code} and left no message"


def _out_of_memory(case: Case) -> Ruling | None:
    pod = case.evidence.pod
    if pod is None or not pod.oom_killed:
        return None
    return Ruling(Verdict.CRASH, AttemptReason.OOM_KILLED, "killed for using more memory than its limit")


def _out_of_storage(case: Case) -> Ruling | None:
    pod = case.evidence.pod
    if pod is None or pod.reason != "Evicted" or case.target:
        return None
    return Ruling(Verdict.CRASH, AttemptReason.STORAGE_EXCEEDED, pod.message or "used more storage than its limit")


def _disrupted(case: Case) -> Ruling | None:
    """By the pod's condition, by its node, by its own exit code, or by vanishing."""
    pod, node, end = case.evidence.pod, case.node, end_of(case.evidence.exit_code)
    if case.target and pod and pod.disruption:
        return _disruption(case.target, what_came(pod))
    if end and end.verdict == Verdict.DISRUPTION:
        return Ruling(end.verdict, end.reason, _last_message(case))
    if pod is None and case.evidence.job and "DisruptionTarget" in case.evidence.job.failure_message:
        return _disruption(AttemptReason.PREEMPTED, named_by_the_job(case.evidence.job.failure_message))
    if pod and is_ended_by_its_node(pod):
        return _disruption(AttemptReason.NODE_LOST, ended_by_its_node(pod))
    if pod and pod.node and node is None:
        return _disruption(AttemptReason.NODE_LOST, f"node {pod.node} is gone")
    if case.silent and pod:
        what = "is not ready" if node and not node.ready else "looks well"
        reason = AttemptReason.NODE_LOST if node and not node.ready else AttemptReason.RUNNER_SILENT
        return _disruption(reason, f"nothing was heard of it, and node {pod.node} {what}")
    if case.stopped or (pod and pod.gone and pod.exit_code is None):
        return _disruption(AttemptReason.POD_DELETED, "its pod was deleted")
    return None


def _restarted(case: Case) -> Ruling | None:
    """After a reboot the runtime only knows that the container is not there any more: exit code 255 or 137."""
    pod = case.evidence.pod
    if pod is None or not pod.unknown_end:
        return None
    return _disruption(
        AttemptReason.NODE_LOST, f"node {pod.node} has lost its container, as after a restart of the node"
    )


def _refused(case: Case) -> Ruling | None:
    pod = case.evidence.pod
    if pod is None or not pod.reason.startswith(_ADMISSION):
        return None
    return _disruption(AttemptReason.NODE_UNFIT, f"node {pod.node} refused the pod ({pod.reason})")


def _killed(case: Case) -> Ruling | None:
    """A bare 137 or 143 says little; a few of them are taken for the platform's doing."""
    if case.evidence.exit_code not in (137, 143) or case.kills_before >= KILLS_FORGIVEN:
        return None
    return _disruption(AttemptReason.KILLED, f"killed (exit code {case.evidence.exit_code}), by whom is unknown")


def _without_result(case: Case) -> Ruling | None:
    job, word = case.evidence.job, case.evidence.last_word
    if word and word.outcome == Outcome.SUCCEEDED:
        return _disruption(AttemptReason.NO_RESULT, doubt(word, case.wanted))
    if case.evidence.exit_code == 0 or (case.evidence.exit_code is None and job and job.complete):
        return _disruption(AttemptReason.NO_RESULT, "ended with exit code 0, but said nothing of a result")
    return None


def _vanished(case: Case) -> Ruling | None:
    if case.evidence.exit_code is not None:
        return None
    job = case.evidence.job
    return _disruption(AttemptReason.NO_EVIDENCE, (job and job.failure_message) or "it vanished, and nobody saw how")


def _crashed(case: Case) -> Ruling:
    """By what the code says, or by anything that is no runner's own code."""
    word, pod, end = case.evidence.last_word, case.evidence.pod, end_of(case.evidence.exit_code)
    line = f": {pod.last_line}" if pod and pod.last_line else ""
    message = word.message if word else f"the runner ended with exit code {case.evidence.exit_code}{line}"
    return Ruling(Verdict.CRASH, end.reason if end else AttemptReason.CRASHED, message)


def _disruption(reason: AttemptReason, message: str) -> Ruling:
    return Ruling(Verdict.DISRUPTION, reason, message)


_TABLE: tuple[Callable[[Case], Ruling | None], ...] = (
    _succeeded,
    _share_done,
    _permanent,
    _out_of_memory,
    _out_of_storage,
    _disrupted,
    _restarted,
    _refused,
    _killed,
    _without_result,
    _vanished,
    _crashed,
)
