"""From a desk: the client's commands as processes, on a real API server and a real store."""

import hashlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from spotreel import AsyncClient, Client
from tests.integration.conftest import NAMESPACE
from tests.integration.local import SPOTREEL
from tests.testbed import cache
from tests.testbed.cache import ROOT
from tests.testbed.fault_proxy import FaultProxy
from tests.testbed.processes import free_port
from tests.testbed.s3 import SECRET_KEY
from tests.testbed.world import World

Object = dict[str, Any]
MakeJob = Callable[..., Object]
Done = subprocess.CompletedProcess[str]

pytestmark = pytest.mark.usefixtures("operator")


class Desk:
    """Somebody's machine: a folder, a kubeconfig, the store's keys."""

    def __init__(self, world: World, folder: Path, kubeconfig: Path | None = None) -> None:
        self.folder = folder
        file = kubeconfig or world.control_plane.kubeconfig
        self.env = {**os.environ, **world.s3.environment(), "KUBECONFIG": str(file), "CI": "1"}

    def start(self, *typed: str) -> "subprocess.Popen[str]":
        """A command as it is typed, in the namespace of the tests."""
        command = [SPOTREEL, *typed, "-n", NAMESPACE]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, cwd=self.folder, env=self.env, stdout=pipe, stderr=pipe, text=True)

    def run(self, *typed: str) -> Done:
        """To its end."""
        process = self.start(*typed)
        out, errors = process.communicate(timeout=120)
        return subprocess.CompletedProcess(typed, process.returncode, out, errors)


@pytest.fixture
def desk(world: World, tmp_path: Path) -> Desk:
    return Desk(world, tmp_path)


def restricted(world: World, folder: Path, *verbs: str) -> Path:
    """The kubeconfig of a ServiceAccount that has these verbs on VideoJobs, and no other right."""
    name = f"reader-{len(verbs)}"
    world.kubectl("create", "serviceaccount", name, "-n", NAMESPACE)
    if verbs:
        asked = [f"--verb={verb}" for verb in verbs]
        world.kubectl("create", "role", name, "-n", NAMESPACE, "--resource=videojobs.spotreel.dev", *asked)
        account = f"--serviceaccount={NAMESPACE}:{name}"
        world.kubectl("create", "rolebinding", name, "-n", NAMESPACE, f"--role={name}", account)
    config = json.loads(world.control_plane.kubeconfig.read_text())
    config["users"][0]["user"] = {"token": world.kubectl("create", "token", name, "-n", NAMESPACE).strip()}
    file = folder / f"{name}.json"
    file.write_text(json.dumps(config))
    return file


def test_suspended_woken_waited_for_and_cancelled(world: World, desk: Desk, name: str, videojob: MakeJob) -> None:
    world.apply(videojob(suspend=True), NAMESPACE)
    world.wait_for(lambda: world.status(name, NAMESPACE).get("phase") == "Suspended", 20)
    assert f"{name}   Suspended" in desk.run("list").stdout
    assert name in desk.run("list", "-o", "name").stdout.splitlines()
    waited = desk.run("wait", name, "--timeout", "1s")
    assert (waited.returncode, waited.stderr) == (124, f"spotreel: {name} has not ended after 1 s; it goes on\n")
    assert desk.run("unsuspend", name).returncode == 0
    done = desk.run("wait", name, "--timeout", "90s")
    assert done.returncode == 0, done.stderr
    assert f"sha256 {world.sha256_of(f'out/{name}.mp4')}" in done.stdout.splitlines()[-1]
    assert "plan  640x272 25 fps, 250 frames, 9 segments, libx264" in done.stdout
    seen = desk.run("status", name).stdout.splitlines()
    assert seen[0].startswith(f"{name}  Succeeded · ResultCommitted  100%  9/9 segments")
    assert "attempt 0-1   spot   g5.xlarge zone-" in seen[1] and seen[1].endswith("done")
    assert any(line.startswith("  cost $") for line in seen)
    said = desk.run("cancel", name)
    assert said.stdout == f"{name} is deleted; what it has made stays: s3://media/out/{name}.mp4\n"
    assert desk.run("status", name).returncode == 66


