"""What windows hold, one after the other, or which of them is spoilt."""

import gzip
from collections.abc import Callable, Iterable

import pytest

from job_runner.analysis.curve_rows import packed, unpacked
from job_runner.analyzing.detections import rows_of
from job_runner.analyzing.unpacking import all_of
from job_runner.errors import WorkspaceCorrupt
from job_runner.results.detections import DetectionRow
from job_runner.results.events import EventRow
from job_runner.results.ndjson import member

ROW = DetectionRow(0, 0.0, "a", 0.5, 0, 0, 1, 1)
WHOLE: dict[Callable[[bytes], Iterable[object]], bytes] = {
    unpacked: packed([1, None, 3] * 50),
    rows_of: member([ROW] * 50),
}


def test_in_order() -> None:
    assert list(all_of("a", [packed([1, None]), packed([]), packed([3])], unpacked)) == [1, None, 3]
    assert list(all_of("a", [member([ROW]), member([])], rows_of)) == [ROW]


@pytest.mark.parametrize("read", WHOLE, ids=["curve", "rows"])
@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data[:-9], lambda data: b"", lambda data: b"{}", lambda data: data[:30] + b"\xff" + data[31:],
        lambda data: member([EventRow(1, 0, 1, 1, "%")])[:-1] + b"x",
    ],
    ids=["cut off", "empty", "not packed", "flipped", "checksum"],
)  # fmt: skip
def test_a_spoilt_one_is_named(read: Callable[[bytes], Iterable[object]], spoil: Callable[[bytes], bytes]) -> None:
    whole = WHOLE[read]
    rows = all_of("people", [whole, spoil(whole), whole], read)
    with pytest.raises(WorkspaceCorrupt, match="window 1 of analysis people is not what was written"):
        list(rows)


def test_rows_of_another_kind_are_none() -> None:
    with pytest.raises(WorkspaceCorrupt, match="window 0 of analysis people"):
        list(all_of("people", [member([EventRow(1, 0, 1, 1, "%")])], rows_of))
    with pytest.raises(WorkspaceCorrupt):
        list(all_of("moving", [member([ROW]), b"\0"], unpacked))


@pytest.mark.parametrize("line", ["true", "1.5", "NaN", '"1"', "[]", "1234567", "9" * 5000, " 1", ""])
def test_what_is_no_measurement_is_none(line: str) -> None:
    with pytest.raises(WorkspaceCorrupt, match="window 0 of analysis moving is not what was written"):
        list(all_of("moving", [gzip.compress(f"1\n{line}\n".encode())], unpacked))
