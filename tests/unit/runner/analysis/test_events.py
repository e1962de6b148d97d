"""Curves become events."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from job_runner.analysis.events import events, held, scenes, steady
from job_runner.analysis.spans import Span


def test_pauses_are_bridged_and_short_ones_left_out() -> None:
    curve = [0, 9, 9, 0, 0, 9, 0, 0, 0, 9, 0]
    assert events(curve, 5, least=1, gap=2) == [Span(1, 6, 5), Span(9, 10, 9)]
    assert events(curve, 5, least=2, gap=2) == [Span(1, 6, 5)]
    assert events(curve, 5, least=3, gap=1) == []
    assert events([], 5, 1, 1) == [] and events([5], 5, 0, 0) == [Span(0, 1, 5)]


def test_pauses_do_not_count_as_motion() -> None:
    """Cuts of an edited film, one a second, are not a minute of motion."""
    assert events([100 if k % 25 == 0 else 0 for k in range(1500)], 50, least=10, gap=25) != []
    assert events(steady([100 if k % 25 == 0 else 0 for k in range(1500)]), 50, least=10, gap=25) == []


def test_a_picture_that_stands_holds_its_value_for_a_while() -> None:
    assert held([None, 5, None, None, None, 7], 2) == [0, 5, 5, 5, 0, 7]
    assert held([5, None], 0) == [5, 0]


def test_single_moments_are_gone_and_lasting_ones_stay() -> None:
    assert steady([0, 900, 0, 0, 5, 6, 7, 0, 8, 9]) == [0, 0, 0, 0, 5, 6, 6, 7, 8, 8]
    assert steady([]) == [] and steady([9]) == [0] and steady([9, 9]) == [0, 0]


def test_a_new_scene_stands_out_from_both_sides() -> None:
    assert scenes([0, 0, 9000, 100, 0, 6000, 8900, 700, 0, 9000, 9000, 0, 2000, 0], 3000) == [2, 6]
    assert scenes([9000], 3000) == [] == scenes([], 3000)


curves = st.lists(st.integers(0, 10), max_size=200)


@given(curves, st.integers(1, 9), st.integers(0, 20), st.integers(0, 20))
def test_events_are_ordered_apart_and_begin_and_end_active(curve: list[int], limit: int, least: int, gap: int) -> None:
    found = events(curve, limit, least, gap)
    for event in found:
        assert 0 <= event.first < event.end <= len(curve)
        assert curve[event.first] >= limit and curve[event.end - 1] >= limit
        assert sum(value >= limit for value in curve[event.first : event.end]) >= least
    assert all(b.first - a.end > gap for a, b in pairwise(found))
