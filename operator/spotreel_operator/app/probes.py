"""/healthz and /readyz: what the main loop last said of itself, and how long ago that was.

They are answered by the HTTP thread, on a port of their own: in plain HTTP whatever the reports' port speaks, and with
connections counted apart, so that no crowd there keeps kubelet out.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

BEAT_SECONDS = 0.5
UNREADY_SECONDS, UNHEALTHY_SECONDS = 10.0, 30.0
Probe = Callable[[], str | None]
"""None if all is well, else what is wrong."""


@dataclass(frozen=True)
class State:
    """What the main loop said, and when (monotonic seconds)."""

    at: float
    unhealthy: str | None
    unready: str | None
    leads: bool


class Heartbeat:
    """`run` belongs to the main loop, all else to any thread. `figures` sets gauges that only that loop can read."""

    def __init__(
        self,
        healthy: Probe,
        ready: Probe,
        leads: Callable[[], bool],
        figures: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._healthy, self._ready, self._leads = healthy, ready, leads
        self._figures, self._clock = figures, clock
        self._state = self._look()

    async def run(self) -> None:
        """Says how things are, again and again."""
        while True:
            self._state = self._look()
            self._figures()
            await asyncio.sleep(BEAT_SECONDS)

    def _look(self) -> State:
        return State(self._clock(), self._healthy(), self._ready(), self._leads())

    def age(self) -> float:
        """Seconds since the main loop last said anything."""
        return self._clock() - self._state.at

    def leads(self) -> bool:
        """Whether reports are wanted here; a main loop that is only late takes them later."""
        return self._state.leads

    def unhealthy(self) -> str | None:
        """What is wrong, or that nothing was heard of the main loop."""
        return self._late(UNHEALTHY_SECONDS) or self._state.unhealthy

    def unready(self) -> str | None:
        """As `unhealthy`, sooner."""
        return self._late(UNREADY_SECONDS) or self._state.unready

    def _late(self, limit: float) -> str | None:
        return f"the main loop has stood still for {self.age():.0f} s" if self.age() > limit else None


class Probes:
    """Answers kubelet's liveness and readiness probes."""

    def __init__(self, heartbeat: Heartbeat) -> None:
        self._questions: dict[str, Probe] = {"/healthz": heartbeat.unhealthy, "/readyz": heartbeat.unready}

    async def answer(self, request: web.BaseRequest) -> web.Response:
        """200 with `ok`, or 503 with what is wrong."""
        question = self._questions.get(request.path)
        if question is None:
            return web.Response(status=404)
        problem = question()
        return web.Response(status=503 if problem else 200, text=problem or "ok")
