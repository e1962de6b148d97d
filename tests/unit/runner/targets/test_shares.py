"""What a runner takes next, beside others: its own share, then where others have left room."""

from dataclasses import dataclass, field
from functools import partial
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from job_runner.targets.lane import OWN_SECONDS
from job_runner.targets.shares import PATIENCE, Firsts, Runner, Share, chosen, own_share, starts
from tests.bench.lanes import LIST_SECONDS, STEP, Simulated, World
from videojob_api.order import Shard

DOUBLES = 5
"""Numbers that a worker begins although another has them in hand, or has just made them: no run had more of them."""


def runner(index: int | None, total: int, stays: bool | None = None) -> Runner:
    shard = Shard(index=index, total=total)
    return Runner(shard, shard.stays if stays is None else stays, f"reel-{index}-1")


@given(st.integers(0, 5000), st.integers(1, 64))
def test_every_number_is_in_one_share(count: int, total: int) -> None:
    shares = [own_share(count, Shard(index=index, total=total)) for index in range(total)]
    assert [number for share in shares for number in share] == list(range(count))
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


def test_who_has_no_part_has_no_share() -> None:
    assert not own_share(300, Shard(total=4))


@given(st.sets(st.integers(0, 60)))
def test_others_begin_anywhere_but_at_the_first_of_a_gap(missing: set[int]) -> None:
    """That is where somebody works."""
    found = list(starts(missing))
    assert sorted(found) == sorted(number for number in missing if number - 1 in missing)


def test_the_middle_of_the_longest_gap_comes_first() -> None:
    assert list(islice(starts({*range(10), 20, 21, 30}), 4)) == [5, 3, 8, 2]
    assert list(starts({1, 3, 5})) == []


def test_each_name_has_a_choice_of_its_own() -> None:
    assert len({chosen(range(16), f"reel-{index}-1") for index in range(40)}) > 10
    assert chosen(range(16), "a") == chosen(range(16), "a") and chosen([], "a") is None


def test_firsts_of_gaps_grow_old_while_they_are_seen() -> None:
    firsts = Firsts()
    for now, missing in ((0.0, {1, 2, 7}), (5.0, {2, 7}), (9.0, {2, 7, 8})):
        firsts.seen(missing, now)
    assert (firsts.older_than(8, 9.0), firsts.older_than(3, 9.0), firsts.older_than(9, 9.0)) == ({7}, {2, 7}, set())


def taken(share: Share, now: float = 0.0) -> list[int]:
    """By one worker, which stores each at once."""
    numbers, last = list[int](), None
    while (last := share.take(last, now)) is not None:
        numbers.append(last)
        share.built(last, now)
        share.stored(last, first=True)
    return numbers


def test_who_is_alone_takes_all_in_order() -> None:
    share = Share(6, runner(0, 1), {4}, 0)
    assert share.alone and taken(share) == [0, 1, 2, 3, 5]


def test_its_own_share_comes_first_and_the_last_of_each_gap_is_left_to_others() -> None:
    numbers = taken(Share(12, runner(1, 3), set(), 0))
    assert numbers[:4] == [4, 5, 6, 7] and set(range(12)) - set(numbers) == {0, 8}, "where the others begin"


def test_who_stays_takes_those_too_each_once() -> None:
    numbers = taken(Share(12, runner(0, 3), set(), 0))
    assert numbers[:4] == [0, 1, 2, 3] and sorted(numbers) == list(range(12))
    assert sorted(taken(Share(5, runner(None, 4), {1}, 0))) == [0, 2, 3, 4]
    assert sorted(taken(Share(5, runner(3, 4, stays=True), set(), 0))) == list(range(5))


def test_a_run_goes_on_where_it_was_begun() -> None:
    share = Share(20, runner(1, 2), set(range(10, 20)), 0)
    first = share.take(None, 0)
    assert first is not None and share.take(first, 0) == first + 1


def test_what_a_worker_of_the_same_runner_builds_is_not_taken() -> None:
    share = Share(3, runner(None, 2), set(), 0)
    assert sorted(number for _ in range(5) if (number := share.take(None, 0)) is not None) == [0, 1, 2]


