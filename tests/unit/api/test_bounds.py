"""A report within its bounds, however it was made; `test_report` reads hostile text."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videojob_api.bounds import MOST_BYTES, MOST_FPS, MOST_FRAMES, NOTES, NOTES_BYTES, bounded
from videojob_api.names import Note
from videojob_api.report import Report, SegmentCounts, Warning_
from videojob_api.status import MESSAGE_BYTES, AnalysisStatus, OutputStatus, PlanStatus, ResultStatus

FILE = OutputStatus(name="main", uri="s3://m/a.mp4", size_bytes=9, sha256="a" * 64, frames=300, duration="10s")
NUMBERS = st.integers(-(2**70), 2**70)
REPORTS = st.builds(
    Report,
    attempt=st.just("a-0-1"),
    frames=NUMBERS,
    total_frames=NUMBERS,
    encoded=NUMBERS,
    committed=NUMBERS,
    fps=st.floats(allow_nan=False, allow_infinity=False),
    message=st.text(max_size=MESSAGE_BYTES),
    reason=st.none() | st.text(max_size=99),
    segments=st.builds(SegmentCounts, done=NUMBERS, total=NUMBERS, by_this=NUMBERS),
    warnings=st.lists(
        st.builds(Warning_, reason=st.sampled_from([*Note, "Odd"]), message=st.text(max_size=99), count=NUMBERS),
        max_size=30,
    ),
)


@given(REPORTS)
def test_within_bounds_and_no_less_the_second_time(report: Report) -> None:
    found = bounded(report)
    assert found is not None
    assert 0 <= found.frames <= found.total_frames <= MOST_FRAMES
    assert 0 <= found.committed <= found.encoded <= MOST_FRAMES
    assert 0 <= found.fps <= MOST_FPS
    assert max(found.segments.done, found.segments.by_this) <= found.segments.total
    assert len(found.message.encode()) <= MESSAGE_BYTES and (found.message.isprintable() or not found.message)
    assert {warning.reason for warning in found.warnings} <= set(Note)
    assert bounded(found) == found


@pytest.mark.parametrize(
    "changes",
    [
        {"attempt": "../b"},
        {"attempt": "a" * 64},
        {"fps": math.nan},
        {"fps": math.inf},
        {"exit_code": 256},
        {"exit_code": -9},
        {"outputs": [FILE.model_copy(update={"sha256": "A" * 64})]},
        {"outputs": [FILE.model_copy(update={"size_bytes": MOST_BYTES + 1})]},
        {"outputs": [FILE.model_copy(update={"frames": MOST_FRAMES + 1})]},
        {"outputs": [FILE, FILE.model_copy(update={"size_bytes": -1})]},
        {"results": [ResultStatus(sha256="A" * 64)]},
        {"results": [ResultStatus(), ResultStatus(size_bytes=MOST_BYTES + 1)]},
        {"results": [ResultStatus(uri="s3://m/" + "a" * 2048)]},
    ],
    ids=str,
)
def test_what_no_runner_says_voids_the_whole(changes: dict[str, object]) -> None:
    report = Report(attempt="a-0-1")
    assert bounded(report) == report
    assert bounded(report.model_copy(update=changes)) is None


def test_a_reason_of_which_nothing_can_be_shown_is_none() -> None:
    found = bounded(Report(attempt="a", reason=" \n"))
    assert found is not None and found.reason is None


def test_of_each_kind_of_note_so_many_and_so_long() -> None:
    many = [
        Warning_(reason=note, message="é" * 40) for note in (Note.TRACK_CHOSEN, Note.INPUT_DAMAGED) for _ in range(99)
    ]
    found = bounded(Report(attempt="a", warnings=many))
    assert found is not None
    for note in (Note.TRACK_CHOSEN, Note.INPUT_DAMAGED):
        kept = [warning.message for warning in found.warnings if warning.reason == note]
        assert len(kept) == min(NOTES, NOTES_BYTES // 80)


def test_a_plans_sides_are_those_of_a_picture() -> None:
    plan = PlanStatus(
        encoder="libx264", width=2**40, height=-1, frame_rate="25", frames=5, segments=1, segment_frames=9
    )
    found = bounded(Report(attempt="a", plan=plan))
    assert found is not None and found.plan is not None
    assert (found.plan.width, found.plan.height, found.plan.frames, found.plan.encoder) == (2**16, 0, 5, "libx264")


def test_of_analyses_and_results_as_many_as_a_spec_has_and_as_much_as_can_be() -> None:
    analyses = [AnalysisStatus(name="n\n" * 99, windows=2**40, total=-3, tracks=2**40)] * 99
    results = [ResultStatus(analysis="\x1b[2Ja", uri="s3://m/a\n", table="t" * 999, rows=-1), ResultStatus()] * 99
    found = bounded(Report(attempt="a", analyses=analyses, results=results))
    assert found is not None and len(found.analyses) == len(found.results) == 16
    seen, (put, nothing) = found.analyses[0], found.results[:2]
    assert (seen.windows, seen.total, seen.tracks, seen.cuts) == (0, 0, MOST_FRAMES, None)
    assert len(seen.name) <= 63 and seen.name.isprintable()
    assert (put.analysis, put.uri, put.rows, len((put.table or "").encode())) == ("a", "s3://m/a", 0, 126)
    assert nothing == ResultStatus(analysis="main")
