"""Watches that never end, over every kind of gap."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Any

import aiohttp
import pytest

from spotreel_operator.runtime import follow as module
from spotreel_operator.runtime.api import ApiError, Gone
from spotreel_operator.runtime.follow import LONGEST_PAUSE, Follower, pause

Object = dict[str, Any]


def event(version: int, kind: str = "MODIFIED") -> Object:
    return {"type": kind, "object": {"metadata": {"resourceVersion": str(version)}}}


class Server:
    """Answers each watch with the next of these: events, then perhaps an error."""

    def __init__(self, *answers: list[Object | Exception]) -> None:
        self.answers, self.asked, self.lists = list(answers), list[str](), 0
        self.seen: list[int] = []

    async def begin(self) -> str:
        self.lists += 1
        return f"{self.lists}00"

    async def watch(self, version: str) -> AsyncGenerator[Object, None]:
        self.asked.append(version)
        if not self.answers:
            await asyncio.Event().wait()
        for item in self.answers.pop(0):
            if isinstance(item, Exception):
                raise item
            yield item

    def see(self, found: Object) -> None:
        self.seen.append(int(found["object"]["metadata"]["resourceVersion"]))


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "pause", lambda failures: 0)


async def follow(server: Server, until: Callable[[], bool], see: Callable[[Object], None] | None = None) -> None:
    task = asyncio.create_task(Follower("x", server.begin, server.watch, see or server.see).run())
    async with asyncio.timeout(5):
        while not until():
            await asyncio.sleep(0)
    assert not task.done()
    task.cancel()


async def test_goes_on_where_the_stream_ended() -> None:
    server = Server([event(101), event(105)], [event(106)])
    await follow(server, lambda: len(server.asked) == 3)
    assert server.seen == [101, 105, 106] and server.asked == ["100", "105", "106"] and server.lists == 1


async def test_bookmarks_move_the_place_and_are_not_seen() -> None:
    server = Server([event(150, "BOOKMARK")])
    await follow(server, lambda: len(server.asked) == 2)
    assert not server.seen and server.asked == ["100", "150"]


async def test_a_version_that_is_lost_makes_a_new_list() -> None:
    server = Server([event(101), Gone(410, "Expired", "too old")], [event(201)])
    await follow(server, lambda: len(server.asked) == 3)
    assert server.seen == [101, 201] and server.asked == ["100", "200", "201"] and server.lists == 2


@pytest.mark.parametrize(
    "error",
    [
        ApiError(403, "Forbidden", ""),
        ApiError(500, "InternalError", ""),
        ApiError(401, "Unauthorized", ""),
        aiohttp.ClientPayloadError("cut off"),
        ConnectionResetError(),
        TimeoutError(),
        ValueError("no JSON"),
    ],
)
async def test_other_errors_go_on_from_the_last_version(error: Exception) -> None:
    server = Server([event(101), error], [error], [event(102)])
    await follow(server, lambda: len(server.asked) == 4)
    assert server.seen == [101, 102] and server.asked == ["100", "101", "101", "102"] and server.lists == 1


async def test_an_event_that_cannot_be_read_is_passed_over() -> None:
    server = Server([event(101), event(102)], [event(103)])

    def see(found: Object) -> None:
        server.see(found)
        if found["object"]["metadata"]["resourceVersion"] == "101":
            raise KeyError("spec")

    await follow(server, lambda: len(server.asked) >= 2 and 103 in server.seen, see)
    assert server.seen[:2] == [101, 103] and server.asked[1] == "101"


async def test_a_stream_that_says_nothing_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SILENT_SECONDS", 0.01)
    server = Server()
    await follow(server, lambda: len(server.asked) == 3)
    assert server.lists == 1


async def test_a_crowd_of_events_lets_others_run() -> None:
    server = Server([event(n) for n in range(101, 1101)])
    turns = 0
    task = asyncio.create_task(Follower("x", server.begin, server.watch, server.see).run())
    while len(server.seen) < 1000:
        await asyncio.sleep(0)
        turns += 1
    task.cancel()
    assert turns >= 1000


def test_pauses_grow_to_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    assert 0.1 <= pause(0) <= 0.2 and LONGEST_PAUSE / 2 <= pause(1000) <= LONGEST_PAUSE
