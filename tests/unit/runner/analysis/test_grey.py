"""Small grey pictures of any luma."""

import numpy as np
import pytest

from job_runner.analysis.grey import AREA, BLOCK, LONGEST, block_sums, small


@pytest.mark.parametrize(
    ("size", "wanted"),
    [((720, 1280), (90, 160)), ((1080, 1920), (90, 160)), ((1920, 1080), (160, 90)), ((64, 96), (64, 96)),
     ((2160, 3840), (90, 160)), ((4320, 7680), (90, 160)), ((576, 720), (115, 144))],
)  # fmt: skip
def test_the_longer_side_has_at_most_160_pixels(size: tuple[int, int], wanted: tuple[int, int]) -> None:
    white = small(np.full(size, 255, np.uint8))
    assert white.shape == wanted and max(wanted) <= LONGEST
    assert (white == 255).all() and (block_sums(white[None]) == 255 * AREA).all()


@pytest.mark.parametrize("depth", [9, 10, 12, 16])
def test_deep_luma_is_what_its_8_bits_are(depth: int) -> None:
    flat = np.random.default_rng(1).integers(0, 255, (72, 128))
    deep = (flat << (depth - 8)).astype(np.uint16)
    assert (small(deep, depth) == small(flat.astype(np.uint8))).all()


@pytest.mark.parametrize("size", [(1, 1), (1, 5000), (5000, 1), (2, 3), (3, 2000)])
def test_any_size_has_a_block(size: tuple[int, int]) -> None:
    grey = small(np.full(size, 77, np.uint8))
    assert (grey == 77).all() and block_sums(grey[None]).size >= 1


def test_blocks_are_sums_of_their_pixels() -> None:
    pixels = np.random.default_rng(2).integers(0, 255, (66, 99), np.uint8)
    grey = small(pixels)
    rows, columns = 66 // BLOCK, 99 // BLOCK
    whole = pixels[: rows * BLOCK, : columns * BLOCK].astype(int)
    assert (block_sums(grey[None]) == whole.reshape(rows, BLOCK, columns, BLOCK).sum((1, 3))).all()


def test_one_field_of_an_interlaced_picture_is_seen() -> None:
    luma = np.zeros((720, 1280), np.uint8)
    luma[1::2] = 200
    assert not small(luma).any()
