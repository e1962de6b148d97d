"""Whose report it is."""

from functools import partial
from typing import Any

import pytest

from spotreel_operator.app import gate
from spotreel_operator.app.gate import FairGate
from spotreel_operator.app.refusals import Limited, Refused, Unavailable, Unknown
from spotreel_operator.app.tokens import GONE_SECONDS, Sender, Tokens, review
from spotreel_operator.runtime.api import PODS, ApiError
from spotreel_operator.runtime.cache import Cache
from tests.unit.operator.raw import raw
from tests.unit.operator.web import FakeApi, add_runner, token


class World:
    def __init__(self, burst: float = 100) -> None:
        self.now = 0.0
        self.api, self.cache = FakeApi(), Cache(lambda _: None, lambda: self.now)
        api: Any = self.api
        fair = FairGate(0.001, burst, lambda: self.now)
        self.tokens = Tokens(partial(review, api), self.cache, fair, lambda: self.now)

    @property
    def reviews(self) -> int:
        return self.api.asked["tokenreviews"]

    def runner(self, uid: str) -> str:
        add_runner(self.cache, uid)
        made = token(uid)
        self.api.pods[made] = uid
        return made


async def test_a_runner_is_named_by_its_token() -> None:
    world = World()
    told = world.runner("pod-1")
    assert not world.tokens.knows(told)
    assert await world.tokens.sender(told, "c") == Sender("ns", "reel-0-1", "reel")
    assert world.tokens.knows(told) and world.reviews == 1


async def test_what_cannot_be_a_runners_costs_no_review() -> None:
    world = World()
    world.cache.put(PODS, raw("other", 9, "other"))
    for junk in ("nonsense", "a.b.c", token("other"), token("other", aud=["api"]), token("other", exp=1)):
        with pytest.raises(Refused):
            await world.tokens.sender(junk, "c")
    with pytest.raises(Unknown):
        await world.tokens.sender(token("no such pod"), "c")
    assert world.reviews == 0


async def test_1500_junk_tokens_make_no_more_reviews_than_the_gate_lets_through(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Well formed, and each names a runner's pod: only the API server can tell that they are forged."""
    monkeypatch.setattr(gate, "PATIENCE_SECONDS", 0.001)
    world = World(burst=20)
    world.runner("pod-1")
    ends = set()
    for n in range(1500):
        try:
            await world.tokens.sender(token("pod-1", signature=f"forged{n}"), "c")
        except (Refused, Limited) as end:
            ends.add(type(end))
    assert world.reviews <= 20 and ends == {Refused, Limited}


async def test_a_token_of_another_pod_is_refused() -> None:
    """Its claims name one pod, TokenReview another: an API server never says so, but nothing is taken on trust."""
    world = World()
    world.runner("pod-1")
    told = token("pod-1", signature="other")
    world.api.pods[told] = "pod-2"
    with pytest.raises(Refused):
        await world.tokens.sender(told, "c")


async def test_the_last_word_may_come_late() -> None:
    world = World()
    told = world.runner("pod-1")
    await world.tokens.sender(told, "c")
    entry = world.cache.pod("pod-1")
    assert entry
    world.cache.remove(PODS, entry.body)
    world.now = 30
    assert await world.tokens.sender(told, "c")
    world.now = GONE_SECONDS + 1
    with pytest.raises(Refused):
        await world.tokens.sender(told, "c")


async def test_trouble_at_the_api_server_is_not_the_runners_fault() -> None:
    world = World()
    told = world.runner("pod-1")
    world.api.trouble = ApiError(500, "InternalError", "")
    with pytest.raises(Unavailable):
        await world.tokens.sender(told, "c")
    world.api.trouble = None
    assert await world.tokens.sender(told, "c")


async def test_another_audience_is_refused() -> None:
    """As an API server answers that knows the token, but not for us."""
    world = World()
    told = world.runner("pod-1")

    async def create(*_: Any) -> dict[str, Any]:
        return {"status": {"authenticated": True, "audiences": ["https://kubernetes.default.svc"]}}

    world.api.create = create  # type: ignore[method-assign,assignment]
    with pytest.raises(Refused):
        await world.tokens.sender(told, "c")
