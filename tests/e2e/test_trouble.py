"""What only a real node, or only a whole cluster, can do to a job."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.e2e.conftest import RealGround
from tests.scenarios.ground import Stage, videojob
from tests.scenarios.witness import Witness
from tests.testbed.host.world import SPOT, RealWorld
from tests.testbed.world import SYSTEM

Object = dict[str, Any]
Record = dict[str, Any]
AWAY_SECONDS = 120
SHORT = {"timeline": {"clips": [{"start": "0s"}]}}
LONG = {"timeline": {"clips": [{"start": "0s"}] * 12}}


@pytest.fixture
def play(ground: RealGround, record: Record, request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Applies a VideoJob named after the test, and records what is seen."""

    @contextmanager
    def playing(namespace: str | None = None, **spec: Any) -> Iterator[Stage]:
        name = request.node.name.removeprefix("test_").replace("_", "-")[:40]
        stage = Stage(ground, name)
        stage.namespace = namespace or stage.namespace
        # After an outage kubelets take their time: their watches come back after as much as half a minute.
        ground.world.wait_for(ground.world.nodes_are_up, 120)
        ground.world.apply(videojob(name, **spec), stage.namespace)
        with Witness(stage) as witness:
            yield stage
        record[name] = {"status": stage.status(), "seen": witness.seen}

    return playing


def finished(stage: Stage, seconds: float = 150) -> Object:
    return stage.world.wait_finished(stage.name, stage.namespace, seconds)


def succeeded(stage: Stage, disruptions: int | None = None, seconds: float = 150) -> Object:
    status = finished(stage, seconds)
    assert status["phase"] == "Succeeded", status
    assert stage.world.sha256_of(f"out/{stage.name}.mp4") == status["outputs"][0]["sha256"]
    assert status["counts"]["crashes"] == 0, status
    if disruptions is not None:
        assert status["counts"]["disruptions"] == disruptions, status
    return status


def stalled(stage: Stage, reason: str, words: str) -> None:
    """Says what is wrong, in status, and does not fail."""
    stage.wait_for(lambda: stage.status().get("reason") == reason, 90)
    status = stage.status()
    assert words in status["message"], status
    assert {c["type"]: c["status"] for c in status["conditions"]}["Finished"] == "False"


# limits


def test_out_of_memory(play: Callable[..., Any]) -> None:
    with play(className="small-memory", backoffLimit=5) as stage:
        status = finished(stage)
    assert (status["phase"], status["reason"]) == ("Failed", "OutOfMemory"), status
    assert [a["reason"] for a in status["attempts"]] == ["OOMKilled", "OOMKilled"]
    assert status["counts"].items() >= {"attempts": 2, "disruptions": 0, "crashes": 0, "oomKills": 2}.items()


def test_out_of_storage(play: Callable[..., Any]) -> None:
    with play(className="small-disk", backoffLimit=5) as stage:
        status = finished(stage, 240)
    assert (status["phase"], status["reason"]) == ("Failed", "OutOfStorage"), status
    assert [a["reason"] for a in status["attempts"]] == ["StorageExceeded", "StorageExceeded"]
    assert "ephemeral" in status["message"]
    assert status["counts"]["disruptions"] == 0


# what keeps a pod from starting


def test_image_that_cannot_be_pulled(play: Callable[..., Any], world: RealWorld) -> None:
    with play(className="no-image") as stage:
        stalled(stage, "ImagePullFailed", "registry.invalid/nobody/nothing:1")
        world.install(image_of={"no-image": "docker.io/spotreel/runner:e2e"})
        status = succeeded(stage, 0)
    assert [a["reason"] for a in status["attempts"]] == ["ImageReplaced", "ResultCommitted"]
    world.install()


def test_secret_missing(play: Callable[..., Any], world: RealWorld) -> None:
    storage = {"endpoint": world.s3.endpoint, "region": "us-east-1", "secretRef": {"name": "later"}}
    with play(storage=storage) as stage:
        stalled(stage, "SecretNotFound", "later")
        world.make_secret("later", "testbed", "testbed-secret", stage.namespace)
        succeeded(stage, 0)


def test_refused_by_quota(play: Callable[..., Any], world: RealWorld) -> None:
    world.make_namespace("frugal")
    quota = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "none"}, "spec": {"hard": {"pods": "0"}}}
    world.apply(quota, "frugal")
    world.wait_for(lambda: world.get("resourcequota", "none", "frugal").get("status", {}).get("hard"))
    with play("frugal") as stage:
        stalled(stage, "JobRejected", "exceeded quota")
        assert stage.status()["counts"]["attempts"] == 1
        stage.kubectl("delete", "resourcequota", "none")
        succeeded(stage, 0)


