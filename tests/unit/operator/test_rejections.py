"""Refused Jobs are told."""

from spotreel_operator.runtime.rejections import HELD_SECONDS, Rejections


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_of_one_lane_it_is_told_once_whenever_that_is() -> None:
    clock = Clock()
    rejections = Rejections(clock)
    rejections.hear("u", "exceeded quota")
    clock.now += 2 * HELD_SECONDS
    assert [rejections.of("u", 1), rejections.of("u", 1)] == ["exceeded quota", ""]


def test_of_several_lanes_it_holds_for_a_while() -> None:
    clock = Clock()
    rejections = Rejections(clock)
    rejections.hear("u", "exceeded quota")
    assert [rejections.of("u", 8), rejections.of("u", 8)] == ["exceeded quota"] * 2
    clock.now += HELD_SECONDS
    assert rejections.of("u", 8) == ""
    assert rejections.of("other", 8) == ""


def test_jobs_that_are_gone_are_forgotten() -> None:
    rejections = Rejections(Clock())
    rejections.hear("u", "exceeded quota")
    rejections.keep({"v"})
    assert rejections.of("u", 8) == ""
