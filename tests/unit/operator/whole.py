"""A whole operator on an API server that is only a few dictionaries."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from spotreel_operator.app.http_settings import HttpSettings
from spotreel_operator.app.operator import Operator
from spotreel_operator.app.settings import ConfigFile, Settings
from spotreel_operator.runtime.api import VIDEOJOBS, Gone, Kind
from spotreel_operator.runtime.snapshots import utcnow
from spotreel_operator.state.times import format_time
from tests.unit.operator.make import CONFIG, SPEC
from tests.unit.operator.test_runtime import OneLease

Object = dict[str, Any]


class Server(OneLease):
    """Objects by kind, a log of all that was written, and watches that say nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.objects: dict[Kind, list[Object]] = {}
        self.log: list[str] = []
        self.slow = 0.0
        self.others: list[Object] = []

    async def pages(
        self, kind: Kind, namespace: str | None = None, selector: str = "", fields: str = ""
    ) -> AsyncIterator[tuple[list[Object], str]]:
        await asyncio.sleep(0)
        if kind.plural == "leases":
            yield [*self.others, self.body] if self.body else [], "1000"
            return
        self.log.append(f"list {kind.plural}")
        yield self.objects.get(kind, []), "1000"

    async def watch(self, *where: Any, **more: Any) -> AsyncGenerator[Object, None]:
        await asyncio.Event().wait()
        yield {}

    async def get(self, kind: Kind, namespace: Any, name: str) -> Object:
        if kind.plural == "endpointslices":
            raise Gone(404, "NotFound", name)
        if kind.plural == "services":
            return {"metadata": {"name": name, "namespace": namespace, "uid": "s"}, "spec": {"ports": [{"port": 80}]}}
        return await super().get(kind, namespace, name) if kind.plural == "leases" else {"metadata": {}}

    async def replace(self, kind: Any, namespace: Any, name: str, body: Object) -> Object:
        if kind.plural == "endpointslices":
            await self._write(f"endpoints {len(body['endpoints'])}")
            return body
        self.log.append("release" if not body["spec"]["holderIdentity"] else "renew")
        return await super().replace(kind, namespace, name, body)

    async def create(self, kind: Any, namespace: Any, body: Object) -> Object:
        if kind.plural == "leases":
            return await super().create(kind, namespace, body)
        if kind.plural == "subjectaccessreviews":
            return {"status": {"allowed": True}}
        await self._write(f"create {kind.plural}")
        return {**body, "metadata": {**body["metadata"], "uid": body["metadata"]["name"], "resourceVersion": "2000"}}

    async def apply_status(self, kind: Any, namespace: str, name: str, body: Object) -> Object:
        await self._write(f"status {name}")
        found = next(b for b in self.objects[VIDEOJOBS] if b["metadata"]["name"] == name)
        version = str(int(found["metadata"]["resourceVersion"]) + 1000)
        return {**found, "metadata": {**found["metadata"], "resourceVersion": version}, "status": body["status"]}

    async def delete(self, kind: Any, namespace: str, name: str, options: Object) -> None:
        await self._write(f"delete {name}")

    async def _write(self, what: str) -> None:
        await asyncio.sleep(self.slow)
        self.log.append(what)


class NoHttp:
    """Takes its time to stop, as with connections that are open."""

    loop = None

    def __init__(self, log: list[str]) -> None:
        self._log = log

    async def start(self) -> None:
        self._log.append("http starts")

    async def stop(self) -> None:
        self._log.append("http stops")
        await asyncio.sleep(0)


@dataclass
class Running:
    operator: Operator
    server: Server
    task: "asyncio.Task[None]"

    async def until(self, entry: str) -> None:
        async with asyncio.timeout(5):
            while entry not in self.server.log:
                await asyncio.sleep(0.005)

    async def stop(self) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


def videojob(name: str, status: Object | None = None, **spec: Any) -> Object:
    metadata = {
        "name": name, "namespace": "ns", "uid": f"{name}-1234-5678", "resourceVersion": "5",
        "creationTimestamp": "2026-01-01T12:00:00Z",
    }  # fmt: skip
    return {"metadata": metadata, "spec": {**SPEC, **spec}} | ({"status": status} if status else {})


def ended(seconds: float) -> Object:
    return {"phase": "Succeeded", "endTime": format_time(utcnow() - timedelta(seconds=seconds))}


def made(folder: Path, *jobs: Object, lease_seconds: float = 15, service: str = "") -> Operator:
    file = folder / "config.yaml"
    head = {"apiVersion": "config.spotreel.dev/v1alpha1", "kind": "OperatorConfiguration"}
    file.write_text(json.dumps(head | CONFIG))
    settings = Settings(
        file,
        (),
        HttpSettings("127.0.0.1", 0),
        "http://127.0.0.1:9/v1/progress",
        "ns",
        "l",
        lease_seconds,
        "me",
        5,
        180,
        4,
        fallback_url="http://127.0.0.1:8/v1/progress" if service else "",
        reports_service=service,
    )
    server = Server()
    server.objects[VIDEOJOBS] = list(jobs)
    operator = Operator(settings, server, ConfigFile(file), lambda: server)  # type: ignore[arg-type, return-value]
    operator._http = NoHttp(server.log)  # type: ignore[assignment]
    return operator


@contextmanager
def running(operator: Operator) -> Iterator[Running]:
    task = asyncio.create_task(operator.run())
    try:
        yield Running(operator, operator._api, task)  # type: ignore[arg-type]
    finally:
        task.cancel()
