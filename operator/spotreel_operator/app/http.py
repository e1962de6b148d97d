"""POST /v1/progress from runners, and /metrics. Anybody who reaches the port may send anything.

What costs least comes first: counting the requests of clients without a known token, then what the token says of
itself, then the API server, then the body. Every refusal closes the connection: the next one counts as new.
"""

import asyncio
import time
from collections.abc import Callable, Hashable
from datetime import datetime
from math import ceil

from aiohttp import web

from spotreel_operator.app.access import Access
from spotreel_operator.app.buckets import Buckets
from spotreel_operator.app.metrics import Metrics
from spotreel_operator.app.probes import Heartbeat
from spotreel_operator.app.refusals import Limited, Refused, Unavailable, Unknown
from spotreel_operator.app.tokens import Sender, Tokens
from videojob_api.names import MAX_REPORT_BYTES
from videojob_api.report import Report

BODY_SECONDS = 5.0
STRANGERS_PER_SECOND, STRANGERS_AT_ONCE = 20.0, 40.0
REPORTS_PER_SECOND, REPORTS_AT_ONCE = 10.0, 20.0
RETRY_SECONDS = 2.0
Take = Callable[[Sender, Report, datetime], bool]
"""Hands a report to the main loop; False if too many wait there."""


class Refusal(Exception):
    """An answer that is none: its status, its words, and when to come again (seconds)."""

    def __init__(self, status: int, text: str, retry: float | None = None) -> None:
        super().__init__(text)
        self.status, self.text, self.retry = status, text, retry

    def response(self) -> web.Response:
        """The answer; the connection ends with it."""
        headers = {} if self.retry is None else {"Retry-After": str(ceil(self.retry))}
        made = web.Response(status=self.status, text=self.text, headers=headers)
        made.force_close()
        return made


class Http:
    """Hands over what runners say, and shows metrics: without `access`, to anybody. Belongs to the HTTP thread."""

    def __init__(
        self,
        tokens: Tokens,
        take: Take,
        metrics: Metrics,
        heartbeat: Heartbeat,
        now: Callable[[], datetime],
        access: Access | None = None,
    ) -> None:
        self._tokens, self._take, self._metrics = tokens, take, metrics
        self._heartbeat, self._now, self._access = heartbeat, now, access
        self._strangers = Buckets(STRANGERS_PER_SECOND, STRANGERS_AT_ONCE)
        self._reports = Buckets(REPORTS_PER_SECOND, REPORTS_AT_ONCE)

    async def answer(self, request: web.BaseRequest) -> web.Response:
        """Of any request."""
        progress = (request.method, request.path) == ("POST", "/v1/progress")
        try:
            response = await (self._progress(request) if progress else self._other(request))
        except Refusal as refusal:
            response = refusal.response()
        if progress:
            self._metrics.reports.labels(str(response.status)).inc()
        return response

    async def _progress(self, request: web.BaseRequest) -> web.Response:
        token, client = _token(request), _client(request)
        if not token or not self._tokens.knows(token):
            self._count_stranger(client)
        if not token:
            raise Refusal(401, "send the projected token as Authorization: Bearer")
        if not self._heartbeat.leads():
            raise Refusal(503, "not the leader", RETRY_SECONDS)
        sender = await self._sender(token, client)
        _within(self._reports, sender)
        report = Report.parse(await _body(request))
        if report is None or report.attempt != sender.attempt:
            raise Refusal(400, "not a report of the attempt that this token belongs to")
        if not self._take(sender, report, self._now()):
            raise Refusal(503, "too many reports wait", RETRY_SECONDS)
        return web.Response(status=204)

    async def _sender(self, token: str, client: str) -> Sender:
        try:
            return await self._tokens.sender(token, client)
        except Refused:
            raise Refusal(403, "this token is no runner's") from None
        except (Unknown, Unavailable) as error:
            raise Refusal(503, f"try again ({type(error).__name__})", RETRY_SECONDS) from None
        except Limited as limited:
            raise Refusal(429, "too many new tokens", limited.seconds) from None

    async def _other(self, request: web.BaseRequest) -> web.Response:
        """Metrics, and what there is not."""
        client = _client(request)
        self._count_stranger(client)
        if (request.method, request.path) != ("GET", "/metrics"):
            raise Refusal(404, "there are POST /v1/progress and GET /metrics")
        if self._access:
            await self._check_access(self._access, _token(request), client)
        return web.Response(body=self._metrics.text(), headers={"Content-Type": "text/plain; version=0.0.4"})

    async def _check_access(self, access: Access, token: str, client: str) -> None:
        if not token:
            raise Refusal(401, "send a token as Authorization: Bearer")
        try:
            await access.check(token, client)
        except Refused:
            raise Refusal(403, "this token may not GET the non-resource URL /metrics") from None
        except Unavailable:
            raise Refusal(503, "try again (the API server does not answer)", RETRY_SECONDS) from None
        except Limited as limited:
            raise Refusal(429, "too many new tokens", limited.seconds) from None

    def _count_stranger(self, client: str) -> None:
        _within(self._strangers, client)


def _within(buckets: Buckets, key: Hashable) -> None:
    if wait := buckets.take(key, time.monotonic()):
        raise Refusal(429, "too many requests", wait)


def _client(request: web.BaseRequest) -> str:
    return request.remote or ""


def _token(request: web.BaseRequest) -> str:
    """Empty if there is none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


async def _body(request: web.BaseRequest) -> bytes:
    """At most MAX_REPORT_BYTES within BODY_SECONDS."""
    if (request.content_length or 0) > MAX_REPORT_BYTES:
        raise Refusal(413, "a report is smaller")
    data = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.content.iter_any():
                data += chunk
                if len(data) > MAX_REPORT_BYTES:
                    raise Refusal(413, "a report is smaller")
    except TimeoutError:
        raise Refusal(408, "the body did not come in time") from None
    except (web.RequestPayloadError, OSError):
        raise Refusal(400, "the body is not whole") from None
    return bytes(data)
