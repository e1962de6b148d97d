"""The line, from `kubectl apply` to the object in S3, with everything on the way that may go wrong."""

import json
import os
import signal
import time
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.conftest import NAMESPACE
from tests.testbed.world import ROOT, World, pid_of

Object = dict[str, Any]
MakeJob = Callable[..., Object]

pytestmark = pytest.mark.usefixtures("operator")


def active_node(world: World, name: str, segments: int = 1) -> str | None:
    """Where an attempt runs that has committed something."""
    attempts = world.status(name, NAMESPACE).get("attempts", [])
    running = [a for a in attempts if not a.get("verdict") and a.get("segments", 0) >= segments]
    return running[0]["node"] if running else None


def conditions(status: Object) -> dict[str, str]:
    return {c["type"]: c["status"] for c in status["conditions"]}


def pod_of(world: World, attempt: str) -> Object:
    pods = world.items("pods", NAMESPACE)
    return next(p for p in pods if p["metadata"]["labels"].get("batch.kubernetes.io/job-name") == attempt)


def events(world: World, name: str) -> dict[str, str]:
    """Messages by reasons."""
    found = world.items("events", NAMESPACE)
    return {e["reason"]: e["message"] for e in found if e["involvedObject"]["name"] == name}


def test_preempted_twice_goes_on_elsewhere(world: World, name: str, videojob: MakeJob, reference: str) -> None:
    world.apply(videojob(), NAMESPACE)
    first = world.wait_for(lambda: active_node(world, name), 30)
    world.preempt(first, notice=8)
    second = world.wait_for(lambda: (n := active_node(world, name)) and n != first and n, 30)
    world.preempt(second, notice=0)
    status = world.wait_finished(name, NAMESPACE)
    assert status["phase"] == "Succeeded", status
    assert world.sha256_of(f"out/{name}.mp4") == reference == status["outputs"][0]["sha256"]
    assert status["outputs"][0]["frames"] == status["plan"]["frames"] == 250
    assert [a["verdict"] for a in status["attempts"]] == ["Disruption", "Disruption", "Succeeded"]
    assert [a["reason"] for a in status["attempts"]][:2] == ["Preempted", "NodeLost"]
    assert status["counts"].items() >= {"attempts": 3, "disruptions": 2, "crashes": 0, "oomKills": 0}.items()
    assert conditions(status) | {"Finished": "True", "Complete": "True", "Failed": "False"} == conditions(status)
    assert float(status["cost"]["total"]) <= float(status["cost"]["onDemandEstimate"])
    said = events(world, name)
    assert {"Planned", "Started", "Preempted", "NodeLost", "Resumed", "Completed"} <= set(said)
    assert f"seconds left: node {first} gives notice (DeletionByTaintManager: " in said["NoticeGiven"]
    assert said["Preempted"].startswith(f"node {first} was reclaimed (DeletionByTaintManager: ")


def test_killed_runner_is_a_disruption(world: World, name: str, videojob: MakeJob, reference: str) -> None:
    world.apply(videojob(), NAMESPACE)
    world.wait_for(lambda: active_node(world, name), 30)
    attempt = world.status(name, NAMESPACE)["attempts"][0]["name"]
    os.kill(pid_of(pod_of(world, attempt)), signal.SIGKILL)
    status = world.wait_finished(name, NAMESPACE)
    assert status["phase"] == "Succeeded"
    assert (status["attempts"][0]["reason"], status["attempts"][0]["exitCode"]) == ("Killed", 137)
    assert world.sha256_of(f"out/{name}.mp4") == reference


