"""Which format a file has, and which rows it takes."""

import gzip

import pytest

from job_runner.errors import SpecInvalid
from job_runner.results.about import About
from job_runner.results.detections import DetectionRow
from job_runner.results.events import EventRow
from job_runner.results.formats import FORMATS, file_bytes, format_of
from job_runner.results.row import Kind

ABOUT = About("match", (64, 48))
ROW = DetectionRow(0, 0.0, "player", 0.9123, 1.0, 2.5, 30.1, 40.0)
EVENT = EventRow(1, 0.0, 2.5, 3.1, "%")


def test_their_names() -> None:
    assert list(FORMATS) == ["NDJSON", "COCO", "MOT", "Parquet"]


@pytest.mark.parametrize(
    ("uri", "named", "found"),
    [
        ("s3://media/people.ndjson.gz", None, "NDJSON"),
        ("s3://media/people.PARQUET", None, "Parquet"),
        ("people.json", None, "COCO"),
        ("people.txt", None, "MOT"),
        ("s3://media/people", "COCO", "COCO"),
        ("people.csv", "MOT", "MOT"),
        ("people.json", "COCO", "COCO"),
    ],
)
def test_by_name_else_by_ending(uri: str, named: str | None, found: str) -> None:
    assert format_of(uri, named).name == found


@pytest.mark.parametrize(
    ("uri", "named", "said"),
    [
        ("people.csv", None, r"people.csv: its ending tells no format; use .ndjson.gz \(NDJSON\), .json \(COCO\)"),
        ("people.json", "MOT", "people.json: .json is COCO, not MOT; change one of them"),
        ("people.json", "coco", "format coco: there are NDJSON, COCO, MOT, Parquet"),
    ],
)
def test_what_tells_nothing_or_two_things_is_refused(uri: str, named: str | None, said: str) -> None:
    with pytest.raises(SpecInvalid, match=said):
        format_of(uri, named)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(("kind", "row"), [(DetectionRow, ROW), (EventRow, EVENT)])
def test_each_format_takes_the_rows_it_names_and_refuses_others(
    name: str, kind: Kind, row: DetectionRow | EventRow
) -> None:
    form = FORMATS[name]
    if kind in form.holds:
        written = b"".join(file_bytes(form, kind, [row], ABOUT))
        assert written == b"".join(file_bytes(form, kind, iter([row]), ABOUT)), "the same bytes each time"
    else:
        with pytest.raises(SpecInvalid, match=f"{name} holds boxes, and an event has none: use NDJSON, Parquet or SQL"):
            file_bytes(form, kind, [row], ABOUT)


def test_ndjson_of_many_rows_comes_in_members() -> None:
    rows = [ROW] * 12_000
    pieces = list(file_bytes(FORMATS["NDJSON"], DetectionRow, rows, ABOUT))
    assert len(pieces) == 3
    assert gzip.decompress(b"".join(pieces)).count(b"\n") == 12_000
