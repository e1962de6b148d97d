import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from job_runner.plan.timeline import plausible_rate, segment_count, segment_window, slot, timescale

RATES = st.sampled_from(
    [Fraction(24), Fraction(25), Fraction(24000, 1001), Fraction(30000, 1001), Fraction(60), Fraction(7)]
)


@given(RATES, st.integers(0, 10**6))
def test_every_frame_has_whole_ticks(rate: Fraction, frame: int) -> None:
    ticks = frame / rate * timescale(rate)
    assert ticks.denominator == 1
    assert timescale(rate) >= 10_000


@given(RATES, st.integers(0, 10**6))
def test_a_frames_own_time_is_its_slot(rate: Fraction, frame: int) -> None:
    assert slot(frame / rate, rate) == frame
    assert slot((frame + Fraction(1, 2)) / rate, rate) == frame + 1, "ties go up"


@given(st.integers(1, 5000), st.integers(1, 400))
def test_segments_cover_every_frame_once(frames: int, length: int) -> None:
    windows = [segment_window(k, frames, length) for k in range(segment_count(frames, length))]
    assert windows[0].first == 0 and windows[-1].end == frames
    assert all(a.end == b.first for a, b in itertools.pairwise(windows))
    assert all(len(w) > 0 for w in windows)


@pytest.mark.parametrize(
    ("guessed", "average", "wanted"),
    [
        ("25", "25", "25"), ("30000/1001", "2997/100", "30000/1001"), ("60", "12", "60"), ("240", "240", "240"),
        ("90000", "1763/60", "30000/1001"), ("90000", "12", "24000/1001"),
        ("1000", "598/10", "60000/1001"), ("90000", "0", "25"), ("0", "0", "25"),
    ],
)  # fmt: skip
def test_the_clock_of_a_container_is_no_frame_rate(guessed: str, average: str, wanted: str) -> None:
    assert plausible_rate(Fraction(guessed) or None, Fraction(average) or None) == Fraction(wanted)