def test_zombie_changes_nothing(world: World, name: str, videojob: MakeJob, reference: str) -> None:
    """Stopped past the stale limit, its node dead; the next one finishes; then it wakes up."""
    world.apply(videojob(), NAMESPACE)
    node = world.wait_for(lambda: active_node(world, name), 30)
    attempt = world.status(name, NAMESPACE)["attempts"][0]["name"]
    zombie = pid_of(pod_of(world, attempt))
    world.freeze(node)
    os.killpg(zombie, signal.SIGSTOP)
    try:
        status = world.wait_finished(name, NAMESPACE)
        assert [a["verdict"] for a in status["attempts"]] == ["Disruption", "Succeeded"]
        assert status["attempts"][0]["reason"] in ("RunnerSilent", "NodeLost")
        before = world.s3.client().head_object(Bucket="media", Key=f"out/{name}.mp4")
    finally:
        os.killpg(zombie, signal.SIGCONT)
    world.wait_for(lambda: not _alive(zombie), 30)
    after = world.s3.client().head_object(Bucket="media", Key=f"out/{name}.mp4")
    assert (after["ETag"], after["LastModified"]) == (before["ETag"], before["LastModified"])
    assert world.sha256_of(f"out/{name}.mp4") == reference
    world.freeze(node, False)
    time.sleep(1)
    assert world.status(name, NAMESPACE) == status


def _alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123
            return file.read().split(")")[1].split()[0] != "Z"
    except OSError:
        return False


def test_deleted_in_mid_run(world: World, name: str, videojob: MakeJob) -> None:
    world.apply(videojob(), NAMESPACE)
    world.wait_for(lambda: active_node(world, name), 30)
    pid = pid_of(pod_of(world, world.status(name, NAMESPACE)["attempts"][0]["name"]))
    world.kubectl("delete", "videojob", name, "-n", NAMESPACE)

    def nothing_left() -> bool:
        ours = (world.items(kind, NAMESPACE) for kind in ("jobs", "pods"))
        return not [o for kind in ours for o in kind if o["metadata"]["labels"].get("spotreel.dev/videojob") == name]

    world.wait_for(nothing_left, 40)
    assert not _alive(pid)


def test_suspended_and_woken(world: World, name: str, videojob: MakeJob, reference: str) -> None:
    world.apply(videojob(), NAMESPACE)
    world.wait_for(lambda: active_node(world, name), 30)
    world.kubectl("patch", "vj", name, "-n", NAMESPACE, "--type=merge", "-p", '{"spec":{"suspend":true}}')
    world.wait_for(lambda: world.status(name, NAMESPACE)["phase"] == "Suspended", 20)
    status = world.status(name, NAMESPACE)
    assert conditions(status)["Suspended"] == "True"
    assert (status["attempts"][0]["verdict"], status["attempts"][0]["reason"]) == ("Withdrawn", "Suspended")
    world.kubectl("patch", "vj", name, "-n", NAMESPACE, "--type=merge", "-p", '{"spec":{"suspend":false}}')
    status = world.wait_finished(name, NAMESPACE)
    assert status["counts"]["disruptions"] == 0, "suspending is nobody's fault"
    assert world.sha256_of(f"out/{name}.mp4") == reference


def test_time_to_live(world: World, name: str, videojob: MakeJob) -> None:
    clip = {"uri": "s3://media/carphone_pristine.mp4"}
    world.apply(videojob(inputs=[clip], ttlSecondsAfterFinished=1), NAMESPACE)
    world.wait_for(lambda: not world.get("videojob", name, NAMESPACE), 60)
    assert world.sha256_of(f"out/{name}.mp4"), "the output stays"


def test_active_deadline(world: World, name: str, videojob: MakeJob) -> None:
    world.apply(videojob(activeDeadlineSeconds=2), NAMESPACE)
    status = world.wait_finished(name, NAMESPACE)
    assert (status["phase"], status["reason"]) == ("Failed", "DeadlineExceeded")
    world.wait_for(lambda: not _runs(world, name), 20)