def test_refused_by_admission(play: Callable[..., Any], world: RealWorld) -> None:
    world.make_namespace("strict")
    _policy(world, "pods")
    try:
        with play("strict") as stage:
            stalled(stage, "JobRejected", "not today")
            _allow(world)
            succeeded(stage, 0)
    finally:
        _allow(world)


def test_job_refused_by_admission(play: Callable[..., Any], world: RealWorld) -> None:
    """The Job itself is refused: the operator says so, and tries again now and then."""
    world.make_namespace("stricter")
    _policy(world, "jobs")
    try:
        with play("stricter") as stage:
            stalled(stage, "JobRejected", "not today")
            assert not world.items("jobs", "stricter")
            _allow(world)
            succeeded(stage, 0)
    finally:
        _allow(world)


def _policy(world: RealWorld, resource: str) -> None:
    group, version = ("batch", "v1") if resource == "jobs" else ("", "v1")
    rules = {"apiGroups": [group], "apiVersions": [version], "operations": ["CREATE"], "resources": [resource]}
    head = {"apiVersion": "admissionregistration.k8s.io/v1", "metadata": {"name": "not-today"}}
    validation = {"expression": "!object.metadata.namespace.startsWith('strict')", "message": "not today"}
    spec = {"matchConstraints": {"resourceRules": [rules]}, "validations": [validation], "failurePolicy": "Fail"}
    world.apply({**head, "kind": "ValidatingAdmissionPolicy", "spec": spec})
    binding = {"policyName": "not-today", "validationActions": ["Deny"]}
    world.apply({**head, "kind": "ValidatingAdmissionPolicyBinding", "spec": binding})
    probe = ("create", "job", "probe", "--image=x", "-n", "stricter", "--dry-run=server")
    if resource == "jobs":
        world.wait_for(lambda: "not today" in world.kubectl(*probe, check=False))
    else:
        time.sleep(3)


def _allow(world: RealWorld) -> None:
    for kind in ("validatingadmissionpolicybinding", "validatingadmissionpolicy"):
        world.kubectl("delete", kind, "not-today", "--ignore-not-found")


# nodes


def test_dead_node(play: Callable[..., Any], world: RealWorld) -> None:
    """Power off, its Node object stays and turns NotReady; another node is alive."""
    with play() as stage:
        node = world.nodes[stage.begun()["node"]]
        node.kill_kubelet()
        node.kill_containers()
        status = succeeded(stage, 1)
    assert status["attempts"][0]["reason"] in ("NodeLost", "RunnerSilent")
    assert status["attempts"][-1]["node"] != node.name
    node.start_kubelet()
    world.wait_for(world.nodes_are_up)


def test_node_that_starts_nothing(play: Callable[..., Any], world: RealWorld) -> None:
    """Ready, but its pods get no network: given up after the class's time, that node avoided, no try counted barren.

    The tier has no other node, so it is met once more, and then the next tier is due.
    """
    with world.nodes[SPOT].runtime.without_network(), play(className="hasty", **SHORT) as stage:
        status = succeeded(stage, 2)
    first, _, last = status["attempts"]
    assert (first["node"], first["reason"]) == (SPOT, "NotStarted"), status
    assert "sandbox" in first["message"], status
    assert last["node"] != SPOT and last["verdict"] == "Succeeded", status


def test_kubelet_killed(play: Callable[..., Any], world: RealWorld) -> None:
    """Containers run on, and reports come in: nothing is lost, though nobody writes the pod's status.

    A short job: 46 s after the kubelet's death (here) the taint manager would delete the pod all the same.
    """
    with play(**SHORT) as stage:
        node = world.nodes[stage.begun()["node"]]
        node.kill_kubelet()
        succeeded(stage, 0)
    node.start_kubelet()
    world.wait_for(world.nodes_are_up)


def test_every_kubelet_dead_and_back(play: Callable[..., Any], world: RealWorld) -> None:
    """A spot storm: every node NotReady, so no taint ever evicts; the operator's own endpoint is in doubt."""
    with play(**LONG) as stage:
        stage.begun()
        for node in world.nodes.values():
            node.kill_kubelet()
        world.wait_for(lambda: not world.nodes_are_up())
        time.sleep(25)
        for node in world.nodes.values():
            node.start_kubelet()
        world.wait_for(world.nodes_are_up)
        succeeded(stage, 0, 240)


