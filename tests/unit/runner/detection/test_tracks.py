"""Each thing keeps its number through made scenes, and nothing but the detections decides."""

import numpy as np
import pytest

from job_runner.detection.tracks import Seen, Tracker, enlarged, tracked
from tests.unit.runner.detection.scenes import BALL, CROSSING, CROWD, GAP, LEAVING, SCENES, Scene


def numbers(scene: Scene, every: int = 1, seed: int = 1, max_gap: float = 1.0) -> dict[int, list[int]]:
    """Of each thing, by its true number, in time."""
    frames = scene.frames(every, seed)
    found: dict[int, list[int]] = {}
    given = tracked(((seconds, [each for _, each in seen]) for seconds, seen in frames), max_gap)
    for (_, seen), mine in zip(frames, given, strict=True):
        assert len(set(mine)) == len(seen), "no number twice in a frame"
        for (true, _), number in zip(seen, mine, strict=True):
            found.setdefault(true, []).append(number)
    return found


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", SCENES)
def test_one_number_a_thing(name: str, seed: int) -> None:
    found = numbers(SCENES[name], seed=seed)
    assert all(len(set(mine)) == 1 for mine in found.values())
    assert len({mine[0] for mine in found.values()}) == len(SCENES[name].things), "and no two the same"


@pytest.mark.parametrize("scene", [CROSSING, CROWD, GAP])
def test_every_third_frame_is_enough(scene: Scene) -> None:
    assert all(len(set(mine)) == 1 for mine in numbers(scene, every=3).values())


def test_what_stays_away_too_long_comes_back_as_another() -> None:
    assert len(set(numbers(GAP, max_gap=0.5)[0])) == 2
    assert len(set(numbers(GAP, max_gap=0.8)[0])) == 1


def test_who_comes_where_somebody_left_is_somebody_else() -> None:
    found = numbers(LEAVING)
    assert found[0][0] != found[1][0]


def test_a_ball_is_no_player() -> None:
    found = numbers(BALL)
    assert found[0][0] != found[1][0], "though it flies past him"


def test_numbers_are_given_as_things_appear() -> None:
    tracker = Tracker()
    a, b, c = (Seen("player", (x, 0, x + 40, 80)) for x in (0, 100, 200))
    assert tracker.step(0.0, [b, a]) == [1, 2]
    assert tracker.step(0.04, [a, b, c]) == [2, 1, 3]
    assert tracker.step(0.08, []) == []
    assert tracker.step(0.12, [c, a]) == [3, 2]


def test_nothing_but_earlier_frames_decides() -> None:
    """A window that knows what came before gives what the whole gives."""
    frames = [(seconds, [each for _, each in seen]) for seconds, seen in CROWD.frames()]
    whole = list(tracked(frames))
    tracker = Tracker()
    assert [tracker.step(*frame) for frame in frames[:60]] + [tracker.step(*frame) for frame in frames[60:]] == whole
    assert list(tracked(frames)) == whole


def test_growth() -> None:
    boxes = np.array([[0.0, 0, 10, 10], [5, 0, 15, 10], [20, 20, 20, 20]])
    assert enlarged(boxes, 0.5)[0].tolist() == [-5, -5, 15, 15]


def test_what_is_seen_at_every_look_is_one_thing_however_far_apart_looks_are() -> None:
    still = [Seen("ball", (10.0, 10.0, 20.0, 20.0))]
    assert list(tracked([(2.0 * k, still) for k in range(5)], max_gap=1.0)) == [[1]] * 5
    assert list(tracked([(0.0, still), (2.0, []), (4.0, still)], max_gap=1.0)) == [[1], [], [2]]
