"""The parts of the HTTP side put together, with a connection of its own to the API server."""

import resource
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import TypeVar

from spotreel_operator.app.access import Access, may_read_metrics
from spotreel_operator.app.connections import Connections
from spotreel_operator.app.gate import FairGate
from spotreel_operator.app.http import Http, Take
from spotreel_operator.app.http_settings import HttpSettings
from spotreel_operator.app.metrics import Metrics
from spotreel_operator.app.probes import Heartbeat, Probes
from spotreel_operator.app.refusals import Refused
from spotreel_operator.app.server import Answer, Listener
from spotreel_operator.app.tls import Certificate
from spotreel_operator.app.tokens import Tokens, review
from spotreel_operator.runtime.api import KubernetesApi
from spotreel_operator.runtime.cache import Cache

T = TypeVar("T")
PROBE_CONNECTIONS, PROBE_CONNECTIONS_PER_CLIENT = 64, 16
SPARE_FILES = 256
Reviews = Callable[[KubernetesApi, str], Awaitable[T]]


@asynccontextmanager
async def serving(
    settings: HttpSettings,
    connect: Callable[[], KubernetesApi],
    cache: Cache,
    take: Take,
    metrics: Metrics,
    heartbeat: Heartbeat,
) -> AsyncIterator[tuple[Listener, Listener | None]]:
    """Listens until left; gives the ports of reports and probes. Raises ConfigError, OSError."""
    _allow_files(settings.max_connections + PROBE_CONNECTIONS + SPARE_FILES)
    certificate = Certificate(settings.certificate, settings.key) if settings.certificate and settings.key else None
    async with AsyncExitStack() as stack:
        api = connect()
        stack.push_async_callback(api.close)
        gate = FairGate(settings.reviews_per_second, 2 * settings.reviews_per_second)
        tokens = Tokens(_counted(api, review, metrics), cache, gate)
        access = Access(_counted(api, may_read_metrics, metrics), gate) if settings.metrics_auth else None
        http = Http(tokens, take, metrics, heartbeat, lambda: datetime.now(UTC), access)
        limits = Connections(settings.max_connections, settings.max_connections_per_client, metrics.refused.inc)
        metrics.connections.set_function(lambda: float(len(limits)))
        main = Listener(http.answer, limits, certificate or (lambda: None))
        await _listen(stack, main, settings.host, settings.port)
        yield main, await _listen_for_probes(stack, settings, Probes(heartbeat).answer)


async def _listen(stack: AsyncExitStack, listener: Listener, host: str, port: int) -> Listener:
    await listener.start(host, port)
    stack.push_async_callback(listener.stop)
    return listener


async def _listen_for_probes(stack: AsyncExitStack, settings: HttpSettings, answer: Answer) -> Listener | None:
    if not settings.probe_port:
        return None
    listener = Listener(answer, Connections(PROBE_CONNECTIONS, PROBE_CONNECTIONS_PER_CLIENT))
    return await _listen(stack, listener, settings.host, settings.probe_port)


def _counted(api: KubernetesApi, ask: Reviews[T], metrics: Metrics) -> Callable[[str], Awaitable[T]]:
    """Every question to the API server about a token, by its end."""

    async def asked(token: str) -> T:
        result = "error"
        try:
            value = await ask(api, token)
            result = "good"
            return value
        except Refused:
            result = "refused"
            raise
        finally:
            metrics.reviews.labels(result).inc()

    return asked


def _allow_files(wanted: int) -> None:
    """Connections are open files, and some systems begin with 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        top = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, top), hard))
