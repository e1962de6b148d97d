"""The camera's own movement, on pictures that are moved by known parts of pixels."""

import numpy as np
import pytest

from job_runner.analysis.camera_shift import PARTS, agreed, shift, shifted_sums
from job_runner.analysis.grey import Grey

FINE = 8
"""The world has so many pixels for one of a picture's."""
DICE = np.random.default_rng(5)
WORLD = np.kron(DICE.integers(30, 220, (35, 50)), np.ones((5 * FINE, 5 * FINE), np.int64))
FLAT = np.full_like(WORLD, 90)


def seen(right: int, down: int, world: np.ndarray = WORLD) -> Grey:
    """A picture of 160x90 by a camera that has moved by eighths of a pixel."""
    top, left = 20 * FINE + down, 20 * FINE + right
    part = world[top : top + 90 * FINE, left : left + 160 * FINE]
    return Grey(part.reshape(90, FINE, 160, FINE).mean((1, 3)).astype(np.uint8))


@pytest.mark.parametrize("moved", [(8, 0), (0, -16), (24, 7), (-12, 20), (3, -3), (64, 0), (-70, 40)])
def test_a_move_is_found_to_a_quarter_of_a_pixel(moved: tuple[int, int]) -> None:
    found = shift(seen(0, 0), seen(*moved))
    assert found is not None and all(abs(a - b) <= PARTS // 4 for a, b in zip(found, moved, strict=True))


def test_a_still_camera_and_an_empty_wall_are_none() -> None:
    assert shift(seen(0, 0), seen(0, 0)) is None
    assert shift(seen(0, 0, FLAT), seen(8, 8, FLAT)) is None


def test_what_moves_before_an_empty_wall_is_no_camera() -> None:
    """The middle ninth and a bit more is one person, who is all the texture there is."""
    before, now = (Grey(seen(0, 0, FLAT).pixels.copy()) for _ in range(2))
    before.pixels[25:65, 50:110] = seen(0, 0).pixels[25:65, 50:110]
    now.pixels[25:65, 53:113] = seen(0, 0).pixels[25:65, 50:110]
    assert shift(before, now) is None


def test_too_small_a_picture_has_no_camera() -> None:
    assert shift(Grey(seen(0, 0).pixels[:30]), Grey(seen(8, 0).pixels[:30])) is None


def test_votes() -> None:
    assert agreed([8, 8, 9, 8, 99, 7, 8, None, -40]) == 8
    assert agreed([8, 8, 8, 8, 8, None, None, None, None]) == 0, "four witnesses are too few: the middle is none"
    assert agreed([8, -8, 30, 2, 8, -20, 15, 40, 8]) == 0


def test_sums_of_a_moved_picture_are_those_of_the_place_it_came_from() -> None:
    before, now = seen(0, 0), seen(24, -16)
    old, new, times = shifted_sums(before, now, (24, -16))
    assert (old == new).all() and old.size > 700 and times == PARTS * PARTS
