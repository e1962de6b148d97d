"""What a user is told of clocks and rates."""

from fractions import Fraction

from job_runner.plan.clock_notes import notes_on_clock, notes_on_rate
from job_runner.plan.facts import Jump, Pace, VideoFacts

VIDEO = VideoFacts(
    width=96, height=64, pixel_format="yuv420p", rate=Fraction(60), start=Fraction(0), duration=Fraction(10)
)
JUMP = Jump(packet=100, at=Fraction(4), leap=Fraction(-8001, 1000), by=Fraction(8001, 1000))


def test_nothing_is_said_of_ordinary_files() -> None:
    assert notes_on_clock("a", None, None) == notes_on_clock("a", VIDEO, None) == notes_on_rate("a", VIDEO) == []


def test_a_jump_is_named_by_place_and_length() -> None:
    (note,) = notes_on_clock("cat", VIDEO.model_copy(update={"jumps": [JUMP]}), None)
    assert note.reason == "ClockJumps"
    assert "input cat: its clock jumps once at 4s, by 8.001s back" in note.message


def test_several_jumps() -> None:
    ahead = JUMP.model_copy(update={"leap": Fraction(1000), "by": Fraction(-1000)})
    (note,) = notes_on_clock("cat", VIDEO.model_copy(update={"jumps": [ahead, JUMP]}), None)
    assert "jumps 2 times, first at 4s" in note.message and "ahead" in note.message


def test_a_rate_is_given_with_its_reason() -> None:
    pace = Pace(average=Fraction(24), closest=Fraction(1, 60), lost=0)
    (note,) = notes_on_rate("screen", VIDEO.model_copy(update={"pace": pace}))
    assert note.reason == "FrameRateChosen"
    assert "24 pictures a second on average and up to 60 at times" in note.message
    assert "at the 60 fps taken none of them is lost" in note.message
    (note,) = notes_on_rate("screen", VIDEO.model_copy(update={"pace": pace.model_copy(update={"lost": 3})}))
    assert "3 of its pictures are not seen" in note.message
