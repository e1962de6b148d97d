"""Operators of other releases: who waits for whom, and for how long."""

from collections.abc import Sequence
from typing import Any

import aiohttp
import pytest

from spotreel_operator.runtime.api import ApiError, Kind
from spotreel_operator.runtime.lease import OPERATORS
from spotreel_operator.runtime.neighbours import Neighbours, Overlap
from spotreel_operator.state.reach import ALL, Reach

Object = dict[str, Any]
OWN = ("own", "operator")
BEGAN = "2026-01-01T00:00:00.000000Z"


def lease(
    namespace: str, watches: str = "*", holder: str = "pod", acquired: str = BEGAN, account: str = "operator"
) -> Object:
    notes = {"spotreel.dev/watches": watches, "spotreel.dev/service-account": account}
    metadata = {"namespace": namespace, "name": "operator", "resourceVersion": "1", "annotations": notes}
    spec = {"holderIdentity": holder, "leaseDurationSeconds": 15, "acquireTime": acquired}
    return {"metadata": metadata, "spec": spec}


class World:
    """The Leases that there are, and a clock that each pause moves; `then` happens before the n-th answer."""

    def __init__(self, *leases: Object) -> None:
        self.leases, self.now, self.asked = list(leases), 0.0, 0
        self.then: dict[int, Any] = {}
        self.reviews: list[Object] = []

    async def list(self, kind: Kind, namespace: str | None = None, selector: str = "") -> tuple[Sequence[Object], str]:
        assert (kind.plural, namespace, selector) == ("leases", None, OPERATORS)
        self.asked += 1
        if act := self.then.pop(self.asked, None):
            act()
        return self.leases, "1"

    async def create(self, kind: Kind, namespace: str | None, body: Object) -> Object:
        """Who may write status: ServiceAccounts that are called `operator`."""
        assert (kind.plural, namespace) == ("subjectaccessreviews", None)
        self.reviews.append(body["spec"])
        return {"status": {"allowed": body["spec"]["user"].endswith(":operator")}}

    def renew(self) -> None:
        metadata = self.leases[0]["metadata"]
        metadata["resourceVersion"] = str(int(metadata["resourceVersion"]) + 1)

    def release(self) -> None:
        self.leases[0]["spec"]["holderIdentity"] = ""
        self.renew()

    def refuse(self, error: Exception) -> Any:
        def act() -> None:
            raise error

        return act


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list[World]:
    """Pauses take no time; the world's clock moves by them."""
    worlds: list[World] = []

    async def sleep(seconds: float) -> None:
        worlds[-1].now += seconds

    monkeypatch.setattr("asyncio.sleep", sleep)
    return worlds


def neighbours(world: World, clock: list[World], reach: Reach = ALL) -> Neighbours:
    clock.append(world)
    return Neighbours(world, OWN, reach, lambda: world.now)


async def waited(world: World, clock: list[World], reach: Reach = ALL) -> float:
    await neighbours(world, clock, reach).wait()
    return world.now


@pytest.mark.parametrize(
    "leases",
    [
        [],
        [lease("own")],
        [lease("other", holder="")],
        [lease("other", watches="b")],
        [lease("other", watches="")],
        [lease("other", account="editor")],
        [lease("other", account="")],
    ],
    ids=["none", "the own one", "one that nobody holds", "other namespaces", "no operator's", "forged", "of nobody"],
)
async def test_nobody_to_wait_for(leases: list[Object], clock: list[World]) -> None:
    assert await waited(World(*leases), clock, Reach.of(("a",))) == 0


async def test_one_that_was_killed_is_waited_for_as_long_as_its_lease_lasts(clock: list[World]) -> None:
    assert await waited(World(lease("other")), clock) == 20


async def test_a_restart_of_the_other_is_no_reason_to_take_over(clock: list[World]) -> None:
    world = World(lease("other"))

    def take() -> None:
        world.leases[0]["spec"]["holderIdentity"] = "next pod"
        world.renew()

    world.then = {2: world.renew, 3: world.release, 7: take, 8: world.release}
    # Seen at work for the last time at 30 s, then a minute.
    assert await waited(world, clock) == 90


async def test_it_says_whom_it_waits_for_and_forgets_it(clock: list[World], caplog: pytest.LogCaptureFixture) -> None:
    world = World(lease("other", watches="a,b"))
    made = neighbours(world, clock)
    seen: list[str | None] = []

    def end() -> None:
        seen.append(made.trouble)
        world.release()

    world.then = {3: end}
    await made.wait()
    assert seen[0] and seen[0].startswith("the operator other/operator watches a, b, too. Uninstall one of the two")
    assert made.trouble is None
    assert caplog.text.count("not begun") == 1, "once"


async def test_no_answer_is_asked_again_and_a_refusal_is_not(
    clock: list[World], caplog: pytest.LogCaptureFixture
) -> None:
    world = World()
    world.then = {1: world.refuse(aiohttp.ClientError()), 2: world.refuse(ApiError(429, "TooManyRequests", ""))}
    world.then[3] = world.refuse(ApiError(403, "Forbidden", "cannot list"))
    assert await waited(world, clock) == 10 and world.asked == 3
    assert "not known whether other releases watch the same namespaces" in caplog.text


@pytest.mark.parametrize(
    ("acquired", "gives_way"),
    [
        ("2025-12-31T23:59:59.000000Z", True),
        ("2026-01-01T00:00:01.000000Z", False),
        ("2026-01-01T00:00:00.000000Z", True),
    ],
    ids=["earlier", "later", "at once, by name"],
)
async def test_of_two_that_begin_at_once_one_gives_way(acquired: str, gives_way: bool, clock: list[World]) -> None:
    other = lease("other", acquired=acquired)
    own = lease("own")
    made = neighbours(World(own, other), clock)
    # "other" < "own": the name decides between equal times.
    if gives_way:
        with pytest.raises(Overlap, match="other/operator watches all namespaces"):
            await made.give_way()
    else:
        await made.give_way()


async def test_both_agree(clock: list[World]) -> None:
    leases = [lease("own"), lease("other")]
    gone = 0
    for namespace in ("own", "other"):
        world = World(*leases)
        clock.append(world)
        try:
            await Neighbours(world, (namespace, "operator"), ALL, lambda: 0.0).give_way()
        except Overlap:
            gone += 1
    assert gone == 1


@pytest.mark.parametrize(("watches", "asked"), [("*", "a"), ("b,c", "b")])
async def test_the_account_is_of_the_leases_namespace_and_asked_about_what_both_watch(
    watches: str, asked: str, clock: list[World]
) -> None:
    world = World(lease("other", watches=watches, account="editor"))
    assert await waited(world, clock, Reach.of(("a", "b"))) == 0
    assert world.reviews[0]["user"] == "system:serviceaccount:other:editor"
    assert world.reviews[0]["resourceAttributes"] == {
        "group": "spotreel.dev", "resource": "videojobs", "subresource": "status", "verb": "patch", "namespace": asked,
    }  # fmt: skip
