"""Events that were written so far, and those of a watch."""

from collections.abc import AsyncIterator
from typing import Any

from spotreel_operator.runtime.api import EVENTS, Kind
from spotreel_operator.runtime.said import said_so_far, see

Object = dict[str, Any]


class Server:
    async def pages(
        self, kind: Kind, namespace: str | None = None, selector: str = "", fields: str = ""
    ) -> AsyncIterator[tuple[list[Object], str]]:
        assert (kind, namespace, fields) == (EVENTS, "ns", "reason=Nominated")
        yield [{"n": 1}, {"n": 2}], "40"
        yield [{"n": 3}], "41"


async def test_all_pages_are_handed_on_and_a_watch_goes_on_behind_the_last() -> None:
    heard: list[Object] = []
    assert await said_so_far(Server(), "ns", "reason=Nominated", heard.append) == "41"
    assert heard == [{"n": 1}, {"n": 2}, {"n": 3}]


def test_an_event_that_expires_is_not_unsaid() -> None:
    heard: list[Object] = []
    for kind in ("ADDED", "MODIFIED", "DELETED"):
        see({"type": kind, "object": {"kind": kind}}, heard.append)
    assert heard == [{"kind": "ADDED"}, {"kind": "MODIFIED"}]
