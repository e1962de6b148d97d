"""How far an attempt is, counted from what its workers say."""

import time

import pytest

from job_runner.counter import SHORTEST_WINDOW, SPEED_WINDOW
from job_runner.plan.plan import Plan
from job_runner.tracker import Tracker
from tests.unit.runner.test_plan import facts, planned, work
from videojob_api.names import Note, Stage
from videojob_api.report import SegmentCounts

PLAN: Plan = planned(work(), facts())
"""Of 500 frames in four segments."""


def tracker(done: set[int] | None = None) -> Tracker:
    made = Tracker("reel-0-1")
    made.planned(PLAN, done or set())
    return made


def test_before_there_is_a_plan() -> None:
    report = Tracker("reel-0-1").report()
    assert (report.attempt, report.stage, report.plan, report.total_frames) == ("reel-0-1", Stage.PLANNING, None, 0)


def test_what_was_found_counts_as_done_but_not_as_ours() -> None:
    report = tracker({0, 3}).report()
    assert report.stage == Stage.RENDERING
    assert report.segments == SegmentCounts(done=2, total=4, by_this=0)
    assert (report.frames, report.total_frames, report.encoded, report.committed) == (250, 500, 0, 0)
    assert report.plan == PLAN.status() and [note.reason for note in report.warnings] == [Note.ENCODER_FALLBACK]


def test_frames_in_hand_count_until_their_segment_does() -> None:
    made = tracker({0})
    for _ in range(25):
        made.frame(1)
    assert (made.report().frames, made.report().committed) == (150, 0)
    for _ in range(100):
        made.frame(1)
    made.committed(1)
    report = made.report()
    assert (report.frames, report.encoded, report.committed) == (250, 125, 125)
    assert report.segments == SegmentCounts(done=2, total=4, by_this=1)


def test_a_segment_that_is_encoded_again_has_no_more_frames_than_it_has() -> None:
    """As where an input is damaged."""
    made = tracker({0, 1, 2})
    for _ in range(1000):
        made.frame(3)
    assert made.report().frames == made.report().total_frames == PLAN.frames


def test_a_segment_that_somebody_else_has_finished_counts_once() -> None:
    made = tracker({2})
    made.frame(2)
    assert made.report().frames == 125


def test_speed_is_that_of_the_last_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    made = tracker()
    assert made.fps() == 0
    made.frame(0)
    now[0] += SHORTEST_WINDOW / 2
    made.frame(0)
    assert made.fps() == 0, "too early to tell"
    for _ in range(20):
        now[0] += 0.5
        made.frame(0)
    assert made.fps() == 2
    now[0] += SPEED_WINDOW + 1
    made.frame(0)
    assert made.fps() == 0, "everything before is too long ago"


def test_damage_is_told_of_each_input_once() -> None:
    made = tracker()
    for name, segment in (("b", 3), ("a", 2), ("a", 1), ("a", 2)):
        made.damaged(name, segment)
    made.warn(Note.SOUND_MIXED, "mixed")
    said = [(note.reason, note.message, note.count) for note in made.report().warnings[1:]]
    assert said == [
        (Note.SOUND_MIXED, "mixed", 1),
        (Note.INPUT_DAMAGED, "input a is damaged: it shows in 2 segments, the first is 1", 2),
        (Note.INPUT_DAMAGED, "input b is damaged: it shows in 1 segments, the first is 3", 1),
    ]


def test_joining() -> None:
    made = tracker({0, 1, 2, 3})
    made.joining()
    assert made.report().stage == Stage.JOINING
