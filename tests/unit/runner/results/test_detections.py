"""The row's fields are a promise to whoever reads results."""

from dataclasses import fields

from job_runner.results.detections import DetectionRow


def test_fields_and_their_order() -> None:
    assert [field.name for field in fields(DetectionRow)] == [
        "frame", "time", "label", "score", "x1", "y1", "x2", "y2", "track",
    ]  # fmt: skip
