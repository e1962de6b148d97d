"""Words for people first, those of Kubernetes behind them."""

import pytest

from spotreel_operator.reconcile.disruptions import (
    ended_by_its_node,
    is_ended_by_its_node,
    named_by_the_job,
    reason_of,
    what_came,
    what_comes,
)
from spotreel_operator.state.pods import Disruption, PodState
from tests.unit.operator.make import at, pod

MACHINE = "Taint manager: deleting due to NoExecute taint"


def told(reason: str, message: str = "") -> PodState:
    return pod(node="spot-b", disruption=Disruption(reason, at(40), message))


def test_who_and_what_comes_before_the_machines_words() -> None:
    taken = told("DeletionByTaintManager", MACHINE)
    assert what_comes(taken) == f"node spot-b gives notice (DeletionByTaintManager: {MACHINE})"
    assert what_came(taken) == f"node spot-b was reclaimed (DeletionByTaintManager: {MACHINE})"


@pytest.mark.parametrize(
    ("condition", "words", "reason"),
    [
        ("EvictionByEvictionAPI", "its pod was evicted, as node spot-b was emptied", "Evicted"),
        ("DeletionByTaintManager", "node spot-b was reclaimed", "Preempted"),
        ("PreemptionByScheduler", "a pod of higher priority took node spot-b", "Preempted"),
        ("PreemptionByKubeScheduler", "a pod of higher priority took node spot-b", "Preempted"),
        ("DeletionByPodGC", "node spot-b is gone", "NodeLost"),
        ("TerminationByKubelet", "node spot-b was shut down or needed room", "Preempted"),
        ("SomethingOfTomorrow", "its pod was told to leave node spot-b", "Preempted"),
    ],
)
def test_every_kind_of_disruption_has_its_sentence_and_its_reason(condition: str, words: str, reason: str) -> None:
    assert what_came(told(condition)) == f"{words} ({condition})"
    assert reason_of(condition) == reason


def test_a_pod_that_is_just_deleted() -> None:
    assert what_comes(pod(delete_by=at(80))) == "its pod on node n1 is being deleted"


def test_a_pod_without_a_node() -> None:
    assert what_came(pod(node=None, disruption=Disruption("X", None))) == "its pod was told to leave its node (X)"


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("Terminated", "node n1 was shut down (Terminated)"),
        ("NodeLost", "node n1 is gone (NodeLost)"),
        ("Preempting", "node n1 needed room for a pod of the cluster's own (Preempting)"),
        ("NodeAffinity", "node n1 no longer fits its tier (NodeAffinity)"),
        ("NodeShutdown", "node n1 was shut down (NodeShutdown)"),
        ("Shutdown", "node n1 was shut down (Shutdown)"),
    ],
)
def test_what_kubelet_says_in_the_status(reason: str, words: str) -> None:
    found = pod(phase="Failed", reason=reason)
    assert is_ended_by_its_node(found) and ended_by_its_node(found) == words


@pytest.mark.parametrize("reason", ["", "Evicted", "UnexpectedAdmissionError", "OutOfcpu"])
def test_what_is_not_the_nodes_own_end(reason: str) -> None:
    assert not is_ended_by_its_node(pod(phase="Failed", reason=reason))


def test_what_only_the_job_has_seen() -> None:
    assert named_by_the_job("matching FailJob rule") == "its pod was told to leave its node (matching FailJob rule)"
