"""A real detector on real footage: the caller's face, in every frame that is looked at, where it is to be seen."""

import argparse
from pathlib import Path

import duckdb
import pytest

from job_runner.cli.analyze_detect import FILE, analyze_detect
from job_runner.cli.detect_arguments import add_detection
from job_runner.detecting import Clip, detected
from job_runner.detection.detector import Wish, detector
from job_runner.engines.inspection import Form, inspected
from job_runner.engines.onnx import OnnxModel
from job_runner.media.timing import frame_times
from job_runner.results.detections import DetectionRow
from job_runner.stop import Stop
from tests.testbed.cache import ROOT, footage
from tests.unit.runner.faces import face_detector
from tests.unit.runner.media import video_facts

SEEN = {0: (66, 38, 112, 100), 40: (54, 38, 101, 102), 80: (42, 30, 93, 92), 112: (44, 36, 93, 99)}
"""By eye: brow to chin and cheek to cheek."""
NEAR = 11
"""Pixels: how far two people would be apart who draw such a box."""


def rows(
    threads: int = 1, size: tuple[int, int] = (176, 144), numbers: range = range(0, 120, 8)
) -> list[list[DetectionRow]]:
    path, data = footage() / "carphone_pristine.mp4", face_detector(*size)
    signature, picture = inspected(data, "faces.onnx", Form("faces.onnx"), Stop(0))
    made = detector(signature, picture, "faces.onnx", Wish(least=0.9))
    facts = video_facts(path)
    clip = Clip("carphone", str(path), facts, frame_times(str(path), "carphone", facts))
    return list(detected(clip, made, OnnxModel(data, "faces.onnx", threads), numbers, threads))


@pytest.fixture(scope="module")
def found() -> list[list[DetectionRow]]:
    return rows()


def test_one_face_in_each_frame(found: list[list[DetectionRow]]) -> None:
    assert [row.frame for (row,) in found] == list(range(0, 120, 8))
    assert {row.label for (row,) in found} == {"face"}


def test_where_it_is_to_be_seen(found: list[list[DetectionRow]]) -> None:
    boxes = {row.frame: (row.x1, row.y1, row.x2, row.y2) for (row,) in found}
    for number, seen in SEEN.items():
        assert max(abs(a - b) for a, b in zip(boxes[number], seen, strict=True)) <= NEAR, number


def test_two_threads_give_the_same(found: list[list[DetectionRow]]) -> None:
    assert rows(threads=2) == found


def test_twice_the_size_finds_the_same_face(found: list[list[DetectionRow]]) -> None:
    for (own,), (larger,) in zip(found, rows(size=(352, 288)), strict=True):
        assert common(own, larger) > 0.5


def test_the_example_of_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "faces.onnx").write_bytes(face_detector(176, 144))
    parser = argparse.ArgumentParser()
    add_detection(parser.add_argument_group("detection"))
    options = parser.parse_args(["--model", str(tmp_path / "faces.onnx")])
    options.file, options.output, options.json = str(footage() / "carphone_pristine.mp4"), str(tmp_path), False
    assert analyze_detect(options) == 0
    page = (ROOT / "docs" / "analysis-detection.md").read_text()
    assert "\n".join(capsys.readouterr().out.splitlines()[:4]) in page
    query = f"select label, count(*), floor(min(x1)), ceil(max(x2)) from '{tmp_path / FILE}' group by label"
    assert str(duckdb.sql(query).fetchall()) in page


def common(a: DetectionRow, b: DetectionRow) -> float:
    """Intersection over union."""
    across = max(0.0, min(a.x2, b.x2) - max(a.x1, b.x1))
    down = max(0.0, min(a.y2, b.y2) - max(a.y1, b.y1))
    both = across * down
    return both / ((a.x2 - a.x1) * (a.y2 - a.y1) + (b.x2 - b.x1) * (b.y2 - b.y1) - both)


def test_windows_change_nothing(found: list[list[DetectionRow]]) -> None:
    """Each with a decoder that begins in the middle, the last one first."""
    parts = [rows(numbers=range(first, first + 40, 8)) for first in (80, 40, 0)]
    assert [of_frame for part in reversed(parts) for of_frame in part] == found
