"""The judge of how well motion is found: its score, and the motion of its scenes."""

from itertools import pairwise

import numpy as np
import pytest

from tests.evaluation.scenes import SCENES, Scene, pictures
from tests.evaluation.score import Score, score

TRUTH = [(0, 100), (200, 300)]


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (TRUTH, Score(2, 0, 0, 0)),
        ([], Score(0, 2, 0, 0)),
        ([(10, 110), (400, 420)], Score(1, 1, 1, 1)),
        ([(0, 300)], Score(0, 2, 1, 0)),
        ([(0, 49), (51, 100)], Score(0, 2, 2, 0)),
        ([(0, 100), (5, 100)], Score(1, 1, 1, 0)),
    ],
)
def test_an_event_is_found_once_and_by_half(found: list[tuple[int, int]], wanted: Score) -> None:
    assert score(found, TRUTH) == wanted


def test_f1() -> None:
    assert score(TRUTH, TRUTH).f1 == 1 and score([], TRUTH).f1 == 0 and score([], []).f1 == 1
    assert score([(10, 110), (400, 420)], TRUTH).f1 == 0.5


def test_a_person_moves_in_true_events_only() -> None:
    """Without noise, and for a second: pictures differ where they should, and nowhere else."""
    scene = Scene("short", "", ((0.2, 0.6),), noise=0)
    shown = [luma for luma, _ in zip(pictures(scene), range(25), strict=False)]
    moved = [bool(np.any(a != b)) for a, b in pairwise(shown)]
    assert moved == [4 <= k < 15 for k in range(24)]
    assert len({scene.name for scene in SCENES}) == len(SCENES) == 6