def test_failed_and_retried(world: World, name: str, videojob: MakeJob, reference: str) -> None:
    """What is there is not rendered again."""
    world.apply(videojob(), NAMESPACE)
    world.wait_for(lambda: active_node(world, name, 3), 30)
    world.kubectl("patch", "vj", name, "-n", NAMESPACE, "--type=merge", "-p", '{"spec":{"activeDeadlineSeconds":1}}')
    failed = world.wait_finished(name, NAMESPACE)
    assert failed["reason"] == "DeadlineExceeded" and conditions(failed)["Failed"] == "True"
    world.kubectl("patch", "vj", name, "-n", NAMESPACE, "--type=merge", "-p", '{"spec":{"activeDeadlineSeconds":600}}')
    world.kubectl("annotate", "vj", name, "-n", NAMESPACE, "spotreel.dev/retry=1")
    world.kubectl("wait", "vj", name, "-n", NAMESPACE, "--for=jsonpath={.status.retry.value}=1", "--timeout=30s")
    status = world.wait_finished(name, NAMESPACE)
    assert status["phase"] == "Succeeded", status
    assert world.sha256_of(f"out/{name}.mp4") == reference
    assert status["attempts"][-1]["segments"] <= status["plan"]["segments"] - 3
    assert status["counts"]["retries"] == 1 and conditions(status)["Failed"] == "False"
    assert {"Failed", "Retried", "Completed"} <= set(events(world, name))
    world.kubectl("annotate", "vj", name, "-n", NAMESPACE, "--overwrite", "spotreel.dev/retry=2")
    world.wait_for(lambda: "RetryIgnored" in events(world, name), 20)
    assert world.status(name, NAMESPACE)["phase"] == "Succeeded", "success is never left"


def _runs(world: World, name: str) -> bool:
    pods = world.items("pods", NAMESPACE)
    mine = [p for p in pods if p["metadata"]["labels"].get("spotreel.dev/videojob") == name]
    return any(p["status"]["phase"] in ("Pending", "Running") for p in mine)


def test_no_spot_node_fits(world: World, name: str, videojob: MakeJob, reference: str) -> None:
    """Bounded waiting on the first tier, then the next; the pod that waited is gone."""
    tiers = [
        {"name": "far", "capacity": "Spot", "zones": ["zone-far"], "waitFor": "30s"},
        {"name": "near", "capacity": "OnDemand"},
    ]
    world.apply(videojob(placement={"tiers": tiers}), NAMESPACE)
    # The scheduler's own words are shown.
    world.wait_for(lambda: "didn't match" in world.status(name, NAMESPACE).get("message", ""), 20)
    assert world.status(name, NAMESPACE)["reason"] == "WaitingForCapacity"
    status = world.wait_finished(name, NAMESPACE)
    assert [(a["tier"], a["reason"]) for a in status["attempts"]] == [
        ("far", "NoCapacity"),
        ("near", "ResultCommitted"),
    ]
    assert status["counts"]["disruptions"] == 0
    assert {"NoCapacity", "TierChanged"} <= set(events(world, name))
    assert world.sha256_of(f"out/{name}.mp4") == reference


def test_node_that_refuses_the_pod(world: World, name: str, videojob: MakeJob) -> None:
    """Refused at admission: a disruption, and another node does it."""
    world.refuse("ondemand-1", "UnexpectedAdmissionError")
    tiers = [{"name": "any", "instanceTypes": ["g5.xlarge"]}]
    only = {"name": "od", "capacity": "OnDemand", "waitFor": "30s"}
    world.apply(
        videojob(placement={"tiers": [only, *tiers]}, inputs=[{"uri": "s3://media/carphone_pristine.mp4"}]), NAMESPACE
    )
    try:
        world.wait_for(lambda: world.status(name, NAMESPACE).get("counts", {}).get("disruptions"), 30)
    finally:
        world.refuse("ondemand-1", None)
    status = world.wait_finished(name, NAMESPACE)
    assert status["phase"] == "Succeeded"
    assert status["attempts"][0]["reason"] == "NodeUnfit"