def test_a_failed_job_is_one(world: World, desk: Desk, name: str, videojob: MakeJob) -> None:
    world.apply(videojob(inputs=[{"uri": "s3://media/none.mp4"}]), NAMESPACE)
    done = desk.run("wait", name)
    assert done.returncode == 1
    assert "InputNotFound" in done.stderr and "s3://media/none.mp4" in done.stderr


def test_ctrl_c_leaves_the_job(world: World, desk: Desk, name: str, videojob: MakeJob) -> None:
    world.apply(videojob(suspend=True), NAMESPACE)
    world.wait_for(lambda: world.status(name, NAMESPACE).get("phase"), 20)
    process = desk.start("wait", name)
    # Its first answer is there once it has asked; only then is there something to leave.
    with pytest.raises(subprocess.TimeoutExpired):
        process.communicate(timeout=8)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 75 and f"{name} goes on: spotreel wait {name} -n {NAMESPACE} shows it again" in said
    assert world.get("videojob", name, NAMESPACE)


def test_rights_that_are_missing_are_named(world: World, tmp_path: Path, name: str, videojob: MakeJob) -> None:
    world.apply(videojob(suspend=True), NAMESPACE)
    nobody = Desk(world, tmp_path, restricted(world, tmp_path))
    said = nobody.run("list")
    assert said.returncode == 77
    assert said.stderr == (
        f"spotreel: you may not list videojobs in namespace {NAMESPACE}: ask for the verb list on "
        "videojobs.spotreel.dev, which the role view of that namespace has\n"
    )
    reader = Desk(world, tmp_path, restricted(world, tmp_path, "get", "list", "watch"))
    assert reader.run("status", name).returncode == 0
    said = reader.run("cancel", name)
    assert said.returncode == 77 and "you may not delete videojobs" in said.stderr and "the role edit" in said.stderr
    assert "you may not patch videojobs" in reader.run("suspend", name).stderr


def test_rights_that_the_page_names_are_enough(world: World, tmp_path: Path, name: str) -> None:
    page = (ROOT / "docs" / "tasks" / "submit.md").read_text()
    verbs = page.partition("In the namespace you need ")[2].partition(" on `videojobs`")[0]
    user = Desk(world, tmp_path, restricted(world, tmp_path, *re.findall(r"`(\w+)`", verbs)))
    done = user.run(*submitted(name, "s3://media/carphone_pristine.mp4", "--wait"))
    assert done.returncode == 0, done.stderr
    assert "you may not list pods in namespace" in user.run("logs", name).stderr
    assert user.run("suspend", name).returncode == 0 and user.run("cancel", name).returncode == 0


@pytest.mark.parametrize("path", ["/apis/none.example.com", "/apis/apps/v1/none"], ids=["no group", "no kind"])
def test_a_cluster_without_videojobs(world: World, tmp_path: Path, path: str) -> None:
    """The API server's own answers to a group, and to a kind, that it does not have."""
    config = json.loads(world.control_plane.kubeconfig.read_text())
    config["clusters"][0]["cluster"]["server"] += path
    file = tmp_path / "other"
    file.write_text(json.dumps(config))
    said = Desk(world, tmp_path, file).run("list")
    assert said.returncode == 78 and "this cluster knows no VideoJobs" in said.stderr


def submitted(name: str, file: str, *more: str) -> tuple[str, ...]:
    to = ("--to", f"s3://media/out/{name}.mp4", "--upload-to", f"s3://media/in/{name}/")
    return ("submit", file, *to, "--encoder", "CPU", "--preset", "Fast", *more)


