"""The verdict table, a line a row. What pods and Jobs show was measured on a real 1.36 kubelet."""

import pytest

from spotreel_operator.reconcile.result import Promise
from spotreel_operator.reconcile.verdict import Case, has_ended, rule
from spotreel_operator.state.evidence import Evidence
from spotreel_operator.state.pods import PodState
from tests.unit.operator.make import OUTPUT, at, batch_job, ended, evidence, heard, node, pod, report, success, target
from videojob_api.exit_codes import ExitCode
from videojob_api.names import AttemptReason as R
from videojob_api.names import Outcome, Verdict
from videojob_api.names import Verdict as V

JOB_42 = "Container runner for pod ns/x failed with exit code 65 matching FailJob rule at index 0"
JOB_137 = "Container runner for pod ns/x failed with exit code 137 matching FailJob rule at index 2"
JOB_TARGET = "Pod ns/x has condition DisruptionTarget matching FailJob rule at index 1"


WANTED = Promise((OUTPUT,))


def failed(code: int, message: str = "why", reason: str | None = None) -> object:
    return heard(report(outcome=Outcome.FAILED, exit_code=code, message=message, reason=reason))


TABLE: list[tuple[str, Evidence, str, str | None]] = [
    ("result reported", evidence(heard=heard(success())), V.SUCCEEDED, R.RESULT_COMMITTED),
    ("result in the termination message", evidence(pod=ended(0, last_word=success())), V.SUCCEEDED, R.RESULT_COMMITTED),
    ("result, though evicted in the end", evidence(heard=heard(success()), pod=ended(137, disruption=target("X"))), V.SUCCEEDED, R.RESULT_COMMITTED),
    ("another file's result", evidence(heard=heard(success(uri="s3://m/out/b.mp4"))), V.DISRUPTION, R.NO_RESULT),
    ("another file's result, in the termination message", evidence(pod=ended(0, last_word=success(uri="s3://m/out/a.mp4/"))), V.DISRUPTION, R.NO_RESULT),
    ("success without an exit code, of nothing", evidence(heard=heard(report(outcome=Outcome.SUCCEEDED))), V.DISRUPTION, R.NO_RESULT),
    ("another file's result, out of memory", evidence(pod=ended(137, oom_killed=True, last_word=success(uri="s3://x/y.mp4"))), V.CRASH, R.OOM_KILLED),
    ("exit 0, nothing said", evidence(pod=ended(0)), V.DISRUPTION, R.NO_RESULT),
    ("Job complete, pod never seen", evidence(pod=None, job=batch_job(complete=True)), V.DISRUPTION, R.NO_RESULT),
    ("bad input", evidence(pod=ended(65)), V.FAILED, "InputInvalid"),
    ("bad input, reported", evidence(heard=failed(66)), V.FAILED, "InputNotFound"),
    ("input replaced in mid-job", evidence(heard=failed(65, reason="InputChanged")), V.FAILED, "InputChanged"),
    ("access denied", evidence(pod=ended(77)), V.FAILED, "AccessDenied"),
    ("segments disagree", evidence(pod=ended(70)), V.FAILED, "WorkspaceCorrupt"),
    ("65 while being deleted", evidence(pod=ended(65, delete_by=at(55))), V.DISRUPTION, None),
    ("65 named by the Job alone", evidence(pod=None, job=batch_job(failed=True, failure_message=JOB_42)), V.FAILED, "InputInvalid"),
    ("137 named by the Job alone", evidence(pod=None, job=batch_job(failed=True, failure_message=JOB_137)), V.DISRUPTION, R.KILLED),
    ("disruption named by the Job alone", evidence(pod=None, job=batch_job(failed=True, failure_message=JOB_TARGET)), V.DISRUPTION, R.PREEMPTED),
    ("evicted by API", evidence(pod=ended(75, disruption=target("EvictionByEvictionAPI"))), V.DISRUPTION, R.EVICTED),
    ("taint", evidence(pod=ended(137, disruption=target("DeletionByTaintManager"))), V.DISRUPTION, R.PREEMPTED),
    ("preempted by the scheduler", evidence(pod=ended(143, disruption=target("PreemptionByScheduler"))), V.DISRUPTION, R.PREEMPTED),
    ("pod GC", evidence(pod=pod(phase="Failed", disruption=target("DeletionByPodGC"))), V.DISRUPTION, R.NODE_LOST),
    ("crashed, tainted later", evidence(pod=ended(1, disruption=target("DeletionByTaintManager", 60))), V.CRASH, R.CRASHED),
    ("told to stop", evidence(pod=ended(75)), V.DISRUPTION, R.STOPPED),
    ("store unreachable", evidence(pod=ended(69)), V.DISRUPTION, R.STORE_UNREACHABLE),
    ("node unfit", evidence(pod=ended(76)), V.DISRUPTION, R.NODE_UNFIT),
    ("node shutdown", evidence(pod=pod(phase="Failed", reason="Terminated")), V.DISRUPTION, R.NODE_LOST),
    ("refused by kubelet", evidence(pod=pod(phase="Failed", reason="UnexpectedAdmissionError", started=None)), V.DISRUPTION, R.NODE_UNFIT),
    ("out of cpu", evidence(pod=pod(phase="Failed", reason="OutOfcpu", started=None)), V.DISRUPTION, R.NODE_UNFIT),
    ("pod deleted, no status", evidence(pod=pod(gone=True, delete_by=at(50))), V.DISRUPTION, R.POD_DELETED),
    ("OOM", evidence(pod=ended(137, oom_killed=True)), V.CRASH, R.OOM_KILLED),
    ("own storage limit", evidence(pod=ended(137, reason="Evicted")), V.CRASH, R.STORAGE_EXCEEDED),
    ("node restarted", evidence(pod=ended(255, unknown_end=True)), V.DISRUPTION, R.NODE_LOST),
    ("bare kill", evidence(pod=ended(137)), V.DISRUPTION, R.KILLED),
    ("bare term", evidence(pod=ended(143)), V.DISRUPTION, R.KILLED),
    ("crash", evidence(pod=ended(1)), V.CRASH, R.CRASHED),
    ("segmentation fault", evidence(pod=ended(139)), V.CRASH, R.CRASHED),
    ("disk full", evidence(pod=ended(74)), V.CRASH, R.STORAGE_EXCEEDED),
    ("disk full, as the node's was", evidence(pod=ended(74, reason="Evicted", disruption=target("TerminationByKubelet"))), V.DISRUPTION, R.PREEMPTED),
    ("disk full while being deleted", evidence(pod=ended(74, delete_by=at(55))), V.DISRUPTION, R.POD_DELETED),
    ("no evidence at all", evidence(pod=None, job=None), V.DISRUPTION, R.NO_EVIDENCE),
]  # fmt: skip
# ruff: noqa: E501


