"""Containers' logs as a kubelet serves them to the API server: what `kubectl logs` shows."""

import asyncio
import ssl
from collections.abc import Callable
from pathlib import Path

from aiohttp import web

from tests.testbed.https import self_signed

LOOK_SECONDS = 0.1


class Logs:
    """Serves `ROOT/logs/<namespace>_<pod>.log`; `lives` tells whether a pod still writes."""

    def __init__(self, root: Path, lives: Callable[[str, str], bool]) -> None:
        self._folder, self._lives, self._root = root / "logs", lives, root

    async def listen(self, port: int) -> None:
        """Behind a certificate of its own, which API servers do not check unless they are told to."""
        application = web.Application()
        application.router.add_get("/containerLogs/{namespace}/{pod}/{container}", self._answer)
        runner = web.AppRunner(application)
        await runner.setup()
        self._root.mkdir(parents=True, exist_ok=True)
        authority = self._root / "kubelet.pem"
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(authority, self_signed(authority, self._root / "kubelet.key"))
        await web.TCPSite(runner, "127.0.0.1", port, ssl_context=context).start()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        namespace, pod = request.match_info["namespace"], request.match_info["pod"]
        file = self._folder / f"{namespace}_{pod}.log"
        response = web.StreamResponse()
        await response.prepare(request)
        text = file.read_bytes() if file.exists() else b""
        lines = text.splitlines(keepends=True)
        await response.write(b"".join(lines[-int(request.query.get("tailLines", len(lines) or 1)) :]))
        done = len(text)
        while request.query.get("follow") == "true" and self._lives(namespace, pod):
            await asyncio.sleep(LOOK_SECONDS)
            done += await _send(response, file, done)
        await _send(response, file, done)
        return response


async def _send(response: web.StreamResponse, file: Path, done: int) -> int:
    """What has been written since; how much."""
    if not file.exists():
        return 0
    with file.open("rb") as opened:
        opened.seek(done)
        more = opened.read()
    await response.write(more)
    return len(more)
