"""The whole small world: control plane, S3, node agent, operator. A context manager that leaves nothing."""

import hashlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import yaml

from tests.testbed import cache, s3
from tests.testbed.agent.node import FREEZE, PREEMPT, REFUSE
from tests.testbed.control_plane import LOOPBACK, ControlPlane
from tests.testbed.processes import Child, free_port

ROOT = cache.ROOT
NAMESPACE = "default"
SYSTEM = "spotreel-system"
SECRET = "media-bucket"
Object = dict[str, Any]

NODES = ("spot-a,zone-a,spot", "spot-b,zone-b,spot", "ondemand-a,zone-a,on-demand")
CONFIG: Object = {
    "apiVersion": "config.spotreel.dev/v1alpha1",
    "kind": "OperatorConfiguration",
    "defaultClass": "gpu-spot",
    "allowedURIs": ["s3://media/", "s3://brand/"],
    "progressInterval": "500ms",
    "noProgressAttempts": 4,
    "silence": {"nodeLost": "3s", "running": "8s"},
    "classes": {
        "gpu-spot": {
            "storage": {"region": "us-east-1", "secretRef": {"name": SECRET}},
            "placement": {
                "tiers": [
                    {"name": "spot", "capacity": "Spot", "waitFor": "3s"},
                    {"name": "on-demand", "capacity": "OnDemand"},
                ]
            },
            "resources": {"limits": {"cpu": 1, "nvidia.com/gpu": 1, "memory": "2Gi"}},
            "overrides": {"placement": True},
            "checkpoint": {"uri": "s3://media/checkpoints/"},
            "terminationGracePeriodSeconds": 10,
            "accessPatience": "2s",
        }
    },
    "prices": {"currency": "USD", "table": {"g5.xlarge": {"Spot": 0.42, "OnDemand": 1.006}}},
}


def config(endpoint: str, **changes: Any) -> Object:
    """The testbed's operator configuration: short times, this S3."""
    made: Object = json.loads(json.dumps(CONFIG))
    for job_class in made["classes"].values():
        job_class["storage"]["endpoint"] = endpoint
    return made | changes


def pid_of(pod: Object) -> int:
    """The process that the node agent runs for a pod."""
    return int(pod["status"]["containerStatuses"][0]["containerID"].removeprefix("process://"))