def test_crash_before_the_first_word_shows_the_logs_end() -> None:
    """kubelet puts it there: terminationMessagePolicy is FallbackToLogsOnError."""
    log = "Traceback (most recent call last):\n  ...\nImportError: libstdc++.so.6: cannot open\n"
    state = {"terminated": {"exitCode": 1, "message": log, "finishedAt": "2026-01-01T12:00:50Z"}}
    status = {"phase": "Failed", "containerStatuses": [{"name": "runner", "state": state}]}
    metadata = {"name": "p", "uid": "u", "resourceVersion": "1", "creationTimestamp": "2026-01-01T12:00:00Z"}
    seen = PodState.read({"metadata": metadata, "spec": {"nodeName": "n1"}, "status": status}, gone=False)
    ruling = rule(Case(evidence(pod=seen), node(), silent=False, kills_before=0))
    assert ruling.message.endswith("exit code 1: ImportError: libstdc++.so.6: cannot open")


@pytest.mark.parametrize(("what", "seen", "verdict", "reason"), TABLE, ids=[row[0] for row in TABLE])
def test_table(what: str, seen: Evidence, verdict: Verdict, reason: str | None) -> None:
    ruling = rule(Case(seen, node(), silent=False, kills_before=0, wanted=WANTED))
    assert ruling.verdict == verdict
    assert reason is None or ruling.reason == reason
    assert ruling.message


def test_node_gone() -> None:
    assert rule(Case(evidence(), None, silent=True, kills_before=0)).reason == R.NODE_LOST


@pytest.mark.parametrize(("ready", "reason"), [(True, R.RUNNER_SILENT), (False, R.NODE_LOST)])
def test_silent(ready: bool, reason: str) -> None:
    ruling = rule(Case(evidence(), node(ready=ready), silent=True, kills_before=0))
    assert (ruling.verdict, ruling.reason) == (V.DISRUPTION, reason)


def test_a_few_bare_kills_are_forgiven() -> None:
    assert rule(Case(evidence(pod=ended(137)), node(), False, kills_before=2)).verdict == V.DISRUPTION
    assert rule(Case(evidence(pod=ended(137)), node(), False, kills_before=3)).verdict == V.CRASH


@pytest.mark.parametrize(
    ("seen", "over"),
    [
        (evidence(), False),
        (evidence(pod=None), False),
        (evidence(pod=None, job=None), True),
        (evidence(heard=heard(success())), True),
        (evidence(pod=pod(delete_by=at(80))), False),
        (evidence(pod=pod(delete_by=at(50))), True),
        (evidence(pod=pod(gone=True)), True),
        (evidence(pod=ended(0)), True),
        (evidence(job=batch_job(failed=True)), True),
        (evidence(job=batch_job(failed=True), pod=pod(delete_by=at(80))), False),
    ],
)
def test_when_an_attempt_can_be_judged(seen: Evidence, over: bool) -> None:
    assert has_ended(seen, at(60)) is over


def test_every_permanent_code_has_a_reason() -> None:
    permanent = {64, 65, 66, 70, 73, 77, 78}
    for code in ExitCode:
        verdict = rule(Case(evidence(pod=ended(int(code))), node(), False, 0)).verdict
        assert (verdict == V.FAILED) == (int(code) in permanent)