def test_node_rebooted(play: Callable[..., Any], world: RealWorld) -> None:
    """The container is gone, the pod keeps its name, and kubelet finds it so."""
    with play() as stage:
        world.nodes[stage.begun()["node"]].reboot()
        status = succeeded(stage)
    # Two, if the next attempt meets a runtime that is not quite up again.
    assert status["attempts"][0]["verdict"] == "Disruption" and status["counts"]["disruptions"] <= 2, status


# the cluster


def test_operator_evicted(play: Callable[..., Any], world: RealWorld) -> None:
    """Its replacement starts beside it: the Lease keeps one writer."""
    with play() as stage:
        stage.begun()
        pods = world.items("pods", SYSTEM)
        name = pods[0]["metadata"]["name"]
        body = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": name, "namespace": SYSTEM}}
        path = f"/api/v1/namespaces/{SYSTEM}/pods/{name}/eviction"
        world.kubectl("create", "--raw", path, "-f", "-", stdin=json.dumps(body))
        status = succeeded(stage, 0)
    assert status["counts"]["attempts"] == 1


def test_namespace_deleted(ground: RealGround, world: RealWorld) -> None:
    world.make_namespace("doomed")
    stage = Stage(ground, "doomed")
    stage.namespace = "doomed"
    world.apply(videojob("doomed"), "doomed")
    stage.begun()
    world.kubectl("delete", "namespace", "doomed", "--wait=false")
    world.wait_for(lambda: not world.get("namespace", "doomed"), 90)
    world.wait_for(lambda: not [line for line in world.nodes[SPOT].commands() if "spotreel attempt" in line])
    assert world.operator_ready()


def test_api_server_away(play: Callable[..., Any], world: RealWorld) -> None:
    with play(**LONG) as stage:
        stage.begun()
        world.control_plane.stop_api_server()
        time.sleep(AWAY_SECONDS)
        world.control_plane.start_api_server()
        world.wait_for(world.operator_ready, 120)
        status = succeeded(stage, seconds=240)
    assert status["counts"]["disruptions"] <= 1, status


def test_s3_away(play: Callable[..., Any], world: RealWorld) -> None:
    """Longer than a runner tries: attempts end with 69, come slower and slower, and one finds it back."""
    with play(**LONG) as stage:
        stage.begun()
        world.s3.stop()
        time.sleep(AWAY_SECONDS)
        world.s3.start()
        status = succeeded(stage, seconds=240)
    lost = [a for a in status["attempts"] if a["verdict"] == "Disruption"]
    assert {a["reason"] for a in lost} <= {"StoreUnreachable"}, status


# what a person does


def test_helm_test(world: RealWorld) -> None:
    said = world.helm("test", "spotreel", "--timeout", "180s")
    assert said.count("Succeeded") >= 2, said


def test_everything_is_restricted(world: RealWorld) -> None:
    """Both namespaces enforce `restricted`; that pods run there at all is the API server's word for it."""
    for namespace in (SYSTEM, "e2e"):
        labels = world.get("namespace", namespace)["metadata"]["labels"]
        assert labels["pod-security.kubernetes.io/enforce"] == "restricted"


def test_no_secret_in_sight(world: RealWorld) -> None:
    """Not in the status of any job, the operator's log, any runner's log, nor in any command line."""
    from tests.testbed.s3 import SECRET_KEY

    said = [world.kubectl("get", "vj,jobs,pods,events,configmaps", "-A", "-o", "yaml")]
    said.append(world.kubectl("logs", "-n", SYSTEM, "deploy/spotreel-operator"))
    pods = world.items("pods", "e2e")
    said += [world.kubectl("logs", "-n", "e2e", p["metadata"]["name"], check=False) for p in pods]
    lines = [line for node in world.nodes.values() for line in node.commands()]
    assert pods and lines and not [text[:80] for text in (*said, *lines) if SECRET_KEY in text]


def test_uninstall_leaves_jobs_and_nothing_else(world: RealWorld) -> None:
    """Last: the CRD is kept, and with it every VideoJob; no finalizer holds anything."""
    before = len(world.items("videojobs", "e2e"))
    world.helm("uninstall", "spotreel", "--wait")
    assert len(world.items("videojobs", "e2e")) == before > 0
    kinds = "deployments,services,endpointslices,configmaps,roles,rolebindings,serviceaccounts"
    world.wait_for(lambda: not world.items("endpointslices", SYSTEM), 60)
    left = [o["metadata"]["name"] for o in world.items(kinds, SYSTEM)]
    assert set(left) <= {"kube-root-ca.crt", "default"}, left
    world.kubectl("delete", "namespace", "e2e", "--timeout=60s")
    world.install()
