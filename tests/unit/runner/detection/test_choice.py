"""Threshold, order and rounding: the same detections in whatever order they are proposed."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from job_runner.detection.candidates import Candidates, candidates
from job_runner.detection.choice import Choice, Detection, chosen
from job_runner.detection.fitting import Fitted
from job_runner.detection.most import MOST_DETECTIONS

PLACE = Fitted((100, 80), (100, 80), 0, 0)


def proposed(*rows: tuple[float, float, float, float, float, int]) -> Candidates:
    """x1 y1 x2 y2 score label."""
    return candidates([row[:4] for row in rows], [row[4] for row in rows], [row[5] for row in rows])


def test_rounded_to_four_digits_and_a_tenth_of_a_pixel() -> None:
    (found,) = chosen(proposed((1.04, 2.06, 30.049, 40.051, 0.87654321, 3)), PLACE, Choice())
    assert found == Detection(3, 0.8765, (1.0, 2.1, 30.0, 40.1))


def test_the_threshold_counts_after_rounding() -> None:
    near = proposed((0, 0, 9, 9, 0.39996, 0), (20, 0, 29, 9, 0.39994, 0))
    assert [each.score for each in chosen(near, PLACE, Choice(least=0.4))] == [0.4]


def test_cut_at_the_pictures_edges_and_gone_if_outside() -> None:
    rows = proposed((-5, -6, 10, 10, 0.9, 0), (90, 70, 140, 95, 0.8, 0), (101, 0, 120, 9, 0.7, 0), (5, 5, 5, 9, 0.6, 0))
    assert [each.box for each in chosen(rows, PLACE, Choice())] == [(0, 0, 10, 10), (90, 70, 100, 80)]


def test_only_these_labels() -> None:
    rows = proposed((0, 0, 9, 9, 0.9, 0), (20, 0, 29, 9, 0.8, 1), (40, 0, 49, 9, 0.7, 2))
    assert [each.label for each in chosen(rows, PLACE, Choice(labels=frozenset({0, 2})))] == [0, 2]


def test_without_iou_nothing_is_suppressed() -> None:
    rows = proposed((0, 0, 9, 9, 0.9, 0), (0, 0, 9, 9, 0.8, 0))
    assert len(chosen(rows, PLACE, Choice(iou=None))) == 2
    assert len(chosen(rows, PLACE, Choice())) == 1


def test_what_no_number_can_hold_is_far_away_and_no_more() -> None:
    rows = proposed((-np.inf, 0, np.inf, 1e300, 0.9, 0))
    assert [each.box for each in chosen(rows, PLACE, Choice())] == [(0, 0, 100, 80)]


def test_no_more_than_anybody_can_look_at() -> None:
    rows = proposed(*((n % 50 * 2, n // 50 * 2, n % 50 * 2 + 1, n // 50 * 2 + 1, 0.9, 0) for n in range(900)))
    assert len(chosen(rows, PLACE, Choice())) == len(chosen(rows, PLACE, Choice(iou=None))) == MOST_DETECTIONS


@given(st.integers(0, 10**6), st.integers(0, 40))
def test_the_order_of_proposals_is_of_no_account(seed: int, count: int) -> None:
    random = np.random.default_rng(seed)
    corner, sides = random.integers(0, 60, (count, 2)), random.integers(1, 30, (count, 2))
    # Few different scores, so that there are ties.
    whole = candidates(
        np.concatenate([corner, corner + sides], 1), random.integers(4, 7, count) / 7, random.integers(0, 2, count)
    )
    order = random.permutation(count)
    mixed = Candidates(whole.boxes[order], whole.scores[order], whole.labels[order])
    found = chosen(whole, PLACE, Choice())
    assert found == chosen(mixed, PLACE, Choice())
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)


@given(st.integers(0, 10**6))
def test_the_last_bit_of_a_float_changes_nothing(seed: int) -> None:
    random = np.random.default_rng(seed)
    # Away from where rounding turns: a tenth of a pixel, the fourth digit.
    corner, sides = random.integers(0, 600, (20, 2)) / 10, random.integers(10, 300, (20, 2)) / 10
    boxes, scores = np.concatenate([corner, corner + sides], 1), random.integers(3000, 9999, 20) / 10_000
    labels = random.integers(0, 2, 20)
    noise = random.uniform(-1e-6, 1e-6, (20, 5))
    near = Candidates(boxes + noise[:, :4], scores + noise[:, 4], labels)
    assert chosen(Candidates(boxes, scores, labels), PLACE, Choice()) == chosen(near, PLACE, Choice())
