"""Operators of other releases: who waits for whom, and for how long."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from spotreel_operator.runtime.api import ApiError, Kind
from spotreel_operator.runtime.lease import OPERATORS
from spotreel_operator.runtime.neighbours import MAX_OF_NAMESPACE, MAX_WATCHES, Neighbours, Overlap
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

    async def pages(
        self, kind: Kind, namespace: str | None = None, selector: str = ""
    ) -> AsyncIterator[tuple[list[Object], str]]:
        assert (kind.plural, namespace, selector) == ("leases", None, OPERATORS)
        self.asked += 1
        if act := self.then.pop(self.asked, None):
            act()
        for each in self.leases:
            yield [each], "1"

    async def create(self, kind: Kind, namespace: str | None, body: Object) -> Object:
        """Accounts named `operator` may do all; `tenant` all in namespaces; `late` nothing in namespace a."""
        assert (kind.plural, namespace) == ("subjectaccessreviews", None)
        self.reviews.append(body["spec"])
        what, name = body["spec"]["resourceAttributes"], body["spec"]["user"].rsplit(":", 1)[1]
        may = {"tenant": "namespace" in what, "late": what.get("namespace") != "a"}
        return {"status": {"allowed": may.get(name, name == "operator")}}

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
        [lease("other", account="tenant")],
        [lease("other", watches="a," * MAX_WATCHES)],
    ],
    ids=[
        "none",
        "the own one",
        "one that nobody holds",
        "other namespaces",
        "no operator's",
        "forged",
        "of nobody",
        "of one who may do all in his namespace",
        "endless",
    ],
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
    # Seen at work for the last time at 35 s, when it let go; then a minute.
    assert await waited(world, clock) == 95


async def test_a_restart_before_the_second_look_is_none_either(clock: list[World]) -> None:
    world = World(lease("other"))
    world.then = {2: world.release}
    assert await waited(world, clock) == 65


@pytest.mark.parametrize("held", [True, False], ids=["not yet let go", "let go"])
async def test_an_upgrade_to_fewer_namespaces_is_none_either(held: bool, clock: list[World]) -> None:
    """Helm takes the rights for all namespaces while the Lease still claims them all."""
    world = World(lease("other"))

    def upgrade() -> None:
        world.leases[0]["metadata"]["annotations"]["spotreel.dev/service-account"] = "tenant"
        world.renew() if held else world.release()

    world.then = {2: upgrade}
    assert await waited(world, clock) == 65


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
    world = World(lease("other", watches=watches, account="tenant"))
    assert await waited(world, clock, Reach.of(("a", "b"))) == 0
    (review,) = world.reviews
    assert review["user"] == "system:serviceaccount:other:tenant"
    assert "system:serviceaccounts:other" in review["groups"]
    assert review["resourceAttributes"] == {
        "group": "authentication.k8s.io", "resource": "tokenreviews", "verb": "create",
    }  # fmt: skip
    world = World(lease("other", watches=watches))
    await waited(world, clock, Reach.of(("a", "b")))
    assert world.reviews[1]["resourceAttributes"] == {
        "group": "spotreel.dev", "resource": "videojobs", "subresource": "status", "verb": "patch", "namespace": asked,
    }  # fmt: skip


async def test_an_operator_counts_though_one_of_its_namespaces_is_gone(clock: list[World]) -> None:
    assert await waited(World(lease("other", watches="a,b", account="late")), clock) == 20


async def test_no_lease_lasts_for_ever(clock: list[World]) -> None:
    endless = lease("other")
    endless["spec"]["leaseDurationSeconds"] = 2**31 - 1
    assert await waited(World(endless), clock) == 305


async def test_a_crowd_of_leases_costs_few_questions(clock: list[World]) -> None:
    crowd = [lease("other", account=str(number)) for number in range(1000)]
    for number, each in enumerate(crowd):
        each["metadata"]["name"] = str(number)
    world = World(*crowd, lease("third"))
    assert await waited(world, clock) == 20
    assert len({review["user"] for review in world.reviews}) == MAX_OF_NAMESPACE + 1


async def test_what_nobody_could_see_does_not_count_as_patience(clock: list[World]) -> None:
    world = World(lease("other"))

    def away() -> None:
        world.now += 300
        raise aiohttp.ClientError

    world.then = {2: world.renew, 3: away}
    # No answer at 310 s: a minute from then on.
    assert await waited(world, clock) == 370


async def test_who_works_looks_again(clock: list[World]) -> None:
    world = World(lease("own", acquired="2026-01-01T00:00:01.000000Z"))

    def begin() -> None:
        world.renew()
        world.leases.append(lease("other"))

    world.then = {1: world.renew, 2: world.renew, 3: begin}
    with pytest.raises(Overlap):
        await neighbours(world, clock).keep()
    assert world.asked == 3
