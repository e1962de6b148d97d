"""Shares of a change lie in the middle of frames, so that its ends are alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from job_runner.effects.transition import remaining, risen


def test_a_change_of_four_frames() -> None:
    assert [risen(k, 4) for k in range(-1, 5)] == [0.0, 0.125, 0.375, 0.625, 0.875, 1.0]


def test_a_change_of_no_frames_is_over() -> None:
    assert risen(0, 0) == remaining(0, 0, 9) == 1.0


@given(st.integers(1, 500), st.integers(0, 500), st.data())
def test_what_goes_mirrors_what_comes(frames: int, more: int, data: st.DataObject) -> None:
    length = frames + more
    position = data.draw(st.integers(0, length - 1))
    assert remaining(position, frames, length) == risen(length - 1 - position, frames)
    assert 0 <= remaining(position, frames, length) <= 1


@given(st.integers(1, 500), st.data())
def test_two_clips_that_cross_are_whole_together(frames: int, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, frames - 1))
    assert risen(position, frames) + remaining(position, frames, frames) == pytest.approx(1)
