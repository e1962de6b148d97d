"""What the runner says: its last word, its progress line."""

import json

import pytest

from job_runner.cli.progress import bar, clock, size
from tests.unit.runner.jobs import REPORT
from videojob_api.names import MAX_TERMINATION_BYTES, Outcome
from videojob_api.report import Report
from videojob_api.status import OutputStatus


@pytest.mark.parametrize(("seconds", "text"), [(28, "0:28"), (725, "12:05"), (3725, "1:02:05")])
def test_clock(seconds: int, text: str) -> None:
    assert clock(seconds) == text


@pytest.mark.parametrize(("count", "text"), [(512, "512 B"), (48_200_000, "48.2 MB"), (1_500, "1.5 kB")])
def test_size(count: int, text: str) -> None:
    assert size(count) == text


@pytest.mark.parametrize("share", [0, 0.1, 0.5, 0.99, 1])
def test_bar_has_one_width(share: float) -> None:
    assert len(bar(share, 24)) == 24


def test_last_word_fits_and_stays_whole() -> None:
    output = OutputStatus(uri="s3://a/b", size_bytes=1, sha256="f" * 64, frames=9, duration="1s")
    word = REPORT.model_copy(update={"outcome": Outcome.SUCCEEDED, "message": "x" * 9000, "outputs": [output]})
    text = word.termination_message()
    assert len(text.encode()) <= MAX_TERMINATION_BYTES
    read = Report.parse(text)
    assert read and read.outcome == "Succeeded" and read.outputs == [output]


@pytest.mark.parametrize("text", [None, "", "{", "[]", json.dumps({"attempt": 3, "junk": 1}), "boom"])
def test_unparsable_is_absent(text: str | None) -> None:
    assert Report.parse(text) is None