def test_from_a_file_on_a_desk_to_the_end(world: World, desk: Desk, name: str, footage: Path) -> None:
    (desk.folder / "my clip.mp4").write_bytes((footage / "carphone_pristine.mp4").read_bytes())
    typed = submitted(name, "my clip.mp4", "--end", "2s", "--fetch", "reel.mp4", "--timeout", "90s")
    done = desk.run(*typed)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("uploaded  my clip.mp4 → s3://media/in/") and lines[0].endswith("/my%20clip.mp4")
    assert lines[1] == f"submitted  {name}; spotreel wait {name} -n {NAMESPACE} follows it"
    assert f"sha256 {world.sha256_of(f'out/{name}.mp4')}" in lines[-2]
    assert lines[-1] == f"fetched  s3://media/out/{name}.mp4 → reel.mp4"
    fetched = hashlib.sha256((desk.folder / "reel.mp4").read_bytes()).hexdigest()
    assert fetched == world.status(name, NAMESPACE)["outputs"][0]["sha256"]
    before = world.get("videojob", name, NAMESPACE)
    again = desk.run(*typed)
    assert again.returncode == 0 and f"{name} is there already, and does this very work: Succeeded" in again.stdout
    assert world.get("videojob", name, NAMESPACE) == before
    assert "found  reel.mp4, fetched before" in again.stdout
    other = desk.run(*submitted(name, "my clip.mp4", "--end", "3s"))
    assert other.returncode == 73 and f"there is another VideoJob {name} in namespace {NAMESPACE}" in other.stderr


def policy(name: str) -> list[Object]:
    """What a platform may ask of VideoJobs beyond the CRD's rules; here of this one alone."""
    api, kind = "admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy"
    rule = {"apiGroups": ["spotreel.dev"], "apiVersions": ["*"], "operations": ["CREATE"], "resources": ["videojobs"]}
    wanted = f"object.metadata.name != '{name}' || has(object.spec.className)"
    spec = {
        "matchConstraints": {"resourceRules": [rule]},
        "validations": [{"expression": wanted, "message": "name a class with --class"}],
    }
    bound = {"policyName": name, "validationActions": ["Deny"]}
    head = {"apiVersion": api, "metadata": {"name": name}}
    return [{**head, "kind": kind, "spec": spec}, {**head, "kind": f"{kind}Binding", "spec": bound}]


def test_what_the_api_server_refuses_is_a_line_and_nothing_is_sent(world: World, desk: Desk, name: str) -> None:
    (desk.folder / "a.mp4").write_bytes(b"bytes")
    for document in policy(name):
        world.apply(document)
    typed = submitted(name, "a.mp4")
    # A policy is in force some seconds after it was made.
    said = world.wait_for(lambda: (done := desk.run(*typed, "--dry-run=server")).returncode and done, 60)
    assert desk.run(*typed).stderr == said.stderr
    assert said.returncode == 64 and said.stderr.endswith("name a class with --class\n"), said.stderr
    assert len(said.stderr.splitlines()) == 1
    assert world.s3.client().list_objects_v2(Bucket="media", Prefix=f"in/{name}/")["KeyCount"] == 0


def test_a_result_that_somebody_replaced_is_not_fetched(world: World, desk: Desk, name: str, videojob: MakeJob) -> None:
    world.apply(videojob(inputs=[{"uri": "s3://media/carphone_pristine.mp4"}], suspend=True), NAMESPACE)
    assert "is not done: spotreel wait" in desk.run("fetch", name).stderr
    assert desk.run("unsuspend", name).returncode == 0 and desk.run("wait", name).returncode == 0
    assert desk.run("fetch", name, "/dev/full/reel.mp4").returncode == 66
    world.s3.client().put_object(Bucket="media", Key=f"out/{name}.mp4", Body=b"another")
    said = desk.run("fetch", name)
    assert said.returncode == 65 and "is not what the job has made" in said.stderr
    assert not list(desk.folder.iterdir())


