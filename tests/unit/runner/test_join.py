"""Decode times that are lawful by construction."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from job_runner.media.join import decode_times, reorder_delay

ORDERS = st.integers(1, 40).flatmap(lambda count: st.permutations(range(0, count * 512, 512)))


@pytest.mark.parametrize(
    ("pts", "delay", "dts"),
    [
        ([], 0, []),
        ([0], 0, [0]),
        ([0, 10, 20], 0, [0, 10, 20]),
        ([0, 30, 10, 20, 40], 1, [-10, 0, 10, 20, 30]),
        ([0, 40, 20, 10, 30], 2, [-20, -10, 0, 10, 20]),
    ],
)
def test_orders_as_encoders_have_them(pts: list[int], delay: int, dts: list[int]) -> None:
    assert reorder_delay(pts) == delay
    assert decode_times(pts, delay) == dts


@given(ORDERS)
def test_any_order(pts: list[int]) -> None:
    """They rise, and no frame is shown before it is decoded."""
    found = decode_times(pts, reorder_delay(pts))
    assert len(found) == len(pts)
    assert all(before < after for before, after in pairwise(found))
    assert all(decoded <= shown for decoded, shown in zip(found, pts, strict=True))


@given(ORDERS)
def test_the_delay_is_the_least_that_is_enough(pts: list[int]) -> None:
    delay = reorder_delay(pts)
    if delay:
        late = zip(decode_times(pts, delay - 1), pts, strict=True)
        assert any(decoded > shown for decoded, shown in late)
