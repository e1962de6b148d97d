"""Whatever a runner says, a report is within its bounds, or none."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from videojob_api.bounds import MOST_FPS, MOST_FRAMES, MOST_PIXELS, NOTES, NOTES_BYTES
from videojob_api.names import MAX_REPORT_BYTES, MAX_TERMINATION_BYTES, Note, Outcome
from videojob_api.report import Report, SegmentCounts, Warning_
from videojob_api.short_uri import short_uri
from videojob_api.status import MESSAGE_BYTES, AnalysisStatus, OutputStatus, ResultStatus

FILE = {"uri": "s3://m/a.mp4", "sizeBytes": 9, "sha256": "a" * 64, "frames": 300, "duration": "10s"}
NUMBERS: list[Any] = [1e-300, -1, 1e12, 10**30, 0, 0.5, -1e300, True, None, "5", [], {}]


def parsed(**fields: Any) -> Report | None:
    return Report.parse(json.dumps({"attempt": "a-0-1", **fields}))


def test_a_runners_report_comes_through_as_it_is() -> None:
    said = Report(
        attempt="a-0-1",
        outcome=Outcome.SUCCEEDED,
        exit_code=0,
        message="result committed",
        segments=SegmentCounts(done=10, total=10, by_this=4),
        frames=300,
        total_frames=300,
        encoded=120,
        committed=120,
        fps=29.9,
        plan={"encoder": "libx264", "width": 1080, "height": 1920, "frameRate": "30000/1001", "frames": 300},
        warnings=[Warning_(reason=Note.INPUT_DAMAGED, message="input main is damaged", count=2)],
        outputs=[OutputStatus.model_validate(FILE)],
        windows=SegmentCounts(done=9, total=9, by_this=2),
        analyses=[AnalysisStatus(name="people", windows=9, total=9, detections=700, tracks=3)],
        results=[
            ResultStatus(analysis="people", uri="s3://m/people.txt", rows=700, size_bytes=9000, sha256="b" * 64),
            ResultStatus(analysis="people", table="seen.detection", rows=700),
        ],
    )
    assert Report.parse(said.pushed()) == said
    assert Report.parse(said.termination_message()) == said


@pytest.mark.parametrize(
    "text",
    [
        '{"attempt": "a", "fps": NaN}',
        '{"attempt": "a", "fps": Infinity}',
        '{"attempt": "a", "fps": 1e999}',
        '{"attempt": "a", "frames": 1' + "0" * 5000 + "}",
        '{"attempt": "a", "frames": 1e3}',
        '{"attempt": "a", "frames": "5"}',
        '{"attempt": "a", "segments": []}',
        '{"attempt": "a", "stage": "Dreaming"}',
        '{"attempt": "a", "exitCode": 256}',
        '{"attempt": "a", "exitCode": -9}',
        '{"attempt": "a/../b"}',
        '{"attempt": "' + "a" * 64 + '"}',
        '{"attempt": "\\ud800"}',
        '{"attempt": "a", "x": ' + "[" * 30_000 + "]" * 30_000 + "}",
        "[" * 60_000,
        '{"attempt": "a", "message": "' + "x" * MAX_REPORT_BYTES + '"}',
        json.dumps({"attempt": "a", "outputs": [FILE | {"sha256": "ab"}]}),
        json.dumps({"attempt": "a", "outputs": [FILE | {"sizeBytes": -1}]}),
        json.dumps({"attempt": "a", "outputs": [FILE | {"sizeBytes": 10**30}]}),
        json.dumps({"attempt": "a", "outputs": [FILE | {"uri": "s3://m/" + "a" * 2048}]}),
        json.dumps({"attempt": "a", "results": [{"sha256": "ab"}]}),
        json.dumps({"attempt": "a", "results": [{"sizeBytes": -1}]}),
        json.dumps({"attempt": "a", "results": [{"uri": "s3://m/" + "a" * 2048}]}),
        json.dumps({"attempt": "a", "analyses": [{"windows": "3"}]}),
        b"\xff\xfe",
        "\ud800",
    ],
    ids=range(26),
)
def test_what_no_runner_says_is_no_report(text: str | bytes) -> None:
    assert Report.parse(text) is None


@pytest.mark.parametrize("value", NUMBERS)
@pytest.mark.parametrize("field", ["frames", "totalFrames", "encoded", "committed", "fps", "v"])
def test_numbers_are_bounded(field: str, value: Any) -> None:
    found = parsed(**{"totalFrames": 300, "encoded": 200, field: value})
    if found is not None:
        assert 0 <= found.frames <= found.total_frames <= MOST_FRAMES
        assert 0 <= found.committed <= found.encoded <= MOST_FRAMES
        assert 0 <= found.fps <= MOST_FPS and 0 <= found.v <= MOST_FRAMES


def test_segments_are_no_more_than_there_are() -> None:
    found = parsed(segments={"done": 99, "total": 10, "byThis": 10**20})
    assert found and found.segments == SegmentCounts(done=10, total=10, by_this=10)
    found = parsed(segments={"done": -1, "total": -5, "byThis": -3})
    assert found and found.segments == SegmentCounts()


def test_a_plans_figures_are_bounded() -> None:
    found = parsed(plan={"width": 10**9, "height": -4, "frames": 10**30, "encoder": "x\x1b[31m" * 99, "unknown": 1})
    assert found and found.plan
    assert (found.plan.width, found.plan.height, found.plan.frames) == (MOST_PIXELS, 0, MOST_FRAMES)
    assert found.plan.encoder and found.plan.encoder.isprintable() and len(found.plan.encoder) <= 63


def test_text_is_cut_and_cleaned() -> None:
    found = parsed(message="\x1b[2Jbad\nnews\x00\u202e" + "é" * 5000, reason="R\n" * 500)
    assert found and found.message.startswith("bad news é") and len(found.message.encode()) <= MESSAGE_BYTES
    assert found.reason and found.reason.isprintable() and len(found.reason) <= 63


def test_notes_are_of_known_kinds_and_bounded_in_each() -> None:
    """A crowd of one kind hides no other."""
    many = [{"reason": "TrackChosen", "message": f"input {n}"} for n in range(300)]
    odd = [{"reason": f"Odd{n}"} for n in range(200)]
    long = [{"reason": "InputDamaged", "message": "d" * 9000, "count": 10**20}]
    found = parsed(warnings=[*many, *odd, *long])
    assert found
    kinds = [warning.reason for warning in found.warnings]
    assert kinds == ["TrackChosen"] * NOTES + ["InputDamaged"]
    assert len(found.warnings[-1].message) <= NOTES_BYTES and found.warnings[-1].count == MOST_FRAMES


def test_one_output_at_most() -> None:
    found = parsed(outputs=[FILE, FILE])
    assert found and len(found.outputs) == 1


def test_a_runners_crowd_of_notes_fits_into_what_the_operator_takes() -> None:
    """A runner whose reports are refused counts as silent, and loses its attempt."""
    notes = [Warning_(reason=note, message="é" * 300 + str(n)) for note in Note for n in range(256)]
    report = Report(attempt="a-0-1", message="m" * 9000, warnings=notes)
    assert len(report.model_dump_json()) > MAX_REPORT_BYTES
    assert len(report.pushed().encode()) < MAX_REPORT_BYTES
    found = Report.parse(report.pushed())
    assert found and {warning.reason for warning in found.warnings} == set(Note)


def test_a_last_word_and_a_report_are_never_too_long() -> None:
    """What was written can be told from it, and each kind of note; a long URI stands there as a digest."""
    uris = [f"s3://m/{'é' * 2000}{n}" for n in range(16)]
    said = Report(
        attempt="a" * 63,
        outcome=Outcome.SUCCEEDED,
        exit_code=0,
        reason="r" * 63,
        message="m" * 9000,
        warnings=[Warning_(reason=note, message="é" * 300, count=10**9) for note in Note],
        plan=dict.fromkeys(("width", "height", "frames", "segments"), 10**9) | {"encoder": "e" * 63},
        **dict.fromkeys(("frames", "total_frames", "encoded", "committed"), 10**9),
        **{name: SegmentCounts(done=10**9, total=10**9, by_this=10**9) for name in ("segments", "windows")},
        analyses=[AnalysisStatus(name="n" * 63, windows=10**9, total=10**9) for _ in uris],
        outputs=[OutputStatus.model_validate(FILE | {"name": "n" * 63, "uri": f"s3://m/{'é' * 2000}"})],
        results=[
            ResultStatus(analysis="n" * 63, uri=uri, rows=10**9, size_bytes=2**53, sha256="b" * 64) for uri in uris
        ],
    )
    for text, most in ((said.termination_message(), MAX_TERMINATION_BYTES), (said.pushed(), MAX_REPORT_BYTES)):
        found = Report.parse(text)
        assert len(text.encode()) <= most and found and found.outcome == Outcome.SUCCEEDED
        assert [result.uri for result in found.results] == [short_uri(uri) for uri in uris]
        assert found.outputs[0].sha256 == "a" * 64 and {w.reason for w in found.warnings} == set(Note)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(codec=None), max_size=40)
    | st.sampled_from([10**400, 1e308, -(2**63) - 1, 2**64, "Rendering", "Succeeded", "InputDamaged", "a" * 64]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
COUNT = st.integers(-(10**20), 10**20) | st.integers(0, 400)
TEXT = st.text(st.characters(codec=None), max_size=80)
ODD_REPORTS = st.fixed_dictionaries(
    {"attempt": st.just("reel-12345-0-1") | TEXT},
    optional={
        "stage": st.sampled_from(["Analyzing", "Planning", "Rendering", "Joining"]),
        "outcome": st.sampled_from(["Succeeded", "Failed", "Disrupted"]),
        "exitCode": st.integers(-1, 256),
        "reason": TEXT,
        "message": TEXT,
        "segments": st.fixed_dictionaries({"done": COUNT, "total": COUNT, "byThis": COUNT}),
        "frames": COUNT,
        "totalFrames": COUNT,
        "encoded": COUNT,
        "committed": COUNT,
        "fps": st.floats(allow_nan=False) | st.just(5e-324),
        "plan": st.fixed_dictionaries({}, optional={"width": COUNT, "frames": COUNT, "encoder": TEXT}),
        "warnings": st.lists(
            st.fixed_dictionaries(
                {"reason": st.sampled_from([*map(str, Note)]) | TEXT, "message": TEXT, "count": COUNT}
            ),
            max_size=6,
        ),
        "windows": st.fixed_dictionaries({"done": COUNT, "total": COUNT, "byThis": COUNT}),
        "analyses": st.lists(
            st.fixed_dictionaries({"name": TEXT}, optional={"windows": COUNT, "total": COUNT, "tracks": COUNT}),
            max_size=20,
        ),
        "results": st.lists(
            st.fixed_dictionaries({"analysis": TEXT}, optional={"uri": TEXT, "table": TEXT, "rows": COUNT}),
            max_size=20,
        ),
        "outputs": st.lists(
            st.fixed_dictionaries(
                {"uri": TEXT, "sizeBytes": COUNT, "sha256": st.just("c" * 64) | TEXT, "frames": COUNT, "duration": TEXT}
            ),
            max_size=2,
        ),
    },
)
"""Reports in form, odd in every value."""


@given(JSON)
def test_any_json_is_a_report_or_none(value: Any) -> None:
    Report.parse(json.dumps(value))


@example({"attempt": "reel-12345-0-1", "reason": " "}, {})
@example({"attempt": "reel-12345-0-1", "results": [{"analysis": "", "uri": " ", "table": "\n"}]}, {})
@given(ODD_REPORTS, st.dictionaries(st.sampled_from(["frames", "plan", "warnings", "more", "fps"]), JSON, max_size=2))
def test_what_is_a_report_can_be_written_again(said: dict[str, Any], wrong: dict[str, Any]) -> None:
    found = Report.parse(json.dumps(said | wrong))
    if found is not None:
        text = found.pushed()
        assert len(text.encode()) < MAX_REPORT_BYTES
        assert Report.parse(text) == found