def test_logs(world: World, desk: Desk, name: str, videojob: MakeJob) -> None:
    world.apply(videojob(suspend=True), NAMESPACE)
    none = desk.run("logs", name)
    assert none.returncode == 66 and f"{name} has had no runner yet" in none.stderr
    desk.run("unsuspend", name)
    world.wait_for(lambda: world.status(name, NAMESPACE).get("attempts", [{}])[0].get("segments"), 40)
    process = desk.start("logs", "-f", name)
    out, _ = process.communicate(timeout=90)
    lines = [json.loads(line) for line in out.splitlines()]
    assert process.returncode == 0 and lines[-1]["message"] in ("ended", "last report"), lines[-1]
    assert {line["attempt"] for line in lines} == {world.status(name, NAMESPACE)["attempts"][0]["name"]}
    last = desk.run("logs", name, "--attempt", "0-1", "--tail", "1")
    assert last.stdout.splitlines() == out.splitlines()[-1:]
    assert f"{name} has no attempt 0-7; the latest are 0-1" in desk.run("logs", name, "--attempt", "0-7").stderr


def test_logs_of_an_attempt_whose_pod_is_gone(world: World, desk: Desk, name: str, videojob: MakeJob) -> None:
    world.apply(videojob(), NAMESPACE)
    world.wait_for(lambda: world.status(name, NAMESPACE).get("attempts", [{}])[0].get("segments"), 40)
    node = world.status(name, NAMESPACE)["attempts"][0]["node"]
    world.preempt(node, notice=8)
    world.wait_for(lambda: len(world.status(name, NAMESPACE)["attempts"]) > 1, 40)
    world.wait_finished(name, NAMESPACE)
    world.kubectl("delete", "pods", "-n", NAMESPACE, "-l", f"spotreel.dev/videojob={name}", "--force", check=False)
    selector = ("-n", NAMESPACE, "-l", f"spotreel.dev/videojob={name}", "-o", "name")
    world.wait_for(lambda: not world.kubectl("get", "pods", *selector), 20)
    said = desk.run("logs", name, "--attempt", "0-1")
    lines = [json.loads(line) for line in said.stdout.splitlines()]
    attempt = world.status(name, NAMESPACE)["attempts"][0]["name"]
    assert {line["attempt"] for line in lines} == {attempt}, said.stderr
    assert "ended" in [line["message"] for line in lines[-2:]]
    assert len(desk.run("logs", name, "--attempt", "0-1", "--tail", "2").stdout.splitlines()) == 2
    assert SECRET_KEY not in said.stdout and "eyJ" not in said.stdout


def test_rerun(world: World, desk: Desk, name: str, videojob: MakeJob) -> None:
    world.apply(videojob(inputs=[{"uri": "s3://media/carphone_pristine.mp4"}]), NAMESPACE)
    assert desk.run("wait", name).returncode == 0
    done = desk.run("rerun", name, "--name", f"{name}-again", "--wait")
    assert done.returncode == 0, done.stderr
    assert world.sha256_of(f"out/{name}-again.mp4") == world.sha256_of(f"out/{name}.mp4")
    again = desk.run("rerun", name, "--name", f"{name}-again")
    assert f"{name}-again is there already, and is such a copy: Succeeded" in again.stdout
    other = desk.run("rerun", name, "--name", f"{name}-again", "--to", "s3://media/out/elsewhere.mp4")
    assert other.returncode == 73 and "there is another VideoJob" in other.stderr


@pytest.mark.parametrize("way", ["pip", "krew"])
def test_as_a_plugin_of_kubectl(world: World, desk: Desk, way: str) -> None:
    programs = desk.folder / "bin"
    programs.mkdir()
    program = programs / "kubectl-spotreel"
    if way == "krew":
        program.symlink_to(ROOT / "k8s" / "krew" / "kubectl-spotreel")
    else:
        # As pip writes it from pyproject.toml.
        code = "import sys\nfrom job_runner.cli.main import plugin\nsys.exit(plugin())\n"
        program.write_text(f"#!{sys.executable}\n{code}")
        program.chmod(0o755)
    path = f"{programs}:{Path(SPOTREEL).parent}:{os.environ['PATH']}"
    command = [str(cache.control_plane()), "kubectl", "spotreel"]
    said = subprocess.run([*command, "wait", "--help"], env={**desk.env, "PATH": path}, capture_output=True, text=True)
    assert said.stdout.startswith("usage: kubectl spotreel wait"), said.stderr
    typed = [*command, "status", "none", "-n", NAMESPACE]
    said = subprocess.run(typed, env={**desk.env, "PATH": path}, capture_output=True, text=True)
    assert f"there is no VideoJob none in namespace {NAMESPACE}" in said.stderr


