"""What the runner says: its last word, its progress line."""

import json

import pytest

from job_runner.cli.progress import bar, clock, size
from tests.unit.runner.jobs import REPORT
from videojob_api.names import MAX_TERMINATION_BYTES, Note, Outcome
from videojob_api.report import Report, Warning_
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


def test_no_kind_of_note_is_lost_where_a_last_word_has_no_room() -> None:
    """What the operator did not hear of in time it reads there."""
    output = OutputStatus(uri="s3://a/" + "b" * 2000, size_bytes=1, sha256="f" * 64, frames=9, duration="1s")
    notes = [Warning_(reason=note, message="é" * 300 + str(n)) for note in Note for n in range(3)]
    last = {"outcome": Outcome.SUCCEEDED, "message": "x" * 9000, "outputs": [output], "warnings": notes}
    text = REPORT.model_copy(update=last).termination_message()
    assert len(text.encode()) <= MAX_TERMINATION_BYTES
    read = Report.parse(text)
    assert read and read.outputs == [output] and read.message.startswith("x" * 50)
    assert [warning.reason for warning in read.warnings] == list(Note)


def test_long_notes_do_not_take_the_message_away() -> None:
    notes = [Warning_(reason=note, message="note " * 100) for note in Note]
    word = REPORT.model_copy(update={"outcome": Outcome.FAILED, "message": "no such input", "warnings": notes})
    read = Report.parse(word.termination_message())
    assert read and read.message == "no such input" and {warning.reason for warning in read.warnings} == set(Note)


@pytest.mark.parametrize("text", [None, "", "{", "[]", json.dumps({"attempt": 3, "junk": 1}), "boom"])
def test_unparsable_is_absent(text: str | None) -> None:
    assert Report.parse(text) is None
