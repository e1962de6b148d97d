"""Colours as code values, SDR and HDR, against the standards' own figures."""

import pytest

from job_runner.effects.color import color_of
from job_runner.effects.picture import Coding
from job_runner.plan.facts import HLG, PQ


@pytest.mark.parametrize(
    ("rgb", "matrix", "yuv"),
    [((255, 255, 255), 1, (235, 128, 128)), ((0, 0, 0), 1, (16, 128, 128)), ((255, 0, 0), 1, (63, 102, 240)),
     ((255, 0, 0), 6, (81, 90, 240)), ((0, 0, 255), 5, (41, 240, 110))],
)  # fmt: skip
def test_colors_in_limited_range(rgb: tuple[int, int, int], matrix: int, yuv: tuple[int, int, int]) -> None:
    assert color_of(rgb, Coding(matrix)) == yuv


def test_full_range_and_ten_bits() -> None:
    assert color_of((255, 255, 255), Coding(full=True)) == (255, 128, 128)
    assert color_of((0, 0, 0), Coding(full=True)) == (0, 128, 128)
    assert color_of((255, 255, 255), Coding(depth=10)) == (940, 512, 512)
    assert color_of((255, 0, 0), Coding(depth=10)) == (250, 409, 960)


@pytest.mark.parametrize(("transfer", "signal"), [(PQ, 0.58), (HLG, 0.75)])
def test_graphics_white_in_hdr_is_that_of_bt2408(transfer: int, signal: float) -> None:
    """203 cd/m2: 58 % of PQ's signal, 75 % of HLG's."""
    y, u, v = color_of((255, 255, 255), Coding(9, transfer, 10))
    assert (y - 64) / 876 == pytest.approx(signal, abs=0.004)
    assert abs(u - 512) <= 1 and abs(v - 512) <= 1, "no tint"
    assert color_of((0, 0, 0), Coding(9, transfer, 10)) == (64, 512, 512)