def test_clean(world: World, desk: Desk, name: str, videojob: MakeJob) -> None:
    world.apply(videojob(inputs=[{"uri": "s3://media/carphone_pristine.mp4"}]), NAMESPACE)
    assert desk.run("wait", name).returncode == 0
    client, place = world.s3.client(), f"s3://media/checkpoints/{NAMESPACE}/{name}-"
    uid = world.get("videojob", name, NAMESPACE)["metadata"]["uid"]
    client.put_object(Bucket="media", Key=f"checkpoints/{NAMESPACE}/{name}-{uid}/mine.txt", Body=b"mine")
    typed = ("clean", "s3://media/checkpoints/", "--older", "0s")
    assert place not in desk.run(*typed, "--yes").stdout, "it is there"
    desk.run("cancel", name)
    listed = desk.run(*typed)
    assert f"{place}{uid}/" in listed.stdout and "--yes deletes what is listed" in listed.stdout
    assert place not in desk.run("clean", "s3://media/checkpoints/").stdout, "young ones are left alone"

    def keys() -> list[str]:
        asked = {"Bucket": "media", "Prefix": f"checkpoints/{NAMESPACE}/{name}-{uid}/"}
        return [item["Key"].rpartition("/")[2] for item in client.list_objects_v2(**asked).get("Contents", [])]

    assert len(keys()) > 2
    assert f"deleted  {place}{uid}/" in desk.run(*typed, "--yes").stdout
    assert keys() == ["mine.txt"] and world.sha256_of(f"out/{name}.mp4")


def test_classes(world: World, desk: Desk) -> None:
    world.kubectl("create", "namespace", "spotreel-system", check=False)
    file = world.folder / "operator-tests.yaml"
    world.kubectl("create", "configmap", "classes", "-n", "spotreel-system", f"--from-file=config.yaml={file}")
    assert "gpu-spot (default)   spot, on-demand" in desk.run("classes").stdout
    said = desk.run("classes", "--operator-namespace", "default")
    assert said.returncode == 78 and "there is no configuration of Spotreel in namespace default" in said.stderr


def test_a_full_disk(world: World, desk: Desk, name: str, videojob: MakeJob) -> None:
    world.apply(videojob(inputs=[{"uri": "s3://media/carphone_pristine.mp4"}]), NAMESPACE)
    assert desk.run("wait", name).returncode == 0
    # A limit on files' sizes is met as a full disk is: in the middle of writing.
    limit = f"trap '' XFSZ; ulimit -f 8; exec {SPOTREEL} fetch {name} -n {NAMESPACE}"
    said = subprocess.run(["bash", "-c", limit], cwd=desk.folder, env=desk.env, capture_output=True, text=True)
    assert said.returncode == 77 and f"{name}.mp4 cannot be written: File too large" in said.stderr
    assert not list(desk.folder.iterdir())


def test_exit_codes_are_those_of_render(desk: Desk, name: str) -> None:
    (desk.folder / "a.mp4").write_bytes(b"no video at all")
    done = desk.run(*submitted(name, "a.mp4", "--wait"))
    assert done.returncode == 65, done.stderr
    assert f"spotreel: {name} failed (InputInvalid)" in done.stderr


class Counting(FaultProxy):
    """Counts parts that come, and lets them wait as on a slow line."""

    def __init__(self, target: str, seconds: float) -> None:
        self.parts: list[int] = []
        self.seconds = seconds
        super().__init__(target, 0)

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        query = parse_qs(urlsplit(request.path).query)
        number = query.get("partNumber", [""])[0] if request.command == "PUT" else ""
        if number:
            time.sleep(self.seconds)
        super().answer(request)
        if number:
            self.parts.append(int(number))


