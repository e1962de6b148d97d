"""The probes tell the truth about the main loop."""

import asyncio

from spotreel_operator.app import probes
from spotreel_operator.app.connections import Connections
from spotreel_operator.app.probes import UNHEALTHY_SECONDS, UNREADY_SECONDS, Heartbeat, Probes
from spotreel_operator.app.server import Listener
from tests.unit.operator.web import session


def test_a_main_loop_that_stands_still_is_told() -> None:
    now = [100.0]
    heart = Heartbeat(lambda: None, lambda: None, lambda: True, clock=lambda: now[0])
    assert heart.unhealthy() is heart.unready() is None and heart.leads()
    now[0] += UNREADY_SECONDS + 1
    assert heart.unready() == "the main loop has stood still for 11 s" and heart.unhealthy() is None
    assert heart.leads(), "reports are kept for it meanwhile"
    now[0] += UNHEALTHY_SECONDS
    assert heart.unhealthy() == "the main loop has stood still for 41 s"


async def test_what_the_main_loop_says_is_passed_on() -> None:
    said: list[str | None] = [None]
    beats: list[int] = []
    heart = Heartbeat(lambda: said[0], lambda: "no full list yet", lambda: False, lambda: beats.append(1))
    assert (heart.unhealthy(), heart.unready(), heart.leads()) == (None, "no full list yet", False)
    said[0] = "the queue does not move"
    assert heart.unhealthy() is None and not beats, "not asked again in another thread"
    beating = asyncio.create_task(heart.run())
    await asyncio.sleep(0)
    assert heart.unhealthy() == "the queue does not move" and heart.age() < probes.UNREADY_SECONDS
    assert beats == [1]
    beating.cancel()


def test_a_follower_is_ready_and_takes_no_reports() -> None:
    heart = Heartbeat(lambda: None, lambda: None, lambda: False)
    assert heart.unready() is None and not heart.leads()


async def test_over_http() -> None:
    heart = Heartbeat(lambda: None, lambda: "no full list yet", lambda: False)
    listener = Listener(Probes(heart).answer, Connections(10, 10))
    await listener.start("127.0.0.1", 0)
    found = {}
    async with session("127.0.0.1") as client:
        for path in ("/healthz", "/readyz", "/metrics"):
            async with client.get(f"http://127.0.0.1:{listener.port}{path}") as answer:
                found[path] = (answer.status, await answer.text())
    await listener.stop()
    assert found == {"/healthz": (200, "ok"), "/readyz": (503, "no full list yet"), "/metrics": (404, "")}
