"""Pictures of two roads: equal, different, of another size, none."""

from typing import Any

import numpy as np
import pytest

from job_runner.gpu_check.compare import Difference, compared
from job_runner.gpu_check.found import Outcome


def planes(*values: int) -> list[Any]:
    return [np.full((4, 4), value, np.uint16) for value in values]


def test_how_many_differ_and_by_how_much() -> None:
    assert compared([(planes(1, 2, 3), planes(1, 2, 3)), (planes(9, 0, 3), planes(2, 4, 3))]) == Difference(2, 1, 7)


def test_what_is_said_of_it() -> None:
    assert Difference(5, 0, 0).found().outcome == Outcome.OK
    assert Difference(5, 2, 7).found().outcome == Outcome.FAILED
    assert Difference(5, 2, 7).found().words == "2 of 5 frames differ, by 7 at most"
    assert Difference(5, 2, 7).found(exact=False).outcome == Outcome.DIFFERS


def test_nothing_is_not_equal() -> None:
    assert compared([]).found().outcome == Outcome.FAILED


def test_another_size_is_said() -> None:
    with pytest.raises(ValueError, match=r"planes of \(4, 4\) and \(2, 2\)"):
        compared([(planes(1), [np.zeros((2, 2))])])
