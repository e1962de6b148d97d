"""Pods that have a node and do not start, and pods that a node refuses."""

from datetime import timedelta
from typing import Any

import pytest

from spotreel_operator.reconcile.plan import DeleteJob, Plan
from spotreel_operator.reconcile.reconcile import reconcile
from spotreel_operator.reconcile.starting import secret_is_missing, start_gives_up_at
from spotreel_operator.state.pods import PodState
from tests.unit.operator.histories import A1, attempt, conditions, event_reasons, lost, status_with
from tests.unit.operator.make import at, config, evidence, job, pod, snapshot
from tests.unit.operator.raw import CREATED
from videojob_api.config import JobClass
from videojob_api.names import Phase
from videojob_api.reasons import Reason
from videojob_api.status import Attempt, Counts


def stuck(waiting: str = "CreateContainerError", message: str = "", **changes: Any) -> PodState:
    base = {"started": None, "phase": "Pending", "waiting_reason": waiting, "waiting_message": message}
    return pod(**{**base, **changes})


def look(waits: PodState, now: float, trouble: str = "", why: str = "", **configuration: Any) -> Plan:
    seen = evidence(pod=waits, trouble=trouble, trouble_reason=why)
    return reconcile(snapshot(job(status_with(attempt())), [seen], now=now, configuration=config(**configuration)))


def is_given_up(plan: Plan) -> bool:
    assert plan.status
    return plan.status.attempts[0].reason == "NotStarted"


@pytest.mark.parametrize("waiting", ["CreateContainerError", "RunContainerError", "ContainerCreating", "ErrImagePull"])
def test_a_pod_that_never_starts_is_given_up_and_its_node_avoided(waiting: str) -> None:
    assert not is_given_up(look(stuck(waiting), 600))
    plan = look(stuck(waiting, "context deadline exceeded"), 602)
    assert is_given_up(plan) and plan.status
    assert plan.delete_jobs == (DeleteJob(A1, f"job-{A1}"),) and "Disrupted" in event_reasons(plan)
    assert plan.status.attempts[0].verdict == "Disruption" and plan.status.attempts[0].node == "n1"
    assert f"node n1 has not started it: {waiting}: context deadline exceeded" == plan.status.attempts[0].message
    assert [start.avoid for start in plan.start] == [("n1",)]


def test_the_class_says_how_long_a_start_may_take() -> None:
    quick = {"gpu": {"startTimeout": "30s"}}
    assert not is_given_up(look(stuck(), 30, classes=quick)) and is_given_up(look(stuck(), 32, classes=quick))


def test_it_is_looked_at_when_the_time_is_over() -> None:
    plan = look(stuck(), 595)
    assert plan.requeue_after and plan.requeue_after < timedelta(seconds=7)


def test_a_pull_that_makes_progress_has_longer() -> None:
    """Volumes and network are there, and nobody complains: what takes so long is the image."""
    pulling = stuck("ContainerCreating", sandboxed=True)
    assert not is_given_up(look(pulling, 1700)) and is_given_up(look(pulling, 1802))
    assert is_given_up(look(stuck("ImagePullBackOff", sandboxed=True), 602))


def test_what_kubelet_says_of_the_sandbox_is_read() -> None:
    def read(value: str) -> bool:
        status = {"conditions": [{"type": "PodReadyToStartContainers", "status": value}]}
        metadata = {"name": "p", "uid": "u", "resourceVersion": "1", "creationTimestamp": CREATED}
        return PodState.read({"metadata": metadata, "spec": {}, "status": status}, gone=False).sandboxed

    assert read("True") and not read("False")


@pytest.mark.parametrize(
    ("waits", "trouble", "why"),
    [
        (stuck("CreateContainerConfigError", 'secret "keys" not found'), "", ""),
        (stuck("CreateContainerConfigError", 'configmap "x" not found'), "", ""),
        (stuck("ContainerCreating"), 'MountVolume.SetUp failed: secret "keys" not found', "FailedMount"),
        (stuck("ContainerCreating"), 'SetUp failed for volume "ca" : configmap "corp-ca" not found', "FailedMount"),
        (stuck("ContainerCreating"), "configmap references non-existent config key: ca.crt", "FailedMount"),
        (stuck("InvalidImageName"), "", ""),
    ],
)
def test_what_people_have_to_mend_is_not_the_nodes_fault(waits: PodState, trouble: str, why: str) -> None:
    assert not is_given_up(look(waits, 100_000, trouble, why))


