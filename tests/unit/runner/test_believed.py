"""Which time stamps are believed."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from job_runner.plan.believed import Stamps, believed

STAMP = st.none() | st.integers(-1000, 1000)


def test_decode_times_stand_in_for_what_a_file_does_not_tell() -> None:
    pictures: list[Stamps] = [(None, 2), (None, 3), (None, 4), (None, None), (None, None)]
    assert believed(pictures, 1) == [2, 3, 4, 5, 6]


def test_times_of_some_pictures_only() -> None:
    """As in AVI with B-frames, whose times are those of decoding, and in a programme stream."""
    assert believed([(None, 3), (4, 4), (None, 5), (None, 6), (7, 7)], 1) == [3, 4, 5, 6, 7]


def test_times_that_belong_to_other_pictures_are_sorted() -> None:
    assert believed([(0, 1), (2, 2), (1, 3), (3, None)], 1) == [0, 1, 2, 3]


def test_own_times_that_go_wrong_are_left_for_decode_times() -> None:
    assert believed([(10, 1), (10, 2), (10, 3), (10, 4)], 1) == [10, 11, 12, 13]


def test_two_pictures_with_one_time() -> None:
    """As where an edit list joins two pieces: the second one goes on as the first did."""
    pictures: list[Stamps] = [(0, None), (40, None), (80, None), (80, None), (120, None), (160, None), (400, None)]
    assert believed(pictures, 40) == [0, 40, 80, 120, 160, 200, 400]


@given(st.lists(st.tuples(STAMP, STAMP)), st.integers(1, 100))
def test_every_picture_has_a_time_later_than_the_one_before(pictures: list[Stamps], step: int) -> None:
    times = believed(pictures, step)
    assert len(times) == len(pictures)
    assert all(a < b for a, b in pairwise(times))
