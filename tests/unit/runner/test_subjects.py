"""Which of several things is followed, and what is kept in the picture with it."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from job_runner.analysis.found import Point, Track
from job_runner.plan.paths import Floats
from job_runner.plan.subjects import Followed, subjects

TIMES: Floats = np.arange(0, 10, 0.1)
CROP = (0.3, 1.0)
LOOK = 0.1


def track(number: int, first: float, end: float, middle: float, size: float = 0.1) -> Track:
    moments = np.arange(first, end, LOOK).tolist()
    half = size / 2
    return Track(number, "p", [Point(t, middle - half, 0.5 - half, middle + half, 0.5 + half) for t in moments])


def followed(*tracks: Track, crop: tuple[float, float] = CROP) -> Followed:
    found = subjects(TIMES, tracks, LOOK, crop)
    assert found is not None
    return found


def runs(numbers: Sequence[int | None]) -> list[int | None]:
    return [n for k, n in enumerate(numbers) if k == 0 or numbers[k - 1] != n]


def test_the_largest_is_followed() -> None:
    assert runs(followed(track(1, 0, 10, 0.2), track(2, 0, 10, 0.8, 0.2)).numbers) == [2]


def test_of_two_alike_the_first_stays() -> None:
    assert runs(followed(track(1, 0, 10, 0.2), track(2, 0, 10, 0.8)).numbers) == [1]


def test_nothing_flips_between_two_that_take_turns_at_being_larger() -> None:
    """Each is a little larger for a second."""

    def pulsing(number: int, phase: int) -> Track:
        points = []
        for k, t in enumerate(np.arange(0, 10, LOOK).tolist()):
            half = 0.06 if (k // 10 + phase) % 2 else 0.05
            middle = 0.2 if number == 1 else 0.8
            points.append(Point(t, middle - half, 0.4, middle + half, 0.6))
        return Track(number, "p", points)

    assert len(runs(followed(pulsing(1, 0), pulsing(2, 1)).numbers)) == 1


def test_one_that_is_much_larger_for_long_is_followed_instead() -> None:
    found = followed(track(1, 0, 10, 0.2), track(2, 3, 10, 0.8, 0.3))
    assert runs(found.numbers) == [1, 2]
    assert found.middles[0, 0] == 0.2 and found.middles[-1, 0] == 0.8


def test_what_passes_by_is_not_followed_while_another_is_there() -> None:
    assert runs(followed(track(1, 0, 10, 0.2), track(2, 4, 5, 0.8, 0.15)).numbers) == [1]


def test_what_is_alone_is_followed_even_if_it_comes_for_a_moment() -> None:
    found = followed(track(1, 0, 3, 0.2), track(2, 6, 7, 0.8))
    assert runs(found.numbers) == [1, None, 2, None]
    assert found.middles[45, 0] == 0.2, "it holds where the last one was"
    assert found.middles[-1, 0] == 0.8


def test_one_comes_when_another_is_gone() -> None:
    """What is held after it was last seen ends just when what is held before it is first seen begins."""
    found = followed(track(1, 0, 3, 0.2), track(2, 4, 10, 0.8))
    assert runs(found.numbers) == [1, 2] and found.middles[0, 0] == pytest.approx(0.2)


def test_it_waits_for_what_comes_first() -> None:
    found = followed(track(1, 5, 9, 0.7))
    assert (found.middles[:, 0] == 0.7).all() and found.numbers[0] is None


def test_a_short_gap_is_bridged() -> None:
    assert runs(followed(track(1, 0, 4, 0.2), track(1, 4.5, 10, 0.2)).numbers) == [1]


def test_two_that_fit_are_both_in_the_picture() -> None:
    assert followed(track(1, 0, 10, 0.4), track(2, 0, 10, 0.54)).middles[50, 0] == pytest.approx(0.47)
    assert followed(track(1, 0, 10, 0.3), track(2, 0, 10, 0.7)).middles[50, 0] == 0.3, "these do not"
    assert followed(track(1, 0, 10, 0.4, 0.12), track(2, 0, 10, 0.5, 0.05)).middles[50, 0] == 0.4, "too small to matter"


def test_company_that_hardly_fits_does_not_come_and_go() -> None:
    """It comes in with room to spare, and stays until it is too far away: after five seconds, not after half of one."""
    moments = np.arange(0, 10, LOOK).tolist()
    away = Track(2, "p", [Point(t, 0.5 + t / 100, 0.45, 0.6 + t / 100, 0.55) for t in moments])
    middles = followed(track(1, 0, 10, 0.4), away, crop=(0.3, 1)).middles[:, 0]
    assert (middles[:50] > 0.47).all() and (middles[51:] == 0.4).all()


def test_nothing_is_nothing() -> None:
    assert subjects(TIMES, [], LOOK, CROP) is None
    assert subjects(TIMES, [track(1, 20, 25, 0.5)], LOOK, CROP) is None


@given(st.permutations(range(6)), st.lists(st.tuples(st.integers(0, 80), st.integers(1, 60), st.integers(1, 9)),
                                           min_size=6, max_size=6))  # fmt: skip
def test_the_order_of_tracks_does_not_matter(order: list[int], raw: list[tuple[int, int, int]]) -> None:
    tracks = [track(n, a / 10, (a + b) / 10, c / 10, c / 30) for n, (a, b, c) in enumerate(raw, 1)]
    one, other = subjects(TIMES, tracks, LOOK, CROP), subjects(TIMES, [tracks[k] for k in order], LOOK, CROP)
    assert (one is None) == (other is None)
    if one and other:
        assert (one.middles == other.middles).all() and one.numbers == other.numbers
