"""What a file of rows says of its input: as a job fills it in."""

import json
from pathlib import Path
from typing import Any

import pytest

from job_runner.results.about import About
from job_runner.results.coco import coco
from job_runner.results.detections import DetectionRow
from tests.unit.runner.lamps import lamps, walk
from tests.unit.runner.looked import FOLLOWED, SEEN, Desk
from tests.unit.runner.models import bright_model


@pytest.mark.parametrize(("analysis", "frames"), [(SEEN, list(range(20))), (FOLLOWED, list(range(0, 20, 2)))])
def test_a_job_tells_its_input_size_classes_and_frames(
    tmp_path: Path, analysis: dict[str, Any], frames: list[int]
) -> None:
    clip = lamps(tmp_path / "v.mp4", walk(20))
    desk, out = Desk(tmp_path, clip, bright_model((192, 128), names="{0: 'lump', 1: 'lamp'}")), tmp_path / "out.json"
    word = desk.look("job", analysis, results=[{"analysis": analysis["name"], "uri": out.as_uri()}])
    assert word.exit_code == 0, word.message
    plain = json.loads(out.read_text())
    assert [image["id"] for image in plain["images"]] == frames
    assert plain["images"][0] == {"id": 0, "file_name": "main/000000.jpg", "width": 192, "height": 128}
    assert [each["name"] for each in plain["categories"]] == ["lump", "lamp"]


def test_what_is_not_known_is_taken_from_the_rows() -> None:
    rows = [DetectionRow(3, 0.1, "lamp", 0.5, 1, 2, 3, 4)]
    plain = json.loads(b"".join(coco(rows, About("main", (64, 48)))))
    assert [image["id"] for image in plain["images"]] == [3]
    assert [each["name"] for each in plain["categories"]] == ["lamp"]
