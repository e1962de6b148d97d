"""The line of progress, in any room."""

import pytest

from job_runner.cli.detect_report import Line
from job_runner.cli.width import columns
from job_runner.detecting import Counts
from job_runner.results.detections import DetectionRow


def line(done: int, title: str = "match.mp4") -> Line:
    counts = Counts()
    made = Line(title, 400, counts)
    for number in range(done):
        counts.add([DetectionRow(number, 0, "a", 0.5, 0, 0, 1, 1)])
    return made


def test_before_the_first_frame() -> None:
    assert line(0).text(None) == "match.mp4"
    assert line(0).text(80) == "match.mp4  loading the model"


def test_for_a_log() -> None:
    text = line(100).text(None)
    assert text.startswith("match.mp4   25%  100/400  ") and " fps  100 found  " in text and text.endswith(" left")


@pytest.mark.parametrize("room", [20, 40, 60, 80, 120])
@pytest.mark.parametrize("title", ["a.mp4", "a very long name of a file that somebody has given it.mp4"])
def test_it_fits(room: int, title: str) -> None:
    assert columns(line(100, title).text(room)) <= room


def test_with_a_bar_where_there_is_room() -> None:
    assert "━" in line(100).text(120) and "━" not in line(100).text(60)
