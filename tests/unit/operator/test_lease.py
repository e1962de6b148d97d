"""The lease: one holder, given back in time whatever was cut off, and never trusted after a long sleep."""

import asyncio
from typing import Any

import pytest

from spotreel_operator.runtime import lease as module
from spotreel_operator.runtime.lease import Lease
from tests.unit.operator.test_runtime import OneLease

Object = dict[str, Any]


def lease(api: Any, who: str = "one", now: list[float] | None = None) -> Lease:
    times = now or [0.0]
    return Lease(api, "ns", "l", who, 10, lambda: times[0])


def holder(api: OneLease) -> str:
    assert api.body is not None
    return str(api.body["spec"]["holderIdentity"])


async def test_given_back_although_a_renewal_was_cut_off() -> None:
    """The API server has applied it, and we have not heard of it: our copy is old."""
    api = OneLease()
    one = lease(api)
    await one.acquire()
    assert api.body
    applied = {**api.body, "metadata": {**api.body["metadata"], "resourceVersion": "99"}}
    api.body = applied
    await one.release()
    assert holder(api) == ""


async def test_given_back_although_the_claim_was_cut_off() -> None:
    """SIGTERM while the first claim is on its way: it may have been applied."""

    class Slow(OneLease):
        async def create(self, kind: Any, namespace: Any, body: Object) -> Object:
            await super().create(kind, namespace, body)
            await asyncio.Event().wait()
            raise AssertionError

    api = Slow()
    one = lease(api)
    claim = asyncio.create_task(one.acquire())
    await asyncio.sleep(0.01)
    claim.cancel()
    assert holder(api) == "one"
    await one.release()
    assert holder(api) == ""


async def test_a_successors_lease_is_left_alone() -> None:
    api, now = OneLease(), [0.0]
    one, two = lease(api, "one", now), lease(api, "two", now)
    await one.acquire()
    assert not await two._try(two._claim)
    now[0] = 11
    assert await two._try(two._claim)
    await one.release()
    assert holder(api) == "two"


async def test_who_never_asked_writes_nothing() -> None:
    api = OneLease()
    await lease(api).release()
    assert api.body is None


async def test_a_release_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    class Hangs(OneLease):
        async def replace(self, kind: Any, namespace: Any, name: str, body: Object) -> Object:
            await asyncio.Event().wait()
            raise AssertionError

    monkeypatch.setattr(module, "RELEASE_SECONDS", 0.01)
    one = lease(Hangs())
    await one.acquire()
    async with asyncio.timeout(5):
        await one.release()
    assert not one.held.is_set()


async def test_valid_only_as_long_as_nobody_else_can_hold_it() -> None:
    api, now = OneLease(), [0.0]
    one = lease(api, "one", now)
    assert not one.valid()
    await one.acquire()
    assert one.valid()
    now[0] = 7
    assert one.held.is_set() and not one.valid(), "the process has slept"
    async with asyncio.timeout(5):
        await one.keep()
    assert not one.held.is_set()


async def test_how_long_the_api_server_has_been_silent() -> None:
    api, now = OneLease(), [5.0]
    one, two = lease(api, "one", now), lease(api, "two", now)
    assert two.silent_for() == float("inf")
    await one.acquire()
    assert not await two._try(two._claim)
    now[0] = 8
    assert two.silent_for() == 3, "an answer that somebody else leads is one"


async def test_a_follower_says_once_who_leads(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    api, now = OneLease(), [0.0]
    one, two = lease(api, "one", now), lease(api, "two", now)
    await one.acquire()
    for _ in range(3):
        await two._try(two._claim)
    (said,) = [r for r in caplog.records if r.message == "another process leads"]
    assert said.__dict__["leader"] == "one"
