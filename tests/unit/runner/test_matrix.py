"""Which matrix is assumed, kept, converted and refused."""

import pytest

from job_runner.effects.color import LUMA_WEIGHTS
from job_runner.errors import InputInvalid
from job_runner.plan.color import MATRIX
from job_runner.plan.facts import ColorTags
from job_runner.plan.matrix import KEPT, assumed_matrix, changes_matrix, check_matrix, matrix_of, output_matrix

SD, HD, TALL = (720, 576), (1280, 720), (608, 1080)


@pytest.mark.parametrize(
    ("size", "primaries", "matrix"),
    [(SD, 2, 6), ((720, 480), 2, 6), (HD, 2, 1), (TALL, 2, 1), ((1280, 536), 2, 1), (SD, 9, 9), (HD, 9, 9), (SD, 1, 6)],
)
def test_assumed_of_untagged(size: tuple[int, int], primaries: int, matrix: int) -> None:
    assert assumed_matrix(primaries, size) == matrix
    assert matrix_of(ColorTags(primaries=primaries), size) == matrix
    assert matrix_of(ColorTags(primaries=primaries, matrix=5), size) == 5


@pytest.mark.parametrize(
    ("matrix", "primaries", "size", "output", "tagged"),
    [(1, 1, HD, SD, 1), (2, 2, SD, SD, 2), (2, 2, SD, HD, 6), (2, 2, HD, SD, 1), (2, 2, HD, TALL, 2), (0, 2, SD, SD, 1),
     (0, 9, HD, HD, 9), (8, 1, SD, SD, 1), (2, 9, HD, SD, 2), (5, 5, SD, HD, 5)],
)  # fmt: skip
def test_the_outputs(matrix: int, primaries: int, size: tuple[int, int], output: tuple[int, int], tagged: int) -> None:
    first = ColorTags(matrix=matrix, primaries=primaries)
    assert output_matrix(first, size, output) == tagged


def test_graphics_can_be_drawn_in_every_matrix_that_an_output_may_have() -> None:
    assert set(MATRIX.values()) <= set(KEPT) == LUMA_WEIGHTS.keys() | {1}


def test_only_other_numbers_are_multiplied() -> None:
    assert not changes_matrix(5, 6) and not changes_matrix(6, 5) and not changes_matrix(1, 1)
    assert not changes_matrix(0, 1) and not changes_matrix(2, 1), "RGB has none yet, grey has none at all"
    assert changes_matrix(1, 6) and changes_matrix(9, 1) and changes_matrix(8, 1)


@pytest.mark.parametrize("matrix", [10, 11, 12, 13, 14, 15, 16, 17])
def test_rare_ones_are_refused(matrix: int) -> None:
    with pytest.raises(InputInvalid, match=f"input cam has colour matrix {matrix} .* convert that input"):
        check_matrix(matrix, "cam")


@pytest.mark.parametrize("matrix", [0, 1, 2, 4, 5, 6, 7, 8, 9])
def test_others_are_taken(matrix: int) -> None:
    check_matrix(matrix, "cam")
