"""The HTTP side: POST /v1/progress from runners, /metrics, /healthz, /readyz."""

import logging
from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from spotreel_operator.app.metrics import Metrics
from spotreel_operator.app.tokens import Refused, Tokens, Unknown
from spotreel_operator.runtime.api import ApiError
from spotreel_operator.runtime.cache import Key
from spotreel_operator.runtime.reports import Reports
from videojob_api.report import Report

log = logging.getLogger(__name__)
MAX_REPORT_BYTES = 64 * 1024
Probe = Callable[[], str | None]
"""None if all is well, else what is wrong."""


class Http:
    """`start(host, port)`; handlers answer in a few lines and decide nothing."""

    def __init__(
        self,
        tokens: Tokens,
        reports: Reports,
        metrics: Metrics,
        heard: Callable[[Key], None],
        now: Callable[[], datetime],
        healthy: Probe,
        ready: Probe,
    ) -> None:
        self._tokens, self._reports, self._metrics, self._heard, self._now = tokens, reports, metrics, heard, now
        self._healthy, self._ready = healthy, ready
        self._runner: web.AppRunner | None = None

    async def start(self, host: str, port: int) -> None:
        """Listens."""
        app = web.Application(client_max_size=MAX_REPORT_BYTES)
        app.router.add_post("/v1/progress", self._progress)
        app.router.add_get("/metrics", self._show_metrics)
        app.router.add_get("/healthz", lambda _: self._probe(self._healthy))
        app.router.add_get("/readyz", lambda _: self._probe(self._ready))
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port, reuse_address=True).start()

    async def stop(self) -> None:
        """Closes connections."""
        if self._runner:
            await self._runner.cleanup()

    async def _progress(self, request: web.Request) -> web.Response:
        code, text = await self._accept(request)
        self._metrics.reports.labels(str(code)).inc()
        return web.Response(status=code, text=text)

    async def _accept(self, request: web.Request) -> tuple[int, str]:
        if problem := self._ready():
            return 503, problem
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            return 401, "send the projected token as Authorization: Bearer"
        try:
            sender = await self._tokens.sender(token)
        except Refused:
            return 403, "this token is no runner's"
        except (Unknown, ApiError) as error:
            return 503, f"try again ({type(error).__name__})"
        report = Report.parse(await request.read())
        if report is None or report.attempt != sender.attempt:
            return 400, f"send a report of {sender.attempt}"
        self._reports.hear(sender.namespace, report, self._now())
        self._heard((sender.namespace, sender.videojob))
        return 204, ""

    async def _show_metrics(self, _: web.Request) -> web.Response:
        return web.Response(body=self._metrics.text(), headers={"Content-Type": "text/plain; version=0.0.4"})

    async def _probe(self, probe: Probe) -> web.Response:
        problem = probe()
        return web.Response(status=503 if problem else 200, text=problem or "ok")