@pytest.mark.parametrize(
    ("key", "body", "reason", "words"),
    [
        ("bad/absent.mp4", None, "InputNotFound", "there is no s3://media/bad/absent.mp4"),
        ("bad/text.mp4", b"this is no video" * 100, "InputInvalid", "not a media file"),
        ("bad/sound.m4a", "sound", "InputInvalid", "no video stream"),
        ("bad/cut.mp4", "cut", "InputInvalid", "not a media file"),
    ],
)
def test_bad_input(
    world: World, name: str, videojob: MakeJob, footage: Any, key: str, body: Any, reason: str, words: str
) -> None:
    if body == "sound":
        body = _sound_only(footage)
    elif body == "cut":
        body = (footage / "bikes.mp4").read_bytes()[:50_000]
    if body is not None:
        world.s3.client().put_object(Bucket="media", Key=key, Body=body)
    world.apply(videojob(inputs=[{"uri": f"s3://media/{key}"}]), NAMESPACE)
    _fails_once(world, name, reason, words)


def _sound_only(footage: Any) -> bytes:
    import io

    import av

    buffer = io.BytesIO()
    with av.open(str(footage / "bigbuckbunny.mp4"), "r") as source, av.open(buffer, "w", format="mp4") as target:
        stream = target.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux(audio=0):
            if packet.size:
                packet.stream = stream
                target.mux(packet)
    return buffer.getvalue()


def _fails_once(world: World, name: str, reason: str, words: str) -> None:
    """One attempt, one reason, named in `kubectl get`; nothing tries again."""
    status = world.wait_finished(name, NAMESPACE, 40)
    assert (status["phase"], status["reason"]) == ("Failed", reason), status
    assert words in status["message"]
    assert status["counts"]["attempts"] == 1
    assert conditions(status) | {"Finished": "True", "Failed": "True", "Complete": "False"} == conditions(status)
    assert reason in world.kubectl("get", "vj", name, "-n", NAMESPACE)
    time.sleep(1.5)
    assert len([j for j in world.items("jobs", NAMESPACE) if j["metadata"]["name"].startswith(f"{name}-")]) == 1


def test_trim_past_the_end(world: World, name: str, videojob: MakeJob) -> None:
    world.apply(videojob(timeline={"clips": [{"start": "2s", "end": "60s"}]}), NAMESPACE)
    _fails_once(world, name, "SpecInvalid", "reaches past the end of input main, which is 10s long")


def test_pinned_version(world: World, name: str, videojob: MakeJob) -> None:
    world.apply(videojob(inputs=[{"uri": "s3://media/bikes.mp4", "etag": "0123-4"}]), NAMESPACE)
    _fails_once(world, name, "InputInvalid", "not the pinned 0123-4")


def test_output_exists(world: World, name: str, videojob: MakeJob) -> None:
    world.s3.client().put_object(Bucket="media", Key=f"out/{name}.mp4", Body=b"somebody's")
    world.apply(videojob(), NAMESPACE)
    _fails_once(world, name, "OutputExists", "set ifExists: Replace")
    assert world.s3.client().get_object(Bucket="media", Key=f"out/{name}.mp4")["Body"].read() == b"somebody's"


def test_wrong_credentials(world: World, name: str, videojob: MakeJob) -> None:
    world.make_secret("wrong", "nobody", "nothing", NAMESPACE)
    storage = {"endpoint": world.s3.endpoint, "region": "us-east-1", "secretRef": {"name": "wrong"}}
    world.apply(videojob(storage=storage), NAMESPACE)
    _fails_once(world, name, "AccessDenied", "check the credentials")
    assert "nothing" not in json.dumps(world.get("videojob", name, NAMESPACE)["status"]), "no secret in status"


def test_secret_that_is_not_there(world: World, name: str, videojob: MakeJob) -> None:
    """Stalled, not failed: it goes on when the Secret comes."""
    storage = {"endpoint": world.s3.endpoint, "region": "us-east-1", "secretRef": {"name": "later"}}
    world.apply(videojob(storage=storage, inputs=[{"uri": "s3://media/carphone_pristine.mp4"}]), NAMESPACE)
    world.wait_for(lambda: world.status(name, NAMESPACE).get("reason") == "SecretNotFound", 40)
    assert conditions(world.status(name, NAMESPACE))["Stalled"] == "True"
    world.make_secret("later", "testbed", "testbed-secret", NAMESPACE)
    assert world.wait_finished(name, NAMESPACE)["phase"] == "Succeeded"


