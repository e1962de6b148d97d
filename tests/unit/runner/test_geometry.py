"""What part of which picture lands where."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from job_runner.errors import SpecInvalid
from job_runner.plan.geometry import Placement, Rect, output_size, place, plausible_aspect
from videojob_api.output import Video
from videojob_api.timeline import Framing

SIDES = st.integers(1, 2000).map(lambda half: 2 * half)
SIZES = st.tuples(SIDES, SIDES)


def framing(width: float, height: float) -> Framing:
    return Framing.model_validate({"keyframes": [{"left": 0, "top": 0, "width": width, "height": height}]})


@pytest.mark.parametrize(
    ("video", "crop", "size"),
    [
        ({}, None, (1920, 1080)),
        ({"width": 640}, None, (640, 360)),
        ({"height": 720}, None, (1280, 720)),
        ({"width": 406, "height": 720}, None, (406, 720)),
        ({}, framing(0.5, 1), (960, 1080)),
        ({"width": 480}, framing(0.5, 1), (480, 540)),
        ({"height": 16}, framing(0.001, 1), (16, 16)),
    ],
)
def test_one_side_keeps_the_aspect_of_what_is_shown(video: Any, crop: Framing | None, size: tuple[int, int]) -> None:
    assert output_size(Video.model_validate(video), (1920, 1080), crop) == size


@pytest.mark.parametrize("source", [(16_384, 9216), (1, 1000)])
def test_what_no_encoder_takes_is_refused(source: tuple[int, int]) -> None:
    with pytest.raises(SpecInvalid, match="set an even width and height of at most 8192"):
        output_size(Video(), source, None)


@given(SIZES, SIZES)
def test_cover_fills_the_output_with_the_middle(source: tuple[int, int], output: tuple[int, int]) -> None:
    whole = Rect(0, 0, *source)
    placed = place(whole, output, "Cover")
    assert (placed.size, placed.left, placed.top) == (output, 0, 0)
    crop = placed.crop
    assert crop.left == pytest.approx(source[0] - crop.left - crop.width, abs=1e-6)
    assert crop.top == pytest.approx(source[1] - crop.top - crop.height, abs=1e-6)
    assert crop.width / crop.height == pytest.approx(output[0] / output[1])
    assert crop.width == source[0] or crop.height == pytest.approx(source[1])


@given(SIZES, SIZES)
def test_contain_shows_all_of_it_within_the_output(source: tuple[int, int], output: tuple[int, int]) -> None:
    whole = Rect(0, 0, *source)
    placed = place(whole, output, "Contain")
    assert placed.crop == whole
    right, bottom = placed.left + placed.size[0], placed.top + placed.size[1]
    assert 0 <= placed.left <= right <= output[0] and 0 <= placed.top <= bottom <= output[1]
    assert placed.size[0] == output[0] or placed.size[1] == output[1]
    assert not any(number % 2 for number in (*placed.size, placed.left, placed.top))


def test_the_same_shape_is_placed_as_it_is() -> None:
    whole = Rect(0, 0, 640, 360)
    for fit in ("Cover", "Contain"):
        assert place(whole, (640, 360), fit) == Placement(whole, (640, 360), 0, 0)


def test_a_rectangle_is_cut_to_an_even_picture_and_snapped_to_where_chroma_is() -> None:
    assert Rect(-3, 10.5, 30, 20).inside((21, 25)) == Rect(0, 10.5, 20, 13.5)
    assert Rect(0.9, 1.1, 4.3, 0.2).whole() == Rect(0, 2, 6, 2)


@pytest.mark.parametrize(
    ("claimed", "taken"),
    [(None, 1), (Fraction(0), 1), (Fraction(16, 11), Fraction(16, 11)), (Fraction(6), 1), (Fraction(1, 6), 1)],
)
def test_damaged_headers_claim_odd_pixels(claimed: Fraction | None, taken: Fraction) -> None:
    assert plausible_aspect(claimed) == taken
