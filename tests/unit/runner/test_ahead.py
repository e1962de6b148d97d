"""The next few are in work while one is in use: in order, and not one more."""

import threading
from collections.abc import Sequence

import pytest

from job_runner.ahead import ahead

PATIENCE = 60
"""Seconds after which what must come has failed to; nothing waits for as long."""


class Crowd:
    """Work that ends only once so many have begun; counts what is in work together."""

    def __init__(self, size: int) -> None:
        self._lock, self._whole, self._size = threading.Lock(), threading.Event(), size
        self.begun: list[int] = []
        self.in_work = self.most = 0

    def work(self, item: int) -> int:
        with self._lock:
            self.begun.append(item)
            self.in_work += 1
            self.most = max(self.most, self.in_work)
            if len(self.begun) == self._size:
                self._whole.set()
        assert self._whole.wait(PATIENCE), f"{self._size} never work together"
        with self._lock:
            self.in_work -= 1
        return item * item


def test_so_many_are_in_work_together_and_answers_keep_their_order() -> None:
    crowd = Crowd(3)
    with ahead(crowd.work, range(10), 3, "test") as answers:
        assert list(answers) == [n * n for n in range(10)]
    assert crowd.most == 3 and sorted(crowd.begun) == list(range(10))


def test_no_more_begin_than_are_next() -> None:
    crowd = Crowd(2)
    with ahead(crowd.work, range(10), 2, "test") as answers:
        for taken, _ in enumerate(answers, 1):
            assert len(crowd.begun) <= taken + 2


def test_nothing_begins_before_it_is_asked_for_nor_once_it_is_left() -> None:
    crowd = Crowd(1)
    with ahead(crowd.work, range(10), 4, "test") as answers:
        assert not crowd.begun
        next(answers)
    assert set(crowd.begun) == set(range(5)) and crowd.in_work == 0


def test_an_error_stands_in_the_place_of_its_answer() -> None:
    with ahead(lambda n: 6 // n, [1, 2, 0, 3], 4, "test") as answers:
        assert [next(answers), next(answers)] == [6, 3]
        with pytest.raises(ZeroDivisionError):
            next(answers)


@pytest.mark.parametrize("items", [[], [7]], ids=str)
def test_few_items(items: Sequence[int]) -> None:
    with ahead(str, items, 8, "test") as answers:
        assert list(answers) == list(map(str, items))
