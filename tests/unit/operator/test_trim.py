"""What the cache keeps of objects, and what it does not."""

import json

import pytest

from spotreel_operator.reconcile.result import promised
from spotreel_operator.runtime.api import JOBS, NODES, PODS, VIDEOJOBS, Kind
from spotreel_operator.runtime.trim import LAST_APPLIED, tombstone, trimmed
from spotreel_operator.state.jobs import JobState
from spotreel_operator.state.nodes import NodeState
from spotreel_operator.state.pods import PodState
from spotreel_operator.state.videojobs import VideoJob
from tests.unit.operator.make import SPEC
from tests.unit.operator.raw import UID, Object, raw_job, raw_node, raw_pod, raw_videojob, said

BULK = "x" * 5000
RUNNER = {"name": "runner", "image": "spotreel/runner:1", "env": [{"name": "A", "value": BULK}]}
POD = raw_pod(
    spec={
        "nodeName": "n1",
        "containers": [RUNNER, {"name": "mesh", "image": BULK}],
        "initContainers": [{"name": "init", "command": [BULK]}],
        "volumes": [{"name": BULK}],
    },
    status={
        **said("{}"),
        "initContainerStatuses": [{"name": BULK}],
        "conditions": [{"type": "PodScheduled", "status": "True", "lastTransitionTime": "2026-01-01T12:00:01Z"}],
    },
)
JOB = raw_job(
    spec={"suspend": False, "template": {"spec": BULK}, "podFailurePolicy": {"rules": [BULK]}},
    status={"conditions": [{"type": "Complete", "status": "True"}], "uncountedTerminatedPods": {"failed": [BULK]}},
)
NODE = raw_node(
    spec={"podCIDR": BULK},
    status={
        "conditions": [{"type": "Ready", "status": "True", "lastHeartbeatTime": BULK, "message": BULK}],
        "images": [{"names": [BULK]}],
        "nodeInfo": {"kernelVersion": BULK},
    },
)
LONG = {**SPEC, "timeline": {"clips": [{"end": "1s"}] * 900}, "ttlSecondsAfterFinished": 60, "className": "gpu"}
VIDEOJOB = raw_videojob(spec=LONG)
ALL = [(VIDEOJOBS, VIDEOJOB), (JOBS, JOB), (PODS, POD), (NODES, NODE)]


def written(body: Object) -> Object:
    """With what kubectl and the API server write beside it."""
    more = {"managedFields": [{"manager": BULK}], "annotations": {LAST_APPLIED: BULK, "spotreel.dev/image": "i"}}
    return {**body, "metadata": {**body["metadata"], **more}}


@pytest.mark.parametrize(("kind", "body"), ALL, ids=lambda x: x.plural if isinstance(x, Kind) else "")
def test_no_bulk_of_any_kind(kind: Kind, body: Object) -> None:
    kept = trimmed(kind, written(body))
    assert "xxx" not in json.dumps(kept)
    assert "managedFields" not in kept["metadata"] and LAST_APPLIED not in kept["metadata"].get("annotations", {})
    assert trimmed(kind, kept) == kept


@pytest.mark.parametrize(("kind", "body"), ALL, ids=lambda x: x.plural if isinstance(x, Kind) else "")
def test_the_object_itself_is_left_alone(kind: Kind, body: Object) -> None:
    before = json.dumps(written(body))
    whole = written(body)
    trimmed(kind, whole)
    tombstone(kind, whole)
    assert json.dumps(whole) == before


def test_what_is_read_is_the_same() -> None:
    assert PodState.read(trimmed(PODS, POD), gone=False) == PodState.read(POD, gone=False)
    assert JobState.read(trimmed(JOBS, written(JOB))) == JobState.read(written(JOB))
    assert NodeState.read(trimmed(NODES, NODE)) == NodeState.read(NODE)
    assert VideoJob.read(trimmed(VIDEOJOBS, VIDEOJOB)) == VideoJob.read(VIDEOJOB)


def test_a_job_that_goes_on_keeps_its_spec() -> None:
    assert trimmed(VIDEOJOBS, VIDEOJOB)["spec"] == LONG


@pytest.mark.parametrize("phase", ["Succeeded", "Failed"])
def test_a_finished_one_keeps_what_its_end_needs(phase: str) -> None:
    done = {**VIDEOJOB, "status": {"phase": phase, "endTime": "2026-01-01T12:00:40Z"}}
    kept = VideoJob.read(trimmed(VIDEOJOBS, done))
    assert kept.spec and kept.spec.ttl_seconds_after_finished == 60 and kept.spec.class_name == "gpu"
    assert kept.spec.outputs and kept.spec.outputs[0].uri == SPEC["outputs"][0]["uri"]
    assert kept.status == VideoJob.read(done).status
    assert len(json.dumps(trimmed(VIDEOJOBS, done))) < 1500


def test_a_finished_one_that_only_looked_keeps_the_places_of_its_results() -> None:
    results = [{"analysis": "a", "uri": "s3://m/a.json", "format": "COCO"}, {"sql": {"secretRef": {"name": "db"}}}]
    spec = {"inputs": SPEC["inputs"], "analyses": [{"name": "a", "motion": {}}], "results": results}
    done = {**raw_videojob(spec=spec), "status": {"phase": "Succeeded"}}
    kept, whole = VideoJob.read(trimmed(VIDEOJOBS, done)), VideoJob.read(done)
    assert kept.spec and whole.spec and promised(kept.spec) == promised(whole.spec)
    assert kept.spec.analyses is None and kept.spec.results and kept.spec.results[1].sql is None


def test_a_finished_one_that_is_to_go_on_keeps_its_spec() -> None:
    done = {**VIDEOJOB, "status": {"phase": "Failed"}}
    asked = {**done, "metadata": {**done["metadata"], "annotations": {"spotreel.dev/retry": "2", "a": "b"}}}
    assert trimmed(VIDEOJOBS, asked)["spec"] == LONG
    assert trimmed(VIDEOJOBS, asked)["metadata"]["annotations"] == {"spotreel.dev/retry": "2", "a": "b"}


def test_a_tombstone_knows_whose_it_was() -> None:
    assert tombstone(PODS, POD) == trimmed(PODS, POD), "a pod's last state is evidence"
    job = tombstone(JOBS, JOB)
    assert set(job) == {"metadata"} and job["metadata"]["ownerReferences"][0]["uid"] == UID
    assert set(tombstone(VIDEOJOBS, VIDEOJOB)) == {"metadata"} == set(tombstone(NODES, NODE))