class World:
    """`with World() as world:` — everything under one temporary folder."""

    crds = [ROOT / "crds" / "videojob.yaml"]
    """Those that are there before anything is installed."""

    def __init__(
        self,
        nodes: Sequence[str] = NODES,
        say: Callable[[str], None] = lambda text: None,
        address: str = LOOPBACK,
        controller_flags: Sequence[str] = (),
    ) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="spotreel-world-"))
        self._nodes, self._say = nodes, say
        self.control_plane = ControlPlane(self.folder / "control-plane", address, controller_flags)
        self.s3 = s3.S3(self.folder / "s3", address)
        self.progress_port = free_port()
        self.children: list[Child] = []
        self.agent: Child | None = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Control plane, S3, nodes; the namespace is ready for jobs."""
        self._say("starting Kubernetes (etcd, API server, controller manager, scheduler) and S3")
        self.s3.launch()
        self.control_plane.start(self.crds)
        self.s3.wait()
        self._say(f"starting {len(self._nodes)} nodes")
        self._make_namespace_ready()
        self._start_nodes()

    def _start_nodes(self) -> None:
        self.agent = self.start_agent(self._nodes)
        self.agent.wait_until(self.nodes_are_up)

    def nodes_are_up(self) -> bool:
        """Whether all of them are there and well."""
        found = self.kubectl("get", "nodes", "-o", "name", check=False)
        return all(node.split(",")[0] in found for node in self._nodes)

    def stop(self) -> None:
        """Ends every process and removes the folder."""
        for child in self.children:
            child.stop(grace=2 if child is self.agent else 0)
        self.control_plane.stop()
        self.s3.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _make_namespace_ready(self) -> None:
        self.kubectl("label", "namespace", NAMESPACE, "pod-security.kubernetes.io/enforce=restricted")
        self.make_secret(SECRET, s3.ACCESS_KEY, s3.SECRET_KEY)

    def make_namespace(self, name: str) -> None:
        """With pod security and the store's Secret, as the default one."""
        self.kubectl("create", "namespace", name)
        self.kubectl("label", "namespace", name, "pod-security.kubernetes.io/enforce=restricted")
        self.make_secret(SECRET, s3.ACCESS_KEY, s3.SECRET_KEY, name)
        account = "serviceaccount/default"
        self.wait_for(lambda: account in self.kubectl("get", account, "-n", name, "-o", "name", check=False))

    def make_image(self, name: str, script: str) -> None:
        """A runner image whose command `spotreel` is this shell script."""
        command = self.folder / "agent" / "images" / name / "spotreel"
        command.parent.mkdir(parents=True, exist_ok=True)
        command.write_text(f"#!/bin/sh\n{script}\n")
        command.chmod(0o755)

    def make_secret(self, name: str, access: str, secret: str, namespace: str = NAMESPACE) -> None:
        """A store's credentials."""
        literals = (f"--from-literal=AWS_ACCESS_KEY_ID={access}", f"--from-literal=AWS_SECRET_ACCESS_KEY={secret}")
        self.kubectl("create", "secret", "generic", name, "-n", namespace, *literals)

    def start_agent(self, nodes: Sequence[str]) -> Child:
        """A node agent with these nodes."""
        command = [sys.executable, "-m", "tests.testbed.agent", "--root", str(self.folder / "agent")]
        command += ["--path", f"{Path(sys.executable).parent}:{os.environ['PATH']}"]
        command += [f"--node={node}" for node in nodes]
        command += ["--forward", f"{self.progress_port}={SYSTEM}/spotreel-operator"]
        env = {"KUBECONFIG": str(self.control_plane.kubeconfig), "PYTHONPATH": str(ROOT)}
        child = Child("agent", command, self.folder / "logs" / "agent.log", env)
        self.children.append(child)
        return child

    # the operator, as a user installs it, or as a process

    @property
    def progress_url(self) -> str:
        """Where runners of the installed operator report."""
        return f"http://127.0.0.1:{self.progress_port}/v1/progress"

    def install_operator(self, **changes: Any) -> None:
        """`kubectl apply -k`: the manifests of k8s/operator, with this world's configuration and addresses."""
        self._say("installing the operator")
        folder = self.folder / "operator"
        shutil.copytree(ROOT / "k8s" / "operator", folder)
        (folder / "config.yaml").write_text(yaml.safe_dump(config(self.s3.endpoint, **changes)))
        flags = [f"--progress-url={self.progress_url}", "--status-interval=1", "--lease-seconds=4"]
        args = [{"op": "replace", "path": "/spec/template/spec/containers/0/args/1", "value": flags[0]}]
        args += [{"op": "replace", "path": "/spec/template/spec/containers/0/args/2", "value": "--fallback-url="}]
        args += [{"op": "add", "path": "/spec/template/spec/containers/0/args/-", "value": flag} for flag in flags[1:]]
        target = {"kind": "Deployment", "name": "spotreel-operator"}
        kustomization = folder / "kustomization.yaml"
        made = yaml.safe_load(kustomization.read_text())
        made["patches"] = [{"target": target, "patch": yaml.safe_dump(args)}]
        kustomization.write_text(yaml.safe_dump(made))
        self.kubectl("apply", "-k", str(folder))
        try:
            self.wait_for(self.operator_ready, 30)
        except TimeoutError as error:
            logs = (self.folder / "agent" / "logs").glob(f"{SYSTEM}_*.log")
            raise RuntimeError(
                "\n".join(["the operator does not get ready:", *(p.read_text()[-1500:] for p in logs)])
            ) from error

    def operator_ready(self) -> bool:
        """Whether all replicas are ready, and one of them leads."""
        path = "jsonpath={.spec.replicas} {.status.readyReplicas}"
        said = self.kubectl("get", "deployment/spotreel-operator", "-n", SYSTEM, "-o", path, check=False).split()
        return len(said) == 2 and said[0] == said[1] and self.leader() != ""

    def leader(self) -> str:
        """The pod whose process holds the Lease, if that pod is there; else empty."""
        holder = self.get("lease", "spotreel-operator", SYSTEM).get("spec", {}).get("holderIdentity") or ""
        name = holder.rpartition("-")[0]
        return name if name and self.get("pod", name, SYSTEM) else ""

    def operator(
        self,
        namespace: str,
        name: str,
        env: Mapping[str, str] = {},
        lease: str | None = None,
        endpoint: str | None = None,
        also: Sequence[str] = (),
        **changes: Any,
    ) -> Child:
        """An operator as a process, for one namespace and `also` others; `changes` of the configuration."""
        file = self.folder / f"{name}.yaml"
        file.write_text(yaml.safe_dump(config(endpoint or self.s3.endpoint, **changes)))
        port = free_port()
        command = [sys.executable, "-m", "spotreel_operator.app.main", f"--config={file}"]
        command += [f"--namespace={watched}" for watched in (namespace, *also)]
        command += [f"--listen-port={port}", f"--progress-url=http://127.0.0.1:{port}/v1/progress"]
        command += [f"--probe-port={free_port()}"]
        command += [f"--lease-name={lease or name}", "--lease-seconds=2", "--status-interval=0.5"]
        own = {"KUBECONFIG": str(self.control_plane.kubeconfig), "POD_NAMESPACE": namespace, **env}
        child = Child(name, command, self.folder / "logs" / f"{name}.log", own)
        self.children.append(child)
        return child

    @contextmanager
    def operating(self, namespace: str, name: str, env: Mapping[str, str] = {}, **changes: Any) -> Iterator[Child]:
        """An operator for a while; it has let go of its lease afterwards."""
        child = self.operator(namespace, name, env, **changes)
        try:
            yield child
        finally:
            child.stop(grace=5)

    # asking and doing

    def kubectl(self, *arguments: str, stdin: str | None = None, check: bool = True) -> str:
        """Runs kubectl; gives its output."""
        return self.control_plane.kubectl(*arguments, stdin=stdin, check=check)

    def apply(self, document: Object, namespace: str = NAMESPACE) -> str:
        """kubectl apply."""
        return self.kubectl("apply", "-n", namespace, "-f", "-", stdin=json.dumps(document))

    def get(self, what: str, name: str, namespace: str = NAMESPACE) -> Object:
        """An object; empty if it is not there."""
        text = self.kubectl("get", what, name, "-n", namespace, "-o", "json", "--ignore-not-found", check=False)
        found: Object = json.loads(text) if text.strip().startswith("{") else {}
        return found

    def items(self, what: str, namespace: str = NAMESPACE) -> list[Object]:
        """All objects of a kind."""
        found: list[Object] = json.loads(self.kubectl("get", what, "-n", namespace, "-o", "json"))["items"]
        return found

    def status(self, name: str, namespace: str = NAMESPACE) -> Object:
        """A VideoJob's status."""
        found: Object = self.get("videojob", name, namespace).get("status", {})
        return found

    def wait_for(self, ready: Callable[[], Any], seconds: float = 60, every: float = 0.1) -> Any:
        """The first true answer; raises TimeoutError with the question's name."""
        deadline = time.monotonic() + seconds
        while not (answer := ready()):
            if time.monotonic() > deadline:
                raise TimeoutError(f"waited {seconds:g} s in vain")
            time.sleep(every)
        return answer

    def wait_finished(self, name: str, namespace: str = NAMESPACE, seconds: float = 90) -> Object:
        """The status of a VideoJob that has ended, either way; each further segment may take so many seconds."""
        most, since = -1, time.monotonic()
        while (status := self.status(name, namespace)).get("phase") not in ("Succeeded", "Failed"):
            if (segments := status.get("progress", {}).get("segments", 0)) > most:
                most, since = segments, time.monotonic()
            if time.monotonic() - since > seconds:
                raise TimeoutError(f"{name} has not finished: {json.dumps(status, indent=1)}")
            time.sleep(0.3)
        return status

    def preempt(self, node: str, notice: float = 0) -> None:
        """Reclaims a node, with seconds of notice or without."""
        self.kubectl("annotate", "node", node, f"{PREEMPT}={notice:g}", "--overwrite")

    def freeze(self, node: str, frozen: bool = True) -> None:
        """As if its kubelet were dead; processes run on."""
        self.kubectl("annotate", "node", node, f"{FREEZE}=true" if frozen else f"{FREEZE}-", "--overwrite")

    def refuse(self, node: str, reason: str | None) -> None:
        """Admission fails on this node."""
        self.kubectl("annotate", "node", node, f"{REFUSE}={reason}" if reason else f"{REFUSE}-", "--overwrite")

    def upload(self, key: str, path: Path, bucket: str = "media") -> str:
        """A file as an object; its URI."""
        self.s3.client().upload_file(str(path), bucket, key)
        return f"s3://{bucket}/{key}"

    def sha256_of(self, key: str) -> str:
        """Of an object's bytes."""
        return hashlib.sha256(self.s3.client().get_object(Bucket="media", Key=key)["Body"].read()).hexdigest()

    def upload_footage(self) -> None:
        """The clips that the samples name."""
        self._say("uploading footage")
        for path in sorted(cache.footage().glob("*.mp4")):
            self.upload(path.name, path)
