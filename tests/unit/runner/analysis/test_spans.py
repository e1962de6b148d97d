"""Stretches of a file."""

from job_runner.analysis.spans import Span, merged, strength, total


def test_near_ones_are_one_as_strong_as_the_stronger() -> None:
    spans = [Span(10, 20, 5), Span(0, 4, 1), Span(23, 30, 9), Span(12, 15, 7)]
    assert merged(spans, 3) == [Span(0, 4, 1), Span(10, 30, 9)]
    assert merged(spans, 2) == [Span(0, 4, 1), Span(10, 20, 7), Span(23, 30, 9)]
    assert merged([], 3) == [] and total(merged(spans, 3)) == 24


def test_strength_is_the_mean() -> None:
    assert strength([0, 10, 20, 30], 1, 3) == 15 and strength([1, 2], 0, 2) == 1
