"""What is remembered of tokens, and how often the API server is asked."""

import asyncio
from collections import Counter

import pytest

from spotreel_operator.app import answers
from spotreel_operator.app.answers import BAD_SECONDS, GOOD_SECONDS, STALE_SECONDS, Answers
from spotreel_operator.app.gate import FairGate
from spotreel_operator.app.refusals import Limited, Refused, Unavailable
from spotreel_operator.runtime.api import ApiError


class World:
    def __init__(self, burst: float = 100) -> None:
        self.now, self.asked, self.down = 0.0, Counter[str](), False
        self.answers = Answers(self.ask, FairGate(0.001, burst, lambda: self.now), lambda: self.now)

    async def ask(self, token: str) -> str:
        self.asked[token] += 1
        await asyncio.sleep(0)
        if self.down:
            raise ApiError(429, "TooManyRequests", "")
        if token.startswith("bad"):
            raise Refused
        return token.upper()

    async def refused(self, token: str) -> bool:
        with pytest.raises(Refused):
            await self.answers.of(token, "c")
        return True


async def test_a_good_answer_holds_for_a_minute() -> None:
    world = World()
    for _ in range(5):
        assert await world.answers.of("good", "c") == "GOOD"
    assert world.asked == {"good": 1} and world.answers.knows("good")
    world.now = GOOD_SECONDS + 1
    await world.answers.of("good", "c")
    assert world.asked == {"good": 2}


async def test_a_bad_answer_holds_too() -> None:
    world = World()
    for _ in range(5):
        assert await world.refused("bad")
    assert world.asked == {"bad": 1} and not world.answers.knows("bad")
    world.now = BAD_SECONDS + 1
    assert await world.refused("bad")
    assert world.asked == {"bad": 2}


async def test_one_question_at_a_time_about_a_token() -> None:
    world = World()
    assert await asyncio.gather(*(world.answers.of("good", f"c{n}") for n in range(50))) == ["GOOD"] * 50
    assert world.asked == {"good": 1}


async def test_a_known_token_does_not_wait_at_the_gate() -> None:
    """Strangers have used up what there is; a token that was good is asked about again all the same."""
    world = World(burst=5)
    await world.answers.of("good", "c")
    for n in range(4):
        assert await world.refused(f"bad-{n}")
    world.now = GOOD_SECONDS + 1
    crowd = [asyncio.create_task(world.answers.of(f"bad-more-{n}", "c")) for n in range(20)]
    await asyncio.sleep(0)
    assert await world.answers.of("good", "c") == "GOOD"
    for task in crowd:
        task.cancel()
    ends = await asyncio.gather(*crowd, return_exceptions=True)
    assert any(isinstance(end, Limited) for end in ends)


async def test_an_old_answer_holds_while_the_api_server_does_not_answer() -> None:
    world = World()
    await world.answers.of("good", "c")
    world.down, world.now = True, GOOD_SECONDS + 1
    assert await world.answers.of("good", "c") == "GOOD"
    with pytest.raises(Unavailable):
        await world.answers.of("other", "c")
    world.now = GOOD_SECONDS + STALE_SECONDS + 1
    with pytest.raises(Unavailable):
        await world.answers.of("good", "c")


async def test_a_token_that_is_not_good_any_more_is_forgotten() -> None:
    world = World()
    world.answers._good[answers._digest("bad")] = ("BAD", 0.0)
    world.now = 1
    assert world.answers.knows("bad") and await world.refused("bad") and not world.answers.knows("bad")


async def test_junk_does_not_push_out_what_is_good(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "MAX_BAD", 10)
    world = World()
    await world.answers.of("good", "c")
    for n in range(50):
        assert await world.refused(f"bad-{n}")
    assert len(world.answers._bad) == 10
    assert await world.answers.of("good", "c") == "GOOD" and world.asked["good"] == 1
