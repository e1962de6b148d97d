"""Which number a worker takes next."""

import threading

from hypothesis import given
from hypothesis import strategies as st

from job_runner.targets.queue import Queue, gaps, next_number


@given(st.sets(st.integers(0, 60)), st.integers(1, 5))
def test_workers_take_every_number_once(missing: set[int], workers: int) -> None:
    queue, taken = Queue(missing), list[int]()
    last: dict[int, int | None] = dict.fromkeys(range(workers))
    while last:
        for worker in list(last):
            if (number := queue.take(last[worker])) is None:
                del last[worker]
            else:
                last[worker] = number
                taken.append(number)
    assert sorted(taken) == sorted(missing)


def test_workers_keep_to_neighbours() -> None:
    assert next_number({5, 6, 9}, 4, True) == 5, "the decoder stands there"
    assert next_number(set(range(1, 9)), None, True) == 5, "the middle: others come from the left"
    assert next_number(set(range(8)), None, False) == 0
    assert next_number(set(), 3, True) is None
    assert list(gaps({1, 2, 5})) == [range(1, 3), range(5, 6)]


def test_the_first_worker_begins_at_the_first_and_the_second_in_the_middle() -> None:
    queue = Queue(set(range(8)))
    assert [queue.take(None), queue.take(None), queue.take(0), queue.take(4)] == [0, 4, 1, 5]


def test_nobody_gets_one_after_the_end() -> None:
    queue = Queue({1, 2})
    queue.close()
    assert queue.take(None) is None


def test_what_is_dropped_is_not_given() -> None:
    queue = Queue({1, 2, 3})
    queue.drop({1, 3, 9})
    assert not queue.empty and queue.take(None) == 2 and queue.empty


def test_threads_never_share_a_number() -> None:
    queue, taken = Queue(set(range(400))), list[int]()

    def work() -> None:
        last: int | None = None
        while (last := queue.take(last)) is not None:
            taken.append(last)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(400))