@pytest.mark.parametrize("seen", ["by a listing", "when it is stored"])
@pytest.mark.parametrize("total", [1, 2])
def test_another_at_the_same_place_is_not_kept_company(seen: str, total: int) -> None:
    """A twin, or one that counts the runners otherwise: two that go on side by side would do everything twice."""
    share = Share(40, runner(0, total), set(), 0)
    assert share.take(None, 0) == 0
    if seen == "by a listing":
        share.looked({0, 1}, 1)
        share.dropped(0)
    else:
        share.built(0, 1)
        share.stored(0, first=False)
    assert not share.alone and not share.is_own and share.take(0, 1) not in (1, 2, None)


def test_what_is_on_its_way_to_the_store_tells_nothing_of_others() -> None:
    share = Share(4, runner(0, 2), set(), 0)
    assert share.take(None, 0) == 0
    share.built(0, 1)
    share.looked({0}, 1)
    assert share.is_own and share.take(0, 1) == 1


def test_what_vanishes_is_missing_again() -> None:
    share = Share(2, runner(None, 2), {0, 1}, 0)
    share.looked({1}, 1)
    assert share.missing == {0} and not share.has(0) and share.take(None, 1) == 0


def test_what_nobody_has_built_for_long_is_nobodys() -> None:
    """As where a runner has died, or never came."""
    share = Share(4, runner(1, 2), set(), 0)
    assert (share.take(None, 0), share.take(2, 0)) == (2, 3)
    for number in (2, 3):
        share.built(number, 2)
        share.stored(number, first=True)
    assert (share.take(3, 2), share.take(1, 2)) == (1, None)
    share.looked({1, 2, 3}, 2 * PATIENCE + 1)
    assert share.take(1, 2 * PATIENCE + 1) == 0


@dataclass
class Cast:
    """Some runners, drawn by chance, in one world."""

    world: World
    seconds: list[float]
    runners: list[Simulated] = field(default_factory=list)
    killed: int = 0

    def add(self, shard: Shard, workers: int, born: float, lives: float, slow: float) -> None:
        made = Runner(shard, shard.stays, f"reel-{shard.index}-{len(self.runners)}")
        one = Simulated(self.world, made, workers, lambda number: slow * self.seconds[number], lives)
        self.runners.append(one)
        self.killed += workers if lives < float("inf") else 0
        self.world.after(born, one.begin)


@st.composite
def casts(draw: st.DrawFn) -> Cast:
    """The first comes in the end; others never come, die, come again, have twins, or count the runners otherwise."""
    count, total = draw(st.integers(0, 60)), draw(st.integers(1, 16))
    seconds = draw(st.lists(st.floats(1, 12), min_size=count, max_size=count))
    cast = Cast(World(count), seconds)
    for index in range(total):
        known = draw(st.integers(index + 1, 16)) if draw(st.integers(0, 3)) == 0 else total
        shard, workers, slow = Shard(index=index, total=known), draw(st.integers(1, 4)), draw(st.floats(0.5, 2))
        add = partial(cast.add, shard, workers, slow=slow)
        fate = draw(st.sampled_from(["lives", "lives", "comes again", "twin", "dies", "never comes"]))
        if fate in ("comes again", "dies"):
            add(born=draw(st.floats(0, 20)), lives=draw(st.floats(0, 40)))
        if fate in ("lives", "comes again", "twin") or index == 0:
            add(born=draw(st.floats(0, 60)), lives=float("inf"))
        if fate == "twin":
            add(born=draw(st.floats(0, 60)), lives=float("inf"))
    return cast


@given(casts())
@settings(max_examples=150, deadline=None, derandomize=True)
def test_all_is_made_nobody_waits_and_little_is_made_twice(cast: Cast) -> None:
    world, workers = cast.world, sum(one.workers for one in cast.runners)
    world.run()
    assert world.store.keys() == set(range(world.total))
    assert all(one.rounds <= 1 for one in cast.runners if not one.runner.stays), "no other begins again"
    assert all(one.ended is not None for one in cast.runners if one.lives == float("inf"))
    assert world.begun <= world.total + cast.killed + DOUBLES * workers
    if all(one.runner.shard.total > 1 for one in cast.runners):
        assert world.longest_in_vain <= OWN_SECONDS + STEP + LIST_SECONDS
