"""MOTChallenge's text."""

from job_runner.results.about import About
from job_runner.results.detections import DetectionRow
from job_runner.results.mot import mot

ABOUT = About("match", (1280, 720))


def test_frames_and_pixels_count_from_one() -> None:
    rows = [
        DetectionRow(0, 0.0, "player", 0.9123, 0.0, 2.5, 30.1, 40.0),
        DetectionRow(25, 1.001001, "ball", 1.0, 100.1, 2.5, 110.2, 40.0, 7),
    ]
    assert b"".join(mot(rows, ABOUT)).decode().splitlines() == [
        "1,-1,1,3.5,30.1,37.5,0.9123,-1,-1,-1",
        "26,7,101.1,3.5,10.1,37.5,1,-1,-1,-1",
    ]


def test_of_no_rows_it_is_empty() -> None:
    assert b"".join(mot([], ABOUT)) == b""
