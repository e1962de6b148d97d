"""One pod's life: volumes, process, status, probe, restart, deletion."""

import asyncio
import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp

from spotreel_operator.runtime.api import EVENTS, PODS, ApiError, Conflict, Gone, KubernetesApi
from tests.testbed.agent import status
from tests.testbed.agent.environment import cores, memory, rewritten, variables, whole_objects
from tests.testbed.agent.process import ContainerProcess
from tests.testbed.agent.volumes import CONFIG_MAPS, SECRETS, NotReady, Volumes

Object = dict[str, Any]
RETRY_SECONDS = 1.0
TERMINATION_BYTES = 4096


class PodRunner:
    """Runs one pod until it has ended or is gone. `frozen` stops all talk with the API server."""

    def __init__(self, api: KubernetesApi, pod: Object, address: str, root: Path, environment: dict[str, str]) -> None:
        self._api, self.pod, self._address, self._base = api, pod, address, environment
        self._root = root / pod["metadata"]["uid"]
        self._container = pod["spec"]["containers"][0]
        self._image = root / "images" / self._container["image"]
        self._process: ContainerProcess | None = None
        self._restarts = 0
        self._deleting = asyncio.Event()
        self.frozen = asyncio.Event()
        self.gone = False
        self.ended = False
        self._ready = False
        self.log = root / "logs" / f"{pod['metadata']['namespace']}_{pod['metadata']['name']}.log"

    @property
    def ready_address(self) -> str | None:
        """Where a ready pod listens."""
        return self._address if self._ready else None

    @property
    def pid(self) -> int | None:
        """Of the container's process."""
        return self._process.pid if self._process else None

    def delete(self) -> None:
        """The pod has a deletionTimestamp."""
        self._deleting.set()

    def thaw(self) -> None:
        """The agent speaks again, and sees what was asked meanwhile."""
        self.frozen.clear()
        if self.pod["metadata"].get("deletionTimestamp"):
            self.delete()

    def crash(self) -> None:
        """The node is gone: the process dies, and nobody tells the API server."""
        self.gone = True
        if self._process:
            self._process.kill()

    async def run(self) -> None:
        """From binding to the end."""
        self._root.mkdir(parents=True, exist_ok=True)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with suppress(Gone):
            await self._live()
        shutil.rmtree(self._root, ignore_errors=True)

    async def _live(self) -> None:
        restart = self.pod["spec"].get("restartPolicy") == "Always"
        last: Object = {}
        while not self._deleting.is_set() and not self.gone:
            if last:
                await self._report("Running", last, False)
                await asyncio.sleep(RETRY_SECONDS)
                self._restarts += 1
            last = await self._once()
            if not restart:
                break
        await self._end(last)

    async def _once(self) -> Object:
        """One run of the container; its terminated state."""
        started = await self._start()
        if started is None:
            return {}
        process, since = started
        ready = "readinessProbe" not in self._container
        await self._report("Running", status.running(since), ready)
        probing = asyncio.create_task(self._probe(since)) if not ready else None
        code = await self._wait(process)
        if probing:
            probing.cancel()
        self._ready = False
        return status.terminated(code, process.oom_killed, self._message(), since)

    async def _start(self) -> tuple[ContainerProcess, str] | None:
        """Tries until volumes and environment are there, or the pod is deleted."""
        shown = ""
        while not self._deleting.is_set() and not self.gone:
            try:
                return await self._spawn(), status.now()
            except (NotReady, KeyError, OSError) as error:
                reason = "ContainerCreating" if isinstance(error, NotReady) else "CreateContainerConfigError"
                if shown != str(error):
                    shown = str(error)
                    await self._report("Pending", status.waiting(reason, shown), False)
                    await self._warn(shown)
                await asyncio.sleep(RETRY_SECONDS)
        return None

    async def _spawn(self) -> ContainerProcess:
        volumes = Volumes(self._api, self.pod, self._root / "volumes")
        mounts = await volumes.mounts(self._container)
        mounts[self._container.get("terminationMessagePath", "/dev/termination-log")] = str(self._root / "message")
        keys = await self._keys()
        secret = lambda name, key: keys.get((SECRETS.plural, name), {}).get(key)  # noqa: E731
        config = lambda name, key: keys.get((CONFIG_MAPS.plural, name), {}).get(key)  # noqa: E731
        pod = {**self.pod, "status": {**self.pod.get("status", {}), "podIP": self._address, "hostIP": "127.0.0.1"}}
        own = whole_objects(self._container, await self._whole_objects()) | variables(
            self._container, pod, secret, config
        )
        env = {**self._base, "TMPDIR": str(self._root), **{k: rewritten(v, mounts) for k, v in own.items()}}
        command = [*self._container.get("command", []), *self._container.get("args", [])]
        program = [rewritten(part, mounts) for part in command]
        env["PATH"] = f"{self._image}:{env['PATH']}"
        # Popen looks commands up in the parent's PATH, not in the one that it hands down.
        program[0] = shutil.which(program[0], path=env["PATH"]) or program[0]
        limits = cores(self._container), memory(self._container)
        self._process = await ContainerProcess.start(program, env, self._root, self.log, *limits)
        return self._process

    async def _keys(self) -> dict[tuple[str, str], dict[str, str]]:
        """The Secrets and ConfigMaps that the environment names."""
        volumes = Volumes(self._api, self.pod, self._root)
        found: dict[tuple[str, str], dict[str, str]] = {}
        for item in self._container.get("env", []):
            for key, kind, read in (
                ("secretKeyRef", SECRETS, volumes.secret),
                ("configMapKeyRef", CONFIG_MAPS, volumes.config_map),
            ):
                if name := item.get("valueFrom", {}).get(key, {}).get("name"):
                    found[kind.plural, name] = {k: v.decode() for k, v in (await read({"name": name})).items()}
        return found

    async def _whole_objects(self) -> dict[tuple[str, str], dict[str, str]]:
        """The Secrets and ConfigMaps whose keys are all variables."""
        volumes = Volumes(self._api, self.pod, self._root)
        found: dict[tuple[str, str], dict[str, str]] = {}
        for source in self._container.get("envFrom", []):
            for key, read in (("secretRef", volumes.secret), ("configMapRef", volumes.config_map)):
                if reference := source.get(key):
                    found[key, reference["name"]] = {k: v.decode() for k, v in (await read(reference)).items()}
        return found

    async def _wait(self, process: ContainerProcess) -> int:
        """Until the process ends; a deletion starts the grace period."""
        ended = asyncio.create_task(process.wait())
        deleted = asyncio.create_task(self._deleting.wait())
        await asyncio.wait((ended, deleted), return_when=asyncio.FIRST_COMPLETED)
        deleted.cancel()
        if not ended.done():
            process.terminate()
            grace = self.pod["metadata"].get("deletionGracePeriodSeconds", 30)
            await asyncio.wait((ended,), timeout=grace)
            if not ended.done():
                process.kill()
        return await ended

    async def _end(self, state: Object) -> None:
        """The last status, and the object's removal if somebody asked for it."""
        self.ended = True
        if self.gone:
            return
        if code := state.get("terminated"):
            await self._report("Succeeded" if code["exitCode"] == 0 else "Failed", state, False)
        if not self._deleting.is_set():
            deleted = asyncio.create_task(self._deleting.wait())
            await deleted
        await self._thawed()
        options = {"gracePeriodSeconds": 0, "preconditions": {"uid": self.pod["metadata"]["uid"]}}
        metadata = self.pod["metadata"]
        with suppress(Conflict):
            await self._api.delete(PODS, metadata["namespace"], metadata["name"], options)

    async def _thawed(self) -> None:
        while self.frozen.is_set() and not self.gone:
            await asyncio.sleep(0.1)

    async def _report(self, phase: str, state: Object, ready: bool) -> None:
        """Writes the pod's status, again and again until the API server takes it."""
        self._ready = ready
        one = status.container(self._container, state, ready, self._restarts, self.pid)
        body = {
            "phase": phase,
            "podIP": self._address,
            "podIPs": [{"ip": self._address}],
            "hostIP": "127.0.0.1",
            "startTime": status.now(),
            "containerStatuses": [one],
        }
        await self._write({**body, "conditions": await self._merged(status.conditions(ready))})

    async def _merged(self, own: list[Object]) -> list[Object]:
        """Kubelet's conditions beside those of scheduler, taint manager and pod GC."""
        await self._thawed()
        metadata = self.pod["metadata"]
        current = await self._api.get(PODS, metadata["namespace"], metadata["name"])
        types = {condition["type"] for condition in own}
        return [c for c in current.get("status", {}).get("conditions", []) if c["type"] not in types] + own

    async def _write(self, body: Object) -> None:
        metadata = self.pod["metadata"]
        while not self.gone:
            await self._thawed()
            try:
                await self._api.merge(PODS, metadata["namespace"], metadata["name"], {"status": body}, "status")
                return
            except Gone:
                raise
            except (ApiError, aiohttp.ClientError, TimeoutError):
                await asyncio.sleep(0.2)

    async def _warn(self, message: str) -> None:
        """A FailedMount event, which is where kubelet says why a pod does not start."""
        metadata = self.pod["metadata"]
        reference = {
            "kind": "Pod",
            "namespace": metadata["namespace"],
            "name": metadata["name"],
            "uid": metadata["uid"],
        }
        event = {
            "metadata": {"generateName": f"{metadata['name']}.", "namespace": metadata["namespace"]},
            "involvedObject": {"apiVersion": "v1", **reference},
            "reason": "FailedMount",
            "message": message,
            "type": "Warning",
            "source": {"component": "node-agent"},
            "firstTimestamp": status.now(),
            "lastTimestamp": status.now(),
            "count": 1,
        }
        await self._api.create(EVENTS, metadata["namespace"], event)

    async def refuse(self, reason: str) -> None:
        """As kubelet's admission: Failed at once, no container status."""
        await self._write(status.refused(reason))

    def _message(self) -> str:
        with suppress(OSError):
            return Path(self._root / "message").read_text(errors="replace")[:TERMINATION_BYTES]
        return ""

    async def _probe(self, since: str) -> None:
        """readinessProbe with httpGet."""
        probe = self._container["readinessProbe"]["httpGet"]
        ports = {p.get("name"): p["containerPort"] for p in self._container.get("ports", [])}
        port = ports.get(probe["port"], probe["port"])
        ready = False
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=1)) as session:
            while True:
                good = await _answers(session, f"http://{self._address}:{port}{probe['path']}")
                if good != ready:
                    ready = good
                    await self._report("Running", status.running(since), ready)
                await asyncio.sleep(0.25 if not ready else 1)


async def _answers(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(url) as answer:
            return answer.status < 400
    except (aiohttp.ClientError, TimeoutError, OSError):
        return False


def base_environment(path: str, api_host: str, api_port: int) -> dict[str, str]:
    """What every container has: PATH, a home, and where the API server is (kubelet takes it from the Service)."""
    kept = {key: os.environ[key] for key in ("LANG", "SSL_CERT_FILE", "SSL_CERT_DIR") if key in os.environ}
    address = {"KUBERNETES_SERVICE_HOST": api_host, "KUBERNETES_SERVICE_PORT": str(api_port)}
    return {**kept, **address, "PATH": path, "HOME": "/tmp", "PYTHONUNBUFFERED": "1"}
