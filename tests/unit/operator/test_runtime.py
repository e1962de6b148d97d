"""Queue, lease and executor, without an API server."""

import asyncio
from datetime import timedelta
from typing import Any

from spotreel_operator.runtime.api import Conflict, Gone
from spotreel_operator.runtime.executor import urgent
from spotreel_operator.runtime.lease import Lease
from spotreel_operator.runtime.queue import WorkQueue
from videojob_api.status import Progress, VideoJobStatus

Object = dict[str, Any]


async def test_errors_come_back_and_results_ask_again() -> None:
    seen: list[str] = []

    async def work(key: str) -> timedelta | None:
        seen.append(key)
        if len(seen) == 1:
            raise ValueError
        return timedelta(milliseconds=1) if len(seen) < 4 else None

    failures: list[str] = []
    queue: WorkQueue[str] = WorkQueue(work, lambda key, error: failures.append(key))
    task = asyncio.create_task(queue.run())
    queue.add("k")
    for _ in range(200):
        await asyncio.sleep(0.005)
        if len(seen) == 4:
            break
    task.cancel()
    assert seen == ["k"] * 4 and failures == ["k"]


def test_figures_that_move_are_not_urgent() -> None:
    old = VideoJobStatus(phase="Running", progress=Progress(percent=1), message="a")
    assert not urgent(old, old.model_copy(update={"progress": Progress(percent=2), "message": "b"}))
    assert urgent(old, old.model_copy(update={"phase": "Failed"}))


class OneLease:
    """Of the API only what a lease needs, with the API server's conflicts."""

    def __init__(self) -> None:
        self.body: Object | None = None

    async def get(self, kind: Any, namespace: Any, name: str) -> Object:
        if self.body is None:
            raise Gone(404, "NotFound", name)
        return {**self.body, "metadata": dict(self.body["metadata"])}

    async def create(self, kind: Any, namespace: Any, body: Object) -> Object:
        if self.body is not None:
            raise Conflict(409, "AlreadyExists", "")
        self.body = {**body, "metadata": {**body["metadata"], "resourceVersion": "1"}}
        return self.body

    async def replace(self, kind: Any, namespace: Any, name: str, body: Object) -> Object:
        assert self.body is not None
        if body["metadata"]["resourceVersion"] != self.body["metadata"]["resourceVersion"]:
            raise Conflict(409, "Conflict", "")
        version = str(int(body["metadata"]["resourceVersion"]) + 1)
        self.body = {**body, "metadata": {**body["metadata"], "resourceVersion": version}}
        return self.body


async def test_lease_has_one_holder_and_is_handed_over() -> None:
    api, now = OneLease(), [0.0]
    one, two = (Lease(api, "ns", "l", who, 10, lambda: now[0]) for who in ("one", "two"))  # type: ignore[arg-type]
    await one.acquire()
    assert not await two._try(two._claim)
    now[0] = 9
    assert await one._try(one._renew)
    now[0] = 12
    assert not await two._try(two._claim), "renewed since it was last looked at"
    now[0] = 23
    assert await two._try(two._claim), "unchanged for as long as it lasts"
    assert not await one._try(one._renew), "the old holder notices"


async def test_released_lease_is_free_at_once() -> None:
    api, now = OneLease(), [0.0]
    one, two = (Lease(api, "ns", "l", who, 10, lambda: now[0]) for who in ("one", "two"))  # type: ignore[arg-type]
    await one.acquire()
    await one.release()
    assert await two._try(two._claim)
