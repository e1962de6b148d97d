"""Clocks that jump: found once, found again, and what follows comes right after."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from job_runner.plan.jumps import BROADCAST, INDEXED, STAMPED, JumpFinder, Limits, PictureClock, SoundClock

BASE, STEP = Fraction(1, 90000), 3600


def found(
    times: list[int], limits: Limits = BROADCAST, heard: Fraction = Fraction(0), length: int = STEP
) -> tuple[JumpFinder, list[int]]:
    """The finder, and the times that it makes."""
    finder = JumpFinder(BASE, limits)
    return finder, [time + finder.offset(time, time, length, heard) for time in times]


def recording(start: int, pictures: int) -> list[int]:
    return [start + STEP * number for number in range(pictures)]


def test_a_clock_that_runs_on_is_left_alone() -> None:
    finder, times = found(recording(133_200, 200))
    assert not finder.jumps and times == recording(133_200, 200)


def test_what_follows_a_jump_comes_right_after() -> None:
    for second in (0, 133_200, 485_000, 90_000_000):
        finder, times = found([*recording(133_200, 100), *recording(second, 100)])
        assert times == recording(133_200, 200)
        (jump,) = finder.jumps
        assert (jump.packet, jump.at) == (100, Fraction(4))
        assert jump.leap == Fraction(second - 133_200 - 360_000, 90000) == -jump.by


@pytest.mark.parametrize("length", [1, 45_000, 1_778_384_896])
@pytest.mark.parametrize("limits", [BROADCAST, STAMPED, INDEXED])
def test_how_long_packets_claim_to_last_makes_no_jump(length: int, limits: Limits) -> None:
    """A header that tells 2 fps, or nonsense, of pictures that come at 25."""
    assert found(recording(133_200, 300), limits, length=length)[1] == recording(133_200, 300)
    finder, times = found([*recording(133_200, 100), *recording(0, 100)], limits, length=length)
    assert len(finder.jumps) == 1 and times[100] - times[99] == min(length, STEP)


def test_a_pause_is_no_jump() -> None:
    """Where pauses are told in an index, where they are short, or where the sound goes on."""
    long, short = [*recording(0, 5), *recording(90_000_000, 5)], [*recording(0, 5), *recording(600_000, 5)]
    assert found(long, INDEXED)[1] == long
    assert found(short, STAMPED)[1] == short
    assert found(short)[1] == short
    assert found(long, heard=Fraction(1000))[1] == long


def test_a_pause_with_pictures_reordered_is_no_jump() -> None:
    """The first picture after it is decoded before the last ones from before it, and says that the clock runs on."""
    finder = JumpFinder(BASE, BROADCAST)
    shown = [0, 10_800, 3600, 7200, 90_000_000, 14_400, 18_000, 90_003_600]
    decoded = [-3600, 0, 3600, 7200, 10_800, 14_400, 18_000, 90_000_000]
    assert [finder.offset(a, b, STEP, Fraction(0)) for a, b in zip(decoded, shown, strict=True)] == [0] * 8


def test_one_wrong_time_changes_nothing_after_it() -> None:
    wrong = recording(0, 100)
    wrong[50] += 2**31
    finder, times = found(wrong)
    assert times == recording(0, 100) and [jump.packet for jump in finder.jumps] == [50, 51]


def test_a_stamp_of_hours_is_no_pause() -> None:
    """In files that programs write, pauses of minutes are believed."""
    minutes, hours = ([*recording(0, 5), *recording(seconds * 90_000, 5)] for seconds in (500, 5000))
    assert found(minutes, STAMPED)[1] == minutes
    assert found(hours, STAMPED)[1] == recording(0, 10)


@given(st.lists(st.tuples(st.integers(0, 2**33), st.integers(1, 50)), min_size=1, max_size=8))
def test_whoever_reads_the_file_again_finds_the_same(parts: list[tuple[int, int]]) -> None:
    times = [time for start, pictures in parts for time in recording(start, pictures)]
    finder, mended = found(times)
    clock = PictureClock(finder.jumps, BASE)
    assert [time + clock.offset() for time in times] == mended
    assert all(b - a > -9000 for a, b in pairwise(mended)), "only ever back by a tenth of a second"


def test_the_sound_jumps_where_its_own_times_do() -> None:
    """A little before or after the picture, and by the same: it stays with its picture."""
    finder, _ = found([*recording(133_200, 100), *recording(133_200, 100)])
    clock, length = SoundClock(finder.jumps, BASE), 1920
    for begin in (120_000, 131_280, 140_000):
        clock = SoundClock(finder.jumps, BASE)
        times = [*(131_280 + length * k for k in range(188)), *(begin + length * k for k in range(188))]
        mended = [time + clock.offset(time, length) for time in times]
        assert mended[:188] == times[:188]
        assert mended[188:] == [time + 360_000 for time in times[188:]]


def test_sound_with_a_hole_in_a_file_without_jumps() -> None:
    clock = SoundClock([], BASE)
    assert [clock.offset(time, 1920) for time in (0, 1920, 9_000_000, 9_001_920)] == [0, 0, 0, 0]


@pytest.mark.parametrize(("before", "after"), [(2, 0), (0, 2), (3, 1)])
def test_encoders_that_look_ahead_differently_join_without_loss(before: int, after: int) -> None:
    """What counts is when pictures are shown: none at the same time as another, none missing at the seam."""
    finder = JumpFinder(BASE, BROADCAST)
    packets = [(time, time + before * STEP) for time in recording(133_200, 50)]
    packets += [(time, time + after * STEP) for time in recording(90_000, 50)]
    shown = [pts + finder.offset(dts, pts, STEP, Fraction(0)) for dts, pts in packets]
    assert shown == recording(133_200 + before * STEP, 100)
    clock = PictureClock(finder.jumps, BASE)
    assert [pts + clock.offset() for _, pts in packets] == shown


def test_sound_that_ends_long_before_its_picture_waits_for_the_next_recording() -> None:
    """Four seconds of picture and one of sound, twice."""
    finder, _ = found([*recording(0, 100), *recording(0, 100)])
    clock = SoundClock(finder.jumps, BASE)
    packets = recording(0, 25)
    assert [time + clock.offset(time, STEP) for time in [*packets, *packets]] == [*packets, *recording(360_000, 25)]
