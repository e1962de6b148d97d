"""Events on a VideoJob: none is lost or doubled, and a hundred of a kind do not hide the others."""

from dataclasses import replace
from typing import Any

import pytest

from spotreel_operator.reconcile.plan import EventSpec
from spotreel_operator.runtime.api import EVENTS, ApiError, Conflict, Gone
from spotreel_operator.runtime.events import COMBINED, GAP_SECONDS, SEPARATE, Events, event_object
from tests.unit.operator.make import T0, UID, job
from tests.unit.operator.shown import ODD, assert_shown
from videojob_api.names import Event

Object = dict[str, Any]


class Server:
    """Keeps events by name, as the API server does."""

    def __init__(self) -> None:
        self.events: dict[str, Object] = {}
        self.refuses = False

    async def create(self, kind: Any, namespace: str, body: Object) -> Object:
        assert (kind, namespace) == (EVENTS, "ns")
        name = body["metadata"]["name"]
        if self.refuses:
            raise ApiError(403, "Forbidden", "no")
        if name in self.events:
            raise Conflict(409, "AlreadyExists", "")
        self.events[name] = body
        return body

    async def merge(self, kind: Any, namespace: str, name: str, body: Object) -> Object:
        assert (kind, namespace) == (EVENTS, "ns")
        if name not in self.events:
            raise Gone(404, "NotFound", "")
        self.events[name] |= body
        return self.events[name]

    def messages(self) -> list[str]:
        return [event["message"] for event in self.events.values()]


class Clock:
    """Stands still unless told."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def world() -> tuple[Events, Server, Clock]:
    server, clock = Server(), Clock()
    return Events(server, clock), server, clock  # type: ignore[arg-type]


def preempted(number: int) -> EventSpec:
    return EventSpec("Warning", Event.PREEMPTED, f"node n{number} was reclaimed", f"reel-12345-0-{number}")


async def test_a_hundred_disruptions_are_eleven_events() -> None:
    events, server, clock = world()
    for number in range(1, 101):
        clock.now += 30
        await events.post(job(), preempted(number))
    assert len(server.events) == SEPARATE + 1
    *_, last = server.events.values()
    assert last["message"] == f"{COMBINED}node n100 was reclaimed"
    assert last["count"] == 100 - SEPARATE and last["reason"] == "Preempted"
    assert last["lastTimestamp"] >= last["firstTimestamp"]


async def test_few_of_a_kind_stand_apart() -> None:
    events, server, _ = world()
    for number in range(SEPARATE):
        await events.post(job(), preempted(number))
    assert server.messages() == [f"node n{number} was reclaimed" for number in range(SEPARATE)]


async def test_after_a_gap_they_stand_apart_again() -> None:
    events, server, clock = world()
    for number in range(SEPARATE + 5):
        await events.post(job(), preempted(number))
    clock.now += GAP_SECONDS + 1
    await events.post(job(), preempted(99))
    assert server.messages()[-1] == "node n99 was reclaimed"


async def test_other_reasons_and_jobs_are_counted_apart() -> None:
    events, server, _ = world()
    for number in range(SEPARATE + 1):
        await events.post(job(), preempted(number))
    await events.post(job(), EventSpec("Normal", Event.RESUMED, "on node n2", "reel-12345-0-2"))
    await events.post(replace(job(), name="other", uid="other"), preempted(0))
    assert server.messages()[-2:] == ["on node n2", "node n0 was reclaimed"]


async def test_the_same_event_twice_is_one() -> None:
    """The operator was interrupted after it had posted it, or looks again."""
    events, server, _ = world()
    for number in range(SEPARATE + 3):
        for _ in range(2):
            await events.post(job(), preempted(number))
    assert len(server.events) == SEPARATE + 1
    assert list(server.events.values())[-1]["count"] == 3
    again, _, _ = world()
    again._api = server  # type: ignore[assignment]
    await again.post(job(), preempted(0))
    assert len(server.events) == SEPARATE + 1


async def test_one_that_has_expired_is_made_again() -> None:
    events, server, _ = world()
    for number in range(SEPARATE + 3):
        await events.post(job(), preempted(number))
    server.events.clear()
    await events.post(job(), preempted(98))
    await events.post(job(), preempted(99))
    assert server.messages() == [f"{COMBINED}node n99 was reclaimed"]


async def test_a_lost_event_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    events, server, _ = world()
    server.refuses = True
    with caplog.at_level("WARNING"):
        await events.post(job(), preempted(1))
    assert "event not posted" in caplog.text


async def test_what_is_gone_is_forgotten() -> None:
    events, _, clock = world()
    await events.post(job(), preempted(1))
    events.keep({UID})
    assert events._series
    events.keep({"other"})
    assert not events._series
    await events.post(job(), preempted(1))
    clock.now += GAP_SECONDS + 1
    events.keep({UID})
    assert not events._series


def test_its_message_is_shown_as_a_line() -> None:
    made = event_object(job(), EventSpec("Warning", Event.FAILED, ODD), T0)
    assert_shown({"message": made["message"]}, "message")