def test_an_upload_that_was_killed_goes_on(world: World, desk: Desk, name: str) -> None:
    """kill -9 in the middle: what the store has is not sent again."""
    size = 160 * 2**20
    (desk.folder / "long.mp4").write_bytes(os.urandom(size))
    with Counting(world.s3.endpoint, 0.5) as proxy:
        desk.env["AWS_ENDPOINT_URL"] = proxy.endpoint
        process = desk.start(*submitted(name, "long.mp4"))
        world.wait_for(lambda: len(proxy.parts) >= 4, 60)
        process.kill()
        process.communicate()
        client = world.s3.client()
        (upload,) = client.list_multipart_uploads(Bucket="media", Prefix=f"in/{name}/")["Uploads"]
        asked = {"Bucket": "media", "Key": upload["Key"], "UploadId": upload["UploadId"]}
        time.sleep(1)
        there = {part["PartNumber"] for part in client.list_parts(**asked)["Parts"]}
        proxy.parts.clear()
        proxy.seconds = 0
        done = desk.run(*submitted(name, "long.mp4"))
        assert done.returncode == 0, done.stderr
        assert len(there) >= 4 and sorted(proxy.parts) == sorted(set(range(1, 11)) - there), "each part once"
    assert client.head_object(Bucket="media", Key=upload["Key"])["ContentLength"] == size
    assert world.sha256_of(upload["Key"]) == hashlib.sha256((desk.folder / "long.mp4").read_bytes()).hexdigest()
    assert not client.list_multipart_uploads(Bucket="media", Prefix=f"in/{name}/").get("Uploads")
    desk.run("cancel", name)


def test_a_store_on_bad_days(world: World, desk: Desk, name: str) -> None:
    """Errors, hangs, lost answers: the file is there all the same, whole."""
    (desk.folder / "long.mp4").write_bytes(os.urandom(100 * 2**20))
    with FaultProxy(world.s3.endpoint, 0.25, seed=7) as proxy:
        desk.env["AWS_ENDPOINT_URL"] = proxy.endpoint
        done = desk.run(*submitted(name, "long.mp4"))
        assert done.returncode == 0, done.stderr
        assert sum(proxy.injected.values()) > 2, proxy.injected
    desk.run("cancel", name)
    key = re.findall(r"→ s3://media/(\S+)", done.stdout)[0]
    assert world.sha256_of(key) == hashlib.sha256((desk.folder / "long.mp4").read_bytes()).hexdigest()


