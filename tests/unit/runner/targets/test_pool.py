"""Workers and uploads: how many, in which order, and when one in hand is finished after a stop."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from job_runner.stop import Stop
from job_runner.targets.family import ALONE
from job_runner.targets.lane import Lane
from job_runner.targets.pool import WAITING_UPLOADS, Build, Commit, GoOn, NewBuilder, Pool, Workers, seconds_to_go
from job_runner.tracker import Tracker

SECONDS = 30


def builder(build: Build) -> NewBuilder:
    @contextmanager
    def new() -> Iterator[Build]:
        yield build

    return new


def numbers(missing: set[int]) -> Lane:
    """Of a runner that is alone."""
    total = max(missing) + 1
    return Lane(total, ALONE, set(range(total)) - missing, set, lambda: None)


def pool(build: Build, commit: Commit, cores: int = 1, stop: Stop | None = None) -> Pool:
    return Pool(Workers(cores, Tracker("a-0-1"), stop or Stop(0)), builder(build), lambda number: 10, commit)


@pytest.mark.parametrize(
    ("outside", "unfinished", "seconds"),
    [(50, 90, 140 * 4 / 60), (50, 60, 110 * 4 / 90), (0, 40, 40 * 4 / 160), (0, 0, 0), (100, 100, float("inf"))],
)
def test_seconds_to_go(outside: int, unfinished: int, seconds: float) -> None:
    """Of 100 frames, four seconds after it was begun."""
    assert seconds_to_go(100, outside, unfinished, 4.0) == pytest.approx(seconds)


def test_one_worker_goes_from_neighbour_to_neighbour() -> None:
    order: list[int] = []

    def build(number: int, go_on: GoOn, step: Callable[[], None]) -> bytes:
        order.append(number)
        return b""

    pool(build, lambda number, data: None).build(numbers({1, 2, 3, 7, 8}), 5)
    assert order == [1, 2, 3, 7, 8]


def test_each_worker_has_a_builder_of_its_own() -> None:
    """Closed by the thread that opened it; never more workers than objects."""
    opened, closed = list[int](), list[int]()

    @contextmanager
    def new() -> Iterator[Build]:
        opened.append(threading.get_ident())
        yield lambda number, go_on, step: b""
        closed.append(threading.get_ident())

    Pool(Workers(8, Tracker("a-0-1"), Stop(0)), new, lambda number: 1, lambda number, data: None).build(
        numbers({0, 1, 2}), 3
    )
    assert len(opened) == 3 and sorted(opened) == sorted(closed)


def test_building_waits_for_slow_uploads() -> None:
    """What is built and not stored yet takes memory."""
    built, go, full = list[int](), threading.Event(), threading.Event()

    def build(number: int, go_on: GoOn, step: Callable[[], None]) -> bytes:
        built.append(number)
        if len(built) == WAITING_UPLOADS + 1:
            full.set()
        return b""

    def commit(number: int, data: bytes) -> None:
        assert go.wait(SECONDS)

    working = pool(build, commit)
    thread = threading.Thread(target=working.build, args=(numbers(set(range(20))), 20))
    thread.start()
    assert full.wait(SECONDS)
    assert len(built) == WAITING_UPLOADS + 1, "the last one waits for room"
    go.set()
    thread.join()
    assert len(built) == 20


@pytest.mark.parametrize(("grace", "kept"), [(600.0, [0]), (0.0, [])])
def test_a_stop_finishes_what_is_in_hand_if_there_is_time(grace: float, kept: list[int]) -> None:
    stop, stored = Stop(grace), list[int]()

    def build(number: int, go_on: GoOn, step: Callable[[], None]) -> bytes | None:
        for left in range(9, -1, -1):
            step()
            if left == 5:
                stop.request()
            if not go_on(left):
                return None
        return b""

    pool(build, lambda number, data: stored.append(number), stop=stop).build(numbers({0, 1, 2}), 3)
    assert stored == kept


def test_an_error_of_one_ends_the_others() -> None:
    begun: list[int] = []

    def build(number: int, go_on: GoOn, step: Callable[[], None]) -> bytes:
        begun.append(number)
        raise ValueError(f"no. {number}")

    with pytest.raises(ValueError, match=r"no\. "):
        pool(build, lambda number, data: None, cores=2).build(numbers(set(range(100))), 100)
    assert len(begun) <= 2


def test_what_is_not_wanted_any_more_is_left_and_the_next_is_taken() -> None:
    begun, stored = list[int](), list[int]()

    class Halved(Lane):
        def wanted(self, number: int) -> bool:
            return number % 2 == 0

    def build(number: int, go_on: GoOn, step: Callable[[], None]) -> bytes | None:
        begun.append(number)
        return b"" if go_on(9) else None

    pool(build, lambda number, data: stored.append(number)).build(Halved(4, ALONE, set(), set, lambda: None), 4)
    assert (begun, stored) == ([0, 1, 2, 3], [0, 2])
