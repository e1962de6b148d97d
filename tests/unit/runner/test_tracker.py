"""How far an attempt is, counted from what its workers say."""

import time
from fractions import Fraction

import pytest

from job_runner.counter import SHORTEST_WINDOW, SPEED_WINDOW
from job_runner.plan.plan import Plan
from job_runner.tracker import Tracker
from tests.unit.runner.test_plan import facts, planned, work
from videojob_api.names import Note, Stage
from videojob_api.report import Report, SegmentCounts
from videojob_api.status import AnalysisStatus

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
    assert (made.report().frames, made.report().in_hand, made.report().committed) == (150, 25, 0)
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


def test_what_is_there_counts_whoever_has_made_it() -> None:
    made = tracker({0})
    made.frame(1)
    made.there({1, 2})
    report = made.report()
    assert (report.frames, report.in_hand) == (375, 0)
    assert report.segments == SegmentCounts(done=3, total=4, by_this=0)


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


def test_places_of_damaged_sound_are_told_of_each_input_once() -> None:
    made = tracker()
    new = [made.sound_damaged(name, Fraction(at)) for name, at in (("b", 3), ("a", 62), ("a", 2), ("a", 62))]
    assert new == [True, True, True, False]
    assert [(note.reason, note.message, note.count) for note in made.report().warnings[1:]] == [
        (
            Note.INPUT_DAMAGED,
            "input a is damaged: its sound is broken or missing in 2 places, the first at 2s",
            2,
        ),
        (Note.INPUT_DAMAGED, "input b is damaged: its sound is broken or missing at 3s", 1),
    ]


def test_looks_come_before_frames() -> None:
    """What is done is a share of both, and falls with neither a resumed window nor the plan."""
    made, shares = Tracker("reel-0-1"), list[float]()

    def seen() -> Report:
        report = made.report()
        shares.append(report.frames / report.total_frames if report.total_frames else 0)
        return report

    made.windows("moving", 3, lambda number: 100, {1})
    made.windows("people", 2, lambda number: 48, set())
    assert seen().stage == Stage.PLANNING and made.found_windows == 1
    made.analyzing(396, 600)
    assert (seen().stage, seen().frames, seen().total_frames) == (Stage.ANALYZING, 100, 996)
    for name, numbers, looks in (("moving", (0, 2), 100), ("people", (0, 1), 48)):
        counter = made.window_counter(name)
        for number in numbers:
            for _ in range(looks):
                counter.frame(number)
                seen()
            counter.committed(number)
        made.analyzed(AnalysisStatus(name=name, windows=len(numbers), total=9, events=1))
    assert seen().windows == SegmentCounts(done=5, total=5, by_this=4)
    assert [(found.name, found.windows, found.total, found.events) for found in seen().analyses] == [
        ("moving", 3, 3, 1), ("people", 2, 2, 1)
    ]  # fmt: skip
    made.planned(PLAN, {0})
    assert (seen().stage, seen().frames, seen().total_frames) == (Stage.RENDERING, 396 + 125, 396 + 500)
    assert shares == sorted(shares)


def test_each_stage_has_a_speed_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fast look says nothing of the slow one behind it, nor of the rendering."""
    now, made = [100.0], Tracker("reel-0-1")
    monkeypatch.setattr(time, "monotonic", lambda: now[0])

    def done(name: str, frames: int, seconds: float) -> None:
        for _ in range(frames):
            now[0] += seconds
            made.window_counter(name).frame(0)

    def begun(name: str) -> None:
        made.windows(name, 1, lambda number: 1000, set())

    begun("moving")
    begun("people")
    made.analyzing(2000, 500)
    assert made.report().left() is None
    begun("moving")
    done("moving", 500, 0.01)
    report = made.report()
    assert report.left() == pytest.approx(5, rel=0.02) and report.at_least
    done("moving", 500, 0.01)
    made.window_counter("moving").committed(0)
    begun("people")
    assert made.report().left() is None, "the speed of the look before says nothing"
    done("people", 100, 0.5)
    report = made.report()
    assert report.left() == pytest.approx(450, rel=0.02) and report.at_least
    done("people", 900, 0.5)
    made.window_counter("people").committed(0)
    made.planned(PLAN, set())
    for _ in range(50):
        now[0] += 0.1
        made.frame(0)
    report = made.report()
    assert report.left() == pytest.approx(45, rel=0.02) and not report.at_least


def test_frames_with_too_many_boxes_are_told() -> None:
    made = Tracker("reel-0-1")
    made.analyzed(AnalysisStatus(name="few", detections=2))
    made.analyzed(AnalysisStatus(name="people", detections=600, full_frames=2))
    (note,) = made.report().warnings
    assert note.reason == Note.BOXES_LIMITED and note.message.startswith("analysis people: 2 frames have 300 boxes")


def test_damage_that_is_seen_while_looking_is_told_once() -> None:
    made = Tracker("reel-0-1")
    for name in ("b", "a", "b"):
        made.damage_seen(name)
    assert [note.message.split(":")[0] for note in made.report().warnings] == [
        "input a is damaged",
        "input b is damaged",
    ]


def test_joining() -> None:
    made = tracker({0, 1, 2, 3})
    made.joining()
    assert made.report().stage == Stage.JOINING