@pytest.mark.parametrize("changes", [{"node": None}, {"started": at(2)}, {"gone": True}, {"delete_by": at(700)}])
def test_only_a_pod_that_waits_on_a_node_is_given_up(changes: dict[str, Any]) -> None:
    assert start_gives_up_at(evidence(pod=stuck(**changes)), JobClass()) is None


@pytest.mark.parametrize(
    ("waits", "trouble", "why", "missing"),
    [
        (stuck("CreateContainerConfigError", 'secret "keys" not found'), "", "", True),
        (stuck("CreateContainerConfigError", "couldn't find key ID in Secret ns/keys"), "", "", True),
        (stuck("CreateContainerConfigError", 'configmap "settings" not found'), "", "", True),
        (stuck("CreateContainerConfigError", "couldn't find key ca in ConfigMap ns/corp"), "", "", True),
        (stuck("CreateContainerConfigError", 'configmap "secret" is no ConfigMap'), "", "", False),
        (stuck("ContainerCreating"), 'SetUp failed for volume "s" : secret "k" not found', "FailedMount", True),
        (stuck("ContainerCreating"), "SetUp failed: references non-existent secret key: ID", "FailedMount", True),
        (stuck("ContainerCreating"), "SetUp failed: references non-existent config key: ca", "FailedMount", True),
        (stuck("ContainerCreating"), 'timed out waiting for volume "secret-things"', "FailedMount", False),
        (stuck("ContainerCreating"), 'cni plugin: secret "token" not found', "FailedCreatePodSandBox", False),
        (stuck("CreateContainerError"), "could not read the secret engine's socket", "Failed", False),
    ],
)  # fmt: skip
def test_a_missing_secret_is_known_by_its_reason(waits: PodState, trouble: str, why: str, missing: bool) -> None:
    seen = evidence(pod=waits, trouble=trouble, trouble_reason=why)
    assert secret_is_missing(seen) is missing
    plan = look(waits, 60, trouble, why)
    assert plan.status and (plan.status.reason == Reason.SECRET_NOT_FOUND) is missing


def refused(number: int, reason: str = "NodeUnfit", **changes: Any) -> Attempt:
    base = {"segments": None, "reason": reason, "message": "n1 refused the pod: OutOfcpu"}
    return lost(f"reel-12345-0-{number}", **{**base, **changes})


@pytest.mark.parametrize("reason", ["NodeUnfit", "NotStarted"])
def test_what_never_started_says_nothing_of_the_job(reason: str) -> None:
    many = [refused(n, reason) for n in range(1, 31)]
    plan = reconcile(snapshot(job(status_with(*many)), now=500))
    assert plan.start and plan.status and plan.status.phase == Phase.PENDING
    unfit = [refused(n, exit_code=76) for n in range(1, 4)]
    plan = reconcile(snapshot(job(status_with(*unfit)), now=500))
    assert plan.status and plan.status.reason == Reason.NO_PROGRESS, "a runner that ran and found it unfit"


def test_a_real_refusal_is_not_barren() -> None:
    """From the pod, not from a list made by hand."""
    past = [refused(1), refused(2)]
    turned_away = pod(phase="Failed", reason="UnexpectedAdmissionError", started=None)
    seen = [evidence("reel-12345-0-3", pod=turned_away)]
    status = status_with(*past, attempt("reel-12345-0-3"), counts=Counts(attempts=3, disruptions=2))
    plan = reconcile(snapshot(job(status), seen, now=500))
    assert plan.status and plan.status.phase == Phase.PENDING and plan.status.attempts[2].reason == "NodeUnfit"


def test_node_after_node_is_said_and_slower() -> None:
    two = reconcile(snapshot(job(status_with(refused(1), refused(2))), now=500))
    assert conditions(two)["Stalled"] == "False"
    end = "2026-01-01T12:08:20Z"
    many = [refused(n, "NotStarted", end_time=end) for n in range(1, 10)]
    waits = reconcile(snapshot(job(status_with(*many)), now=500))
    assert not waits.start and waits.requeue_after and waits.requeue_after > timedelta(seconds=59)
    again = reconcile(snapshot(job(status_with(*many)), now=561))
    for plan in (waits, again):
        assert plan.status and plan.status.reason == Reason.NOT_STARTED and conditions(plan)["Stalled"] == "True"
        assert "no node has started any of the last 9 attempts" in (plan.status.message or "")
    assert again.start
