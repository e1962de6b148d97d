"""COCO's format, read by pycocotools."""

import json
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from job_runner.results.about import About
from job_runner.results.coco import coco
from job_runner.results.detections import DetectionRow

ABOUT = About("match", (1280, 720), ("player", "ball 🏐"), range(0, 30, 10))
ROWS = [
    DetectionRow(0, 0.0, "ball 🏐", 0.5, 100.0, 2.5, 110.1, 40.0, 7),
    DetectionRow(20, 0.8, "player", 0.9123, 1.0, 2.5, 30.1, 40.0),
    DetectionRow(20, 0.8, "referee", 0.8, 3.0, 2.5, 33.1, 41.0, 3),
]


def made(tmp_path: Path, rows: list[DetectionRow] = ROWS, about: About = ABOUT) -> tuple[Any, dict[str, Any]]:
    path = tmp_path / "detections.json"
    path.write_bytes(b"".join(coco(rows, about)))
    return COCO(str(path)), json.loads(path.read_text())


def test_frames_classes_and_boxes(tmp_path: Path) -> None:
    found, _ = made(tmp_path)
    assert [each["name"] for each in found.loadCats(found.getCatIds())] == ["player", "ball 🏐", "referee"]
    assert found.getImgIds() == [0, 10, 20], "those without a detection too"
    assert found.loadImgs([20]) == [{"id": 20, "file_name": "match/000020.jpg", "width": 1280, "height": 720}]
    assert found.loadAnns(found.getAnnIds(imgIds=[20], catIds=[1])) == [
        {
            "id": 2, "image_id": 20, "category_id": 1, "bbox": [1.0, 2.5, 29.1, 37.5], "area": 1091.25, "iscrowd": 0,
            "score": 0.9123,
        }
    ]  # fmt: skip
    assert [each.get("track_id") for each in found.loadAnns(found.getAnnIds())] == [7, None, 3]


def test_its_annotations_are_results_that_can_be_evaluated(tmp_path: Path) -> None:
    truth, plain = made(tmp_path)
    judged = COCOeval(truth, truth.loadRes(plain["annotations"]), "bbox")
    judged.evaluate()
    judged.accumulate()
    judged.summarize()
    assert judged.stats[0] == pytest.approx(1)


def test_of_no_rows_and_nothing_known(tmp_path: Path) -> None:
    _, plain = made(tmp_path, [], About("match", (64, 48)))
    assert {name: plain[name] for name in ("annotations", "categories", "images")} == {
        "annotations": [], "categories": [], "images": [],
    }  # fmt: skip


def test_rows_are_not_held() -> None:
    """Pieces come while rows still do: these never end."""
    pieces = coco((DetectionRow(n, n / 25, "x", 0.5, 1, 2, 3, 4) for n in count()), ABOUT)
    assert b'"id":50,' in b"".join(next(pieces) for _ in range(51))


def test_half_a_surrogate_pair_is_no_end(tmp_path: Path) -> None:
    _, plain = made(tmp_path, [DetectionRow(0, 0.0, "half \ud83c", 0.5, 1, 2, 3, 4)], About("odd \udcff", (64, 48)))
    assert plain["categories"] == [{"id": 1, "name": "half ?"}]
