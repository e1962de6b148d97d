"""When a runner looks again what is there, and what it does then."""

from dataclasses import dataclass, field

import pytest

from job_runner.errors import StoreUnreachable
from job_runner.targets.lane import OTHERS_SECONDS, OWN_SECONDS, TAKING_SECONDS, Lane
from job_runner.targets.shares import Runner
from videojob_api.order import Shard


@dataclass
class Desk:
    """A lane with a store that is a set, and a clock that is set by hand."""

    index: int = 0
    total: int = 2
    there: set[int] = field(default_factory=set)
    now: float = 100.0
    listings: int = 0
    asked: int = 0
    error: Exception | None = None
    over: Exception | None = None

    def __post_init__(self) -> None:
        runner = Runner(Shard(index=self.index, total=self.total), self.index == 0, f"reel-{self.index}-1")
        self.lane = Lane(8, runner, self.there, self._look, self._between, lambda: self.now)

    def _look(self) -> set[int]:
        self.listings += 1
        if self.error:
            raise self.error
        return set(self.there)

    def _between(self) -> None:
        self.asked += 1
        if self.over:
            raise self.over


def test_who_is_alone_asks_the_store_nothing() -> None:
    desk = Desk(total=1)
    for number in range(8):
        assert desk.lane.take(number - 1 if number else None) == number
        desk.now += 100
        assert desk.lane.wanted(number)
        desk.lane.built(number)
        desk.lane.stored(number, first=True)
    assert desk.lane.take(7) is None and desk.listings == 0


def test_in_its_own_share_it_looks_now_and_then() -> None:
    desk = Desk()
    assert desk.lane.take(None) == 0
    desk.now += OWN_SECONDS
    assert desk.lane.wanted(0) and desk.listings == 0
    desk.there.add(1)
    desk.now += 0.1
    assert desk.lane.wanted(0) and desk.listings == 1
    assert desk.lane.take(0) == 2, "the next is there"
    desk.now += OWN_SECONDS + 0.1
    assert desk.lane.take(2) == 3 and (desk.listings, desk.asked) == (2, 1)


def test_beyond_its_share_it_looks_whenever_it_takes_and_more_often_while_it_builds() -> None:
    desk = Desk(there={0, 1, 2, 3, 4})
    desk.now += TAKING_SECONDS + 0.1
    desk.there.add(6)
    number = desk.lane.take(None)
    assert number in (5, 7) and desk.listings == desk.asked == 1
    desk.there.add(number)
    desk.now += OTHERS_SECONDS + 0.1
    assert not desk.lane.wanted(number), "another was first"
    desk.lane.dropped(number)
    desk.now += TAKING_SECONDS + 0.1
    assert desk.lane.take(number) == 12 - number


def test_what_another_seems_to_be_building_is_dropped_soon_after_it_is_there() -> None:
    """The end of a job waits for this."""
    desk = Desk(there=set(range(7)))
    desk.now += TAKING_SECONDS + 0.1
    assert desk.lane.take(None) == 7 and desk.listings == 1, "the last one, which the other runner has in hand"
    desk.there.add(7)
    desk.now += TAKING_SECONDS + 0.1
    assert not desk.lane.wanted(7) and desk.listings == 2


def test_when_all_is_there_nobody_asks_whether_there_is_a_need() -> None:
    desk = Desk(there={0, 1, 2, 3, 4, 5, 6})
    desk.there.add(7)
    desk.now += TAKING_SECONDS + 0.1
    assert desk.lane.take(None) is None and (desk.listings, desk.asked) == (1, 0)


def test_a_store_that_does_not_answer_ends_nothing_that_is_being_built() -> None:
    desk = Desk(error=StoreUnreachable("no answer"))
    assert desk.lane.take(None) == 0
    desk.now += OWN_SECONDS + 0.1
    assert desk.lane.wanted(0) and desk.lane.wanted(0) and desk.listings == 1, "nor is it asked again and again"
    desk.now += OWN_SECONDS + 0.1
    with pytest.raises(StoreUnreachable):
        desk.lane.take(0)


def test_what_is_in_hand_is_left_where_the_work_is_over() -> None:
    desk = Desk(over=KeyError("a twin has finished"))
    assert desk.lane.take(None) == 0
    desk.now += OWN_SECONDS + 0.1
    with pytest.raises(KeyError):
        desk.lane.take(None)
    assert not desk.lane.wanted(0)


def test_nobody_gets_one_after_the_end() -> None:
    desk = Desk()
    desk.lane.close()
    assert desk.lane.take(None) is None
