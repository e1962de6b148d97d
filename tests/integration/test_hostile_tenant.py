"""A hostile tenant beside a job: what only looks like its evidence changes nothing."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.integration.local import SPOTREEL
from tests.testbed.world import World
from tests.unit.operator.make import success

Object = dict[str, Any]
VICTIM, MALLORY = "victim", "mallory"
OUTPUT = "s3://media/out/beset.mp4"
JOB_NAME = "batch.kubernetes.io/job-name"
PATIENT = {"nodeLost": "60s", "running": "120s"}


@pytest.fixture(scope="module")
def tenants(world: World) -> Iterator[World]:
    for namespace in (VICTIM, MALLORY):
        world.make_namespace(namespace)
    yield world


@pytest.fixture
def gate(world: World, tmp_path: Path) -> Path:
    """A file; the runners of image `test/gated` wait for it before they begin."""
    path = tmp_path / "open"
    world.make_image("test/gated", f'while [ ! -e {path} ]; do sleep 0.1; done; exec {SPOTREEL} "$@"')
    return path


def videojob() -> Object:
    video = {"encoder": "CPU", "crf": 23, "preset": "Fast"}
    spec = {"inputs": [{"uri": "s3://media/carphone_pristine.mp4"}], "outputs": [{"uri": OUTPUT, "video": video}]}
    head = {"apiVersion": "spotreel.dev/v1alpha1", "kind": "VideoJob", "metadata": {"name": "reel"}}
    return {**head, "spec": spec}


def forged_spec(attempt: str) -> Object:
    """A pod's: its container `runner` claims that the victim's output has been written."""
    word = success(attempt, OUTPUT).termination_message()
    container = {
        "name": "runner",
        "image": "busybox",
        "command": ["sh", "-c", f"echo '{word}' > /dev/termination-log"],
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
    }
    security = {"runAsNonRoot": True, "runAsUser": 65532, "seccompProfile": {"type": "RuntimeDefault"}}
    return {"restartPolicy": "Never", "securityContext": security, "containers": [container]}


def our_labels(pod: Object) -> dict[str, str]:
    """Of a real runner, but for the Job's selector, by which the Job controller itself would adopt the pod."""
    return {k: v for k, v in pod["metadata"]["labels"].items() if not k.endswith("controller-uid")}


def forge_pod(world: World, namespace: str, real: Object, **metadata: Any) -> str:
    """As the tenant would with kubectl; the pod's name."""
    name = f"forged-{len(metadata)}"
    head = {"name": name, "labels": our_labels(real), **metadata}
    spec = forged_spec(real["metadata"]["labels"][JOB_NAME])
    world.apply({"apiVersion": "v1", "kind": "Pod", "metadata": head, "spec": spec}, namespace)
    return name


def copy_job(world: World, real: Object) -> str:
    """A Job with labels and controller of the attempt's, such as `kubectl get -o yaml` and an editor make."""
    name = f"{real['metadata']['name']}-debug"
    kept = {key: real["metadata"][key] for key in ("labels", "ownerReferences")}
    labels = {k: v for k, v in real["metadata"]["labels"].items() if not k.startswith("batch")}
    template = {"metadata": {"labels": labels}, "spec": forged_spec(real["metadata"]["name"])}
    head = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {**kept, "name": name}}
    world.apply({**head, "spec": {"backoffLimit": 0, "template": template}}, VICTIM)
    return name


def ended(world: World, namespace: str, name: str) -> bool:
    return bool(world.get("pod", name, namespace).get("status", {}).get("phase") == "Succeeded")


def report(world: World, url: str, pod: str, attempt: str) -> int:
    """The answer to a report of another tenant's attempt, with the token of one's own pod."""
    bound = ["--bound-object-kind=Pod", f"--bound-object-name={pod}"]
    token = world.kubectl("create", "token", "default", "-n", MALLORY, "--audience=spotreel", *bound).strip()
    body = success(attempt, OUTPUT).model_dump_json(by_alias=True).encode()
    request = urllib.request.Request(url, body, {"Authorization": f"Bearer {token}"})
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_what_a_neighbour_forges_changes_nothing(tenants: World, gate: Path) -> None:
    """Each of these once ended the victim's job, completed it with a forged result, or stopped its reconciling."""
    world = tenants
    with world.operating(VICTIM, "beset", also=(MALLORY,), runner={"image": "test/gated"}, silence=PATIENT):
        world.apply(videojob(), VICTIM)
        world.wait_for(lambda: world.status("reel", VICTIM).get("phase") == "Running", 40)
        (pod,), (job,) = world.items("pods", VICTIM), world.items("jobs", VICTIM)
        attempt = job["metadata"]["name"]
        abroad = forge_pod(world, MALLORY, pod)
        here = forge_pod(world, VICTIM, pod)
        controlled = forge_pod(world, VICTIM, pod, ownerReferences=job["metadata"]["ownerReferences"])
        # The garbage collector deletes it soon: its owner is not in its namespace. Until then it must not count.
        forge_pod(world, MALLORY, pod, ownerReferences=pod["metadata"]["ownerReferences"])
        copy = copy_job(world, job)
        for namespace, name in ((MALLORY, abroad), (VICTIM, here), (VICTIM, controlled)):
            world.wait_for(partial(ended, world, namespace, name), 30)
        world.wait_for(lambda: world.get("job", copy, VICTIM)["status"].get("succeeded"), 30)
        url = json.loads(pod["metadata"]["annotations"]["spotreel.dev/order"])["reportTo"]["url"]
        assert report(world, url, abroad, attempt) == 403
        assert world.status("reel", VICTIM)["phase"] == "Running"
        gate.touch()
        status = world.wait_finished("reel", VICTIM)
    assert status["phase"] == "Succeeded", status
    assert [(a["name"], a["verdict"]) for a in status["attempts"]] == [(attempt, "Succeeded")]
    assert status["outputs"][0]["sha256"] == world.sha256_of("out/beset.mp4")
    assert status["counts"].items() >= {"attempts": 1, "disruptions": 0, "crashes": 0, "oomKills": 0}.items()


def test_a_result_elsewhere_is_no_result(tenants: World) -> None:
    """A runner that says it has written something else than it was told to."""
    script = "import json, os, sys; open(os.environ['SPOTREEL_TERMINATION_LOG'], 'w').write(sys.argv[1])"
    word = success("any", "s3://theirs/forged.mp4").termination_message()
    tenants.make_image("test/elsewhere", f"exec python3 -c \"{script}\" '{word}'")
    with tenants.operating(VICTIM, "doubting", runner={"image": "test/elsewhere"}):
        document = videojob()
        document["metadata"]["name"] = "elsewhere"
        tenants.apply(document, VICTIM)
        status = tenants.wait_finished("elsewhere", VICTIM)
    assert (status["phase"], status["reason"]) == ("Failed", "NoProgress") and "outputs" not in status
    assert "named s3://theirs/forged.mp4 and not" in status["attempts"][0]["message"]