def test_class_that_is_not_there(world: World, name: str, videojob: MakeJob) -> None:
    world.apply(videojob(className="gpu-gold"), NAMESPACE)
    world.wait_for(lambda: world.status(name, NAMESPACE).get("reason") == "ClassNotFound", 20)
    status = world.status(name, NAMESPACE)
    assert "there are gpu-spot" in status["message"]
    assert conditions(status)["Stalled"] == "True"
    assert not status.get("attempts")


def test_uri_that_is_not_allowed(world: World, name: str, videojob: MakeJob) -> None:
    world.apply(videojob(inputs=[{"uri": "s3://private/x.mp4"}]), NAMESPACE)
    world.wait_for(lambda: world.status(name, NAMESPACE).get("reason") == "URINotAllowed", 20)
    assert not world.status(name, NAMESPACE).get("attempts")


def test_pod_refused_by_pod_security(world: World, name: str, videojob: MakeJob) -> None:
    """A Job without a pod: its FailedCreate event is shown."""
    world.apply(videojob(serviceAccountName="nobody"), NAMESPACE)
    world.wait_for(lambda: "nobody" in world.status(name, NAMESPACE).get("message", ""), 30)
    assert world.status(name, NAMESPACE)["reason"] == "JobRejected"
    world.kubectl("delete", "vj", name, "-n", NAMESPACE)


def test_kubectl_wait_ends_either_way(world: World, name: str, videojob: MakeJob) -> None:
    world.apply(videojob(inputs=[{"uri": "s3://media/none.mp4"}]), NAMESPACE)
    said = world.kubectl("wait", "--for=condition=Finished", f"vj/{name}", "-n", NAMESPACE, "--timeout=60s")
    assert "condition met" in said
    assert "condition not met" in world.kubectl(
        "wait", "--for=condition=Complete", f"vj/{name}", "-n", NAMESPACE, "--timeout=0", check=False
    )


def test_minimal_sample(world: World) -> None:
    """Nine lines; the class gives the rest; `encoder: Auto` says aloud that it took the CPU."""
    world.kubectl("apply", "-n", NAMESPACE, "-f", str(ROOT / "k8s" / "samples" / "hello.yaml"))
    status = world.wait_finished("hello", NAMESPACE)
    assert status["phase"] == "Succeeded", status
    fallback = next(c for c in status["conditions"] if c["type"] == "EncoderFallback")
    assert "libx264" in fallback["message"]
    columns = world.kubectl("get", "vj", "hello", "-n", NAMESPACE).splitlines()[0].split()
    assert columns == ["NAME", "PHASE", "PROGRESS", "REMAINING", "DISRUPTIONS", "REASON", "AGE"]
    assert "100%" in world.kubectl("get", "vj", "hello", "-n", NAMESPACE)


def address_of(world: World, flag: str = "--listen-port") -> str:
    child = next(c for c in world.children if c.name == "operator-tests")
    port = next(a for a in child.command if a.startswith(f"{flag}=")).split("=")[1]
    return f"http://127.0.0.1:{port}"


def test_metrics_and_probes(world: World) -> None:
    def get(path: str, flag: str) -> str:
        with urllib.request.urlopen(f"{address_of(world, flag)}{path}", timeout=5) as answer:
            return str(answer.read().decode())

    assert get("/healthz", "--probe-port") == get("/readyz", "--probe-port") == "ok"
    metrics = get("/metrics", "--listen-port")
    assert 'spotreel_videojobs{phase="Succeeded"}' in metrics
    assert "spotreel_attempts_total{" in metrics
    assert "job-" not in metrics, "no label per VideoJob"


def test_progress_needs_a_runners_token(world: World) -> None:
    address = address_of(world)
    url = f"{address}/v1/progress"
    for token, wanted in ((None, 401), ("nonsense", 403), (_other_audience(world), 403)):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        request = urllib.request.Request(url, data=b"{}", headers=headers, method="POST")
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=5)
        assert refused.value.code == wanted


def _other_audience(world: World) -> str:
    return world.kubectl("create", "token", "default", "-n", NAMESPACE).strip()
