"""The camera's own movement, on pictures that are moved by known parts of pixels."""

import numpy as np
import pytest

from job_runner.analysis.camera_shift import PARTS, SCALE, UNSURE, Shift, agreed, moved_sums, shifts
from job_runner.analysis.grey import Pixels

FINE = 8
"""The world has so many pixels for one of a picture's."""
DICE = np.random.default_rng(5)
WORLD = np.kron(DICE.integers(30, 220, (35, 50)), np.ones((5 * FINE, 5 * FINE), np.int64))
FLAT = np.full_like(WORLD, 90)


def seen(right: int, down: int, world: np.ndarray = WORLD) -> Pixels:
    """A picture of 160x90 by a camera that has moved by eighths of a pixel."""
    top, left = 20 * FINE + down, 20 * FINE + right
    part = world[top : top + 90 * FINE, left : left + 160 * FINE]
    pixels: Pixels = part.reshape(90, FINE, 160, FINE).mean((1, 3)).astype(np.uint8)
    return pixels


def shift(before: Pixels, now: Pixels) -> Shift | None:
    """Of one pair."""
    return shifts(np.stack([before, now]), np.array([0])).get(0)


@pytest.mark.parametrize("moved", [(8, 0), (0, -16), (24, 7), (-12, 20), (3, -3), (64, 0), (-70, 40)])
def test_a_move_is_found_to_a_quarter_of_a_pixel(moved: tuple[int, int]) -> None:
    found = shift(seen(0, 0), seen(*moved))
    assert found is not None and all(abs(a - b) <= PARTS // 4 for a, b in zip(found, moved, strict=True))


def test_a_still_camera_and_an_empty_wall_are_none() -> None:
    assert shift(seen(0, 0), seen(0, 0)) is None
    assert shift(seen(0, 0, FLAT), seen(8, 8, FLAT)) is None


def test_what_moves_before_an_empty_wall_is_no_camera() -> None:
    """The middle ninth and a bit more is one person, who is all the texture there is."""
    before, now = (seen(0, 0, FLAT) for _ in range(2))
    before[25:65, 50:110] = seen(0, 0)[25:65, 50:110]
    now[25:65, 53:113] = seen(0, 0)[25:65, 50:110]
    assert shift(before, now) is None


def test_too_small_a_picture_has_no_camera() -> None:
    assert shift(seen(0, 0)[:30], seen(8, 0)[:30]) is None


def test_votes() -> None:
    none = [UNSURE]
    said = [[8, 8, 9, 8, 99, 7, 8, *none, -40], [8, 8, 8, 8, 8, *none * 4], [8, -8, 30, 2, 8, -20, 15, 40, 8], none * 9]
    assert agreed(np.array(said)) == [8, 0, 0, 0], "four witnesses are too few: the middle is none"


def test_sums_of_a_moved_picture_are_those_of_the_place_it_came_from() -> None:
    """By whole pixels, so that nothing lies between; two of the pairs show as many blocks."""
    cameras = {0: (24, -16), 1: (24, 16), 2: (0, -8)}
    for pair, camera in cameras.items():
        stack = np.stack([*[seen(0, 0)] * (pair + 1), seen(*camera)])
        [(pairs, old, new)] = moved_sums(stack, {pair: camera})
        assert pairs == [pair] and (old == new).all() and old[0].size > 700 and new.max() > 200 * SCALE
    found = list(moved_sums(np.stack([seen(0, 0)] * 4), cameras))
    assert sorted(pair for pairs, _, _ in found for pair in pairs) == [0, 1, 2]


def test_shifts_are_those_of_each_pair_alone() -> None:
    stack = np.stack([seen(*at) for at in [(0, 0), (8, 0), (8, 0), (12, -20), (76, -20), (76, -13)]])
    found = shifts(stack, np.arange(5))
    alone = {k: by for k in range(5) if (by := shift(stack[k], stack[k + 1]))}
    assert (
        found == alone and set(found) == {0, 2, 3, 4} and shifts(stack, np.array([2, 4])) == {2: found[2], 4: found[4]}
    )
