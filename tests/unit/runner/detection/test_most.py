"""What is said of frames with as many boxes as are kept."""

from job_runner.detection.most import full_words


def test_frames_are_counted() -> None:
    assert full_words(1).startswith("1 frame has 300 boxes, the most that are kept of one: there may be more; ")
    assert full_words(12).startswith("12 frames have 300 boxes, ")
