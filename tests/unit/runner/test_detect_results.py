"""`analyze --model --also … --sql …`: the same rows in other formats and in a database."""

import argparse
import json
import sqlite3
from pathlib import Path

import duckdb
import pytest
from pycocotools.coco import COCO

from job_runner.cli.analyze_detect import analyze_detect
from job_runner.cli.detect_arguments import ALSO, add_detection
from job_runner.cli.main import main
from job_runner.results.detections import DetectionRow
from job_runner.results.formats import FORMATS
from job_runner.results.ndjson import read_rows
from tests.unit.runner.lamps import lamps, walk
from tests.unit.runner.models import bright_model

ALL = [part for name in ALSO for part in ("--also", name)]


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SPOTREEL_DATABASE_URL", raising=False)
    lamps(tmp_path / "in.mp4", walk(30))
    (tmp_path / "m.onnx").write_bytes(bright_model((192, 128), names="{0: 'lamp', 1: 'sun'}"))
    return tmp_path


def analyze(*arguments: str, file: str = "in.mp4") -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("-o", "--output")
    parser.add_argument("--json", action="store_true")
    add_detection(parser.add_argument_group("detection"))
    return analyze_detect(parser.parse_args([file, "--model", "m.onnx", *arguments]))


def test_the_choices_are_the_formats_beside_ndjson() -> None:
    assert ["NDJSON", *ALSO] == list(FORMATS)


@pytest.mark.parametrize("name", ["a\nb.mp4", "end .mp4", "bad\udcff.mp4"])
def test_a_name_that_no_database_keeps_says_what_to_do(
    name: str, desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (desk / "in.mp4").rename(desk / name)
    assert analyze("--sql", "sqlite:///people.db", file=name) == 64
    error = capsys.readouterr().err
    assert error.startswith("spotreel: --sql: job ") and "import its rows with --job NAME" in error
    assert analyze("-o", "found", file=name) == 0
    assert main(["import", "found/detections.ndjson.gz", "--to", "sqlite:///people.db", "--job", "match"]) == 0


def test_every_format_and_a_database(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert analyze("-o", "found", "--every", "3", "--track", *ALL, "--sql", "sqlite:///people.db") == 0
    assert capsys.readouterr().out.splitlines()[-5:] == [
        "wrote  found/detections.ndjson.gz",
        "wrote  found/detections.json",
        "wrote  found/detections.txt",
        "wrote  found/detections.parquet",
        "wrote  10 rows into table detection: job in, analysis detections, input in",
    ]
    rows: list[DetectionRow] = list(read_rows(desk / "found" / "detections.ndjson.gz"))
    coco = COCO("found/detections.json")
    assert coco.getImgIds() == [row.frame for row in rows] == list(range(0, 30, 3))
    assert [each["name"] for each in coco.loadCats(coco.getCatIds())] == ["lamp", "sun"]
    assert coco.loadImgs([0]) == [{"id": 0, "file_name": "in/000000.jpg", "width": 192, "height": 128}]
    assert Path("found/detections.txt").read_text().splitlines()[1].startswith("4,1,")
    assert duckdb.sql("select x1 from 'found/detections.parquet'").fetchall() == [(row.x1,) for row in rows]
    with sqlite3.connect("people.db") as database:
        assert database.execute("select frame from detection").fetchall() == [(row.frame,) for row in rows]


def test_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert analyze("--json", "--also", "MOT") == 0
    assert json.loads(capsys.readouterr().out)["also"] == ["in.analysis/detections.txt"]


def test_a_database_that_cannot_be_is_said_before_the_work(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert analyze("--sql", "sqlite:///none/people.db") == 77
    assert "database (SQLite) cannot be opened" in capsys.readouterr().err
    assert analyze("--sql") == 64
    assert "SPOTREEL_DATABASE_URL" in capsys.readouterr().err
    lamps(desk / " in.mp4", walk(3))
    assert analyze("--sql", "sqlite:///people.db", file=" in.mp4") == 64
    assert "job ' in': 1 to 255 letters" in capsys.readouterr().err
    assert [path.name for path in desk.iterdir() if path.is_dir()] == []
