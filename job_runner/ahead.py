"""Items worked on ahead of whoever takes the answers: in order, and never far ahead."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")
Value = TypeVar("Value")


@contextmanager
def ahead(work: Callable[[Item], Value], items: Iterable[Item], most: int, name: str) -> Iterator[Iterator[Value]]:
    """Answers in the order of `items`; while one is in use, the next `most` are made in threads called `name`.

    Nothing begins before the first answer is asked for. An error of `work` is raised in the place of its answer. Where
    the block is left before the last one, what is in work is waited for, and the rest never begins.
    """
    with ThreadPoolExecutor(most, name) as pool:
        yield _in_order(pool, work, iter(items), most)


def _in_order(
    pool: ThreadPoolExecutor, work: Callable[[Item], Value], items: Iterator[Item], most: int
) -> Iterator[Value]:
    coming = deque(pool.submit(work, item) for item in islice(items, most))
    while coming:
        answer = coming.popleft().result()
        coming.extend(pool.submit(work, item) for item in islice(items, 1))
        yield answer