class Line:
    """The way to the API server, which can be cut: connections break, and new ones are refused."""

    def __init__(self, port: int) -> None:
        self._target, self.port = port, free_port()
        self._open: list[socket.socket] = []
        self._server: socket.socket | None = None

    def mend(self) -> None:
        self._server = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=(self._server,), daemon=True).start()

    def cut(self) -> None:
        for each in (self._server, *self._open):
            with suppress(OSError):
                assert each is not None
                each.shutdown(socket.SHUT_RDWR)
                each.close()
        self._open.clear()

    def _accept(self, server: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, far = server.accept()[0], socket.create_connection(("127.0.0.1", self._target))
                self._open += [near, far]
                for ends in ((near, far), (far, near)):
                    threading.Thread(target=self._pass_on, args=ends, daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)


def test_a_lost_connection_is_no_end(world: World, tmp_path: Path, name: str, videojob: MakeJob) -> None:
    world.apply(videojob(suspend=True), NAMESPACE)
    line = Line(world.control_plane.port)
    line.mend()
    config = json.loads(world.control_plane.kubeconfig.read_text())
    config["clusters"][0]["cluster"]["server"] = f"https://127.0.0.1:{line.port}"
    (tmp_path / "through").write_text(json.dumps(config))
    desk = Desk(world, tmp_path, tmp_path / "through")
    process = desk.start("wait", name, "--timeout", "100s")
    for seconds in (6, 4):
        with pytest.raises(subprocess.TimeoutExpired):
            process.communicate(timeout=seconds)
        line.cut()
    assert desk.run("list").returncode == 69
    world.kubectl("patch", "vj", name, "-n", NAMESPACE, "--type=merge", "-p", '{"spec":{"suspend":false}}')
    world.wait_finished(name, NAMESPACE)
    line.mend()
    out, errors = process.communicate(timeout=60)
    line.cut()
    assert process.returncode == 0, errors
    assert f"sha256 {world.sha256_of(f'out/{name}.mp4')}" in out


def test_ctrl_c_while_it_uploads(world: World, desk: Desk, name: str) -> None:
    (desk.folder / "long.mp4").write_bytes(os.urandom(96 * 2**20))
    with Counting(world.s3.endpoint, 1.0) as proxy:
        desk.env["AWS_ENDPOINT_URL"] = proxy.endpoint
        process = desk.start(*submitted(name, "long.mp4"))
        world.wait_for(lambda: proxy.parts, 60)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 75
    assert said.splitlines()[-1] == ("spotreel: stopped; no job was made. The same command goes on where this one was")
    assert not world.get("videojob", name, NAMESPACE)


def test_keys_without_write_rights(desk: Desk, name: str) -> None:
    (desk.folder / "a.mp4").write_bytes(b"bytes")
    desk.env["AWS_SECRET_ACCESS_KEY"] = "wrong"
    said = desk.run(*submitted(name, "a.mp4"))
    assert said.returncode == 77 and f"s3://media/in/{name}/" in said.stderr and "access denied" in said.stderr
    del desk.env["AWS_SECRET_ACCESS_KEY"], desk.env["AWS_ACCESS_KEY_ID"]
    said = desk.run(*submitted(name, "a.mp4"))
    assert said.returncode == 77 and "no credentials for the store: set AWS_PROFILE" in said.stderr


async def test_from_python(world: World, name: str, videojob: MakeJob) -> None:
    kubeconfig = str(world.control_plane.kubeconfig)
    async with await AsyncClient.connect(NAMESPACE, kubeconfig=kubeconfig) as client:
        document = videojob(inputs=[{"uri": "s3://media/carphone_pristine.mp4"}])
        assert (await client.apply(document)).created and not (await client.apply(document)).created
        phases = [job.phase async for job in client.events(name, timeout=90)]
    assert phases[-1] == "Succeeded" and "Running" in phases
    with Client(NAMESPACE, kubeconfig=kubeconfig) as client_:
        assert client_.wait(name).status.outputs[0].sha256 == world.sha256_of(f"out/{name}.mp4")  # type: ignore[index]


def test_the_pages_python(world: World, desk: Desk, footage: Path) -> None:
    """As it stands there, but for the namespace."""
    page = (ROOT / "docs" / "tasks" / "submit.md").read_text()
    code = page.partition("```python\n")[2].partition("```")[0]
    assert 'Client("media")' in code
    (desk.folder / "match.mp4").write_bytes((footage / "carphone_pristine.mp4").read_bytes())
    program = code.replace('Client("media")', f'Client("{NAMESPACE}")')
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=desk.folder, env=desk.env, capture_output=True, text=True
    )
    assert done.returncode == 0 and "Succeeded 100%" in done.stdout, done.stderr
    sha256 = hashlib.sha256((desk.folder / "reel.mp4").read_bytes()).hexdigest()
    assert sha256 == world.status("reel", NAMESPACE)["outputs"][0]["sha256"]


def test_the_pages_lifecycle_is_one(world: World) -> None:
    page = (ROOT / "docs" / "tasks" / "submit.md").read_text()
    rules = json.loads(page.partition("```json\n")[2].partition("```")[0])
    client = world.s3.client()
    client.put_bucket_lifecycle_configuration(Bucket="brand", LifecycleConfiguration=rules)
    assert {rule["ID"] for rule in client.get_bucket_lifecycle_configuration(Bucket="brand")["Rules"]} >= {"segments"}
    client.delete_bucket_lifecycle(Bucket="brand")
