"""PriorityClasses: read where that is allowed."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from spotreel_operator.runtime.api import ApiError, Kind
from spotreel_operator.runtime.priorities import priorities
from tests.unit.operator.raw import Object


class Server:
    def __init__(self, status: int = 200) -> None:
        self.status = status

    async def pages(
        self, kind: Kind, namespace: str | None = None, selector: str = "", fields: str = ""
    ) -> AsyncIterator[tuple[list[Object], str]]:
        await asyncio.sleep(0)
        if self.status != 200:
            raise ApiError(self.status, "no", "no")
        yield [{"metadata": {"name": "high"}, "value": 1000}, {"metadata": {"name": "odd"}}], "1"


async def test_values_by_name_and_none_where_they_may_not_be_read() -> None:
    assert await priorities(Server()) == {"high": 1000, "odd": 0}
    assert await priorities(Server(403)) == {}
    with pytest.raises(ApiError):
        await priorities(Server(500))
