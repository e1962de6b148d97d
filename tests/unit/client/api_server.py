"""An API server of one namespace of VideoJobs, in this process, that does what tests tell it to."""

import asyncio
import json
import queue
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import yaml
from aiohttp import web

Object = dict[str, Any]
NAMESPACE = "media"
PATH = f"/apis/spotreel.dev/v1alpha1/namespaces/{NAMESPACE}/videojobs"


def videojob(name: str = "reel", uid: str = "u-1", **status: Any) -> Object:
    """As an API server has it."""
    head = {"name": name, "namespace": NAMESPACE, "uid": uid, "resourceVersion": "1"}
    spec = {"inputs": [{"uri": "s3://media/match.mp4"}], "outputs": [{"uri": f"s3://media/out/{name}.mp4"}]}
    metadata = {**head, "creationTimestamp": "2026-01-02T03:04:05Z"}
    top = {"apiVersion": "spotreel.dev/v1alpha1", "kind": "VideoJob"}
    return {**top, "metadata": metadata, "spec": spec, "status": status}


class ApiServer:
    """Objects by name; `watches` are streams to come: objects, "gone", "cut" or "deleted", one list each."""

    def __init__(self) -> None:
        self.objects: dict[str, Object] = {}
        self.watches: list[list[Any]] = []
        self.refusal: tuple[int, Object | str] | None = None
        self.asked: list[tuple[str, str, Any]] = []
        self.port = 0

    def kubeconfig(self, folder: Path, **context: str) -> Path:
        """A file that leads here."""
        file = folder / "kubeconfig"
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "here",
            "clusters": [{"name": "here", "cluster": {"server": f"http://127.0.0.1:{self.port}"}}],
            "users": [{"name": "me", "user": {"token": "t"}}],
            "contexts": [{"name": "here", "context": {"cluster": "here", "user": "me", **context}}],
        }
        file.write_text(yaml.safe_dump(config))
        return file

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Of any path."""
        text = await request.text()
        self.asked.append((request.method, request.path_qs, json.loads(text) if text else None))
        if self.refusal:
            status, body = self.refusal
            return web.Response(status=status, text=body if isinstance(body, str) else json.dumps(body))
        if "watch" in request.query:
            return await self._watch(request)
        return self._objects(request, json.loads(text) if text else None)

    def _objects(self, request: web.Request, body: Any) -> web.Response:
        name = request.path.removeprefix(PATH).strip("/")
        if not name or not request.path.startswith(PATH):
            return web.json_response({"items": list(self.objects.values()), "metadata": {"resourceVersion": "1"}})
        if request.method == "PATCH":
            old = self.objects.get(name, videojob(name))
            new = {**old, "spec": {**old["spec"], **body["spec"]}}
            if "dryRun" in request.query:
                return web.json_response(new)
            self.objects[name] = new
        if name not in self.objects:
            return web.json_response({"reason": "NotFound", "message": f'videojobs "{name}" not found'}, status=404)
        found = self.objects[name]
        if request.method == "DELETE":
            del self.objects[name]
        return web.json_response(found)

    async def _watch(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for step in self.watches.pop(0) if self.watches else []:
            if step == "cut":
                assert request.transport is not None
                request.transport.abort()
                return response
            if isinstance(step, dict):
                self.objects[step["metadata"]["name"]] = step
            await response.write(json.dumps(_event(step)).encode() + b"\n")
        if not self.watches:
            await asyncio.sleep(3600)
        return response


def _event(step: Any) -> Object:
    if step == "gone":
        return {"type": "ERROR", "object": {"code": 410, "reason": "Expired", "message": "too old"}}
    if step == "deleted":
        return {"type": "DELETED", "object": videojob()}
    return {"type": "MODIFIED", "object": step}


@asynccontextmanager
async def api_server() -> AsyncIterator[ApiServer]:
    """Listens on a port of its own."""
    server = ApiServer()
    application = web.Application()
    application.router.add_route("*", "/{tail:.*}", server.answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.port = runner.addresses[0][1]
    try:
        yield server
    finally:
        await runner.cleanup()


@contextmanager
def in_a_thread() -> Iterator[ApiServer]:
    """For those who block their own."""
    started: queue.Queue[tuple[ApiServer, Callable[[], object]]] = queue.Queue()

    async def serve() -> None:
        over, loop = asyncio.Event(), asyncio.get_running_loop()
        async with api_server() as made:
            started.put((made, partial(loop.call_soon_threadsafe, over.set)))
            await over.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    made, end = started.get(timeout=10)
    try:
        yield made
    finally:
        end()
        thread.join()
