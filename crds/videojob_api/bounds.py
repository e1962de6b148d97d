"""Bounds of a report: what a runner says is believed only as far as it can be true.

A hostile video or tenant may speak for a runner. Counts are cut to what a job can have, text is cut and cleaned;
what no runner says at all (a speed that is no number, a digest that is none) makes the whole report void.
"""

import math
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from videojob_api.clean import clean
from videojob_api.names import Note
from videojob_api.status import MESSAGE_BYTES, AnalysisStatus, OutputStatus, PlanStatus, ResultStatus

if TYPE_CHECKING:
    from videojob_api.report import Report, SegmentCounts, Warning_

MOST_FRAMES = 10**9
"""48 hours, the longest timeline, at 5,000 frames a second."""
MOST_FPS = 10**6
MOST_PIXELS = 2**16
"""Of a side."""
MOST_BYTES = 2**53
"""Of a file; larger numbers are not exact in every reader of JSON."""
ANALYSES, RESULTS = 16, 16
"""That a spec has at most."""
NOTES = 16
"""Of a kind, at most."""
NOTES_BYTES = 1024
"""Of all that is said of a kind."""
WORD_BYTES = 63
URI_CHARACTERS = 2048

_NAME = re.compile(r"[a-z0-9-]{0,63}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


def bounded(report: "Report") -> "Report | None":
    """The report within its bounds; None if no runner writes such a one."""
    if not _is_a_runners(report):
        return None
    total, encoded = _count(report.total_frames), _count(report.encoded)
    return report.model_copy(
        update={
            "v": _count(report.v),
            "reason": clean(report.reason or "", WORD_BYTES) or None,
            "message": clean(report.message, MESSAGE_BYTES),
            "segments": _segments(report.segments),
            "windows": _segments(report.windows),
            "frames": _count(report.frames, total),
            "total_frames": total,
            "in_hand": _count(report.in_hand, total),
            "encoded": encoded,
            "committed": _count(report.committed, encoded),
            "fps": min(max(0.0, report.fps), float(MOST_FPS)),
            "plan": _plan(report.plan) if report.plan else None,
            "warnings": list(_notes(report.warnings)),
            "analyses": [_analysis(analysis) for analysis in report.analyses[:ANALYSES]],
            "outputs": [_output(output) for output in report.outputs[:1]],
            "results": [_result(result) for result in report.results[:RESULTS]],
        }
    )


def _is_a_runners(report: "Report") -> bool:
    code = report.exit_code
    return (
        _NAME.fullmatch(report.attempt) is not None
        and math.isfinite(report.fps)
        and 0 <= (report.seconds_left or 0) < math.inf
        and (code is None or 0 <= code <= 255)
        and all(map(_is_a_file, report.outputs))
        and all(map(_is_put_somewhere, report.results))
    )


def _is_a_file(output: OutputStatus) -> bool:
    return (
        _SHA256.fullmatch(output.sha256) is not None
        and 0 <= output.size_bytes <= MOST_BYTES
        and 0 <= output.frames <= MOST_FRAMES
        and len(output.uri) <= URI_CHARACTERS
    )


def _is_put_somewhere(result: ResultStatus) -> bool:
    return (
        (result.sha256 is None or _SHA256.fullmatch(result.sha256) is not None)
        and 0 <= (result.size_bytes or 0) <= MOST_BYTES
        and len(result.uri or "") <= URI_CHARACTERS
    )


def _count(value: int, most: int = MOST_FRAMES) -> int:
    return min(max(0, value), most)


def _segments(counts: "SegmentCounts") -> "SegmentCounts":
    total = _count(counts.total)
    own, done = _count(counts.by_this, total), _count(counts.done, total)
    return counts.model_copy(update={"done": done, "total": total, "by_this": own})


def _plan(plan: PlanStatus) -> PlanStatus:
    found: dict[str, object] = {}
    for name, value in plan:
        if isinstance(value, str):
            found[name] = clean(value, WORD_BYTES)
        elif value is not None:
            found[name] = _count(value, MOST_PIXELS if name in ("width", "height") else MOST_FRAMES)
    return plan.model_copy(update=found)


def _notes(warnings: "Iterable[Warning_]") -> "Iterator[Warning_]":
    """Those that a status has a place for: of each kind so many, and so many bytes together."""
    said: dict[str, list[int]] = {note: [] for note in Note}
    for warning in warnings:
        message = clean(warning.message, NOTES_BYTES)
        sizes = said.get(warning.reason)
        if sizes is not None and len(sizes) < NOTES and sum(sizes) + len(message.encode()) <= NOTES_BYTES:
            sizes.append(len(message.encode()))
            yield warning.model_copy(update={"message": message, "count": _count(warning.count)})


def _output(output: OutputStatus) -> OutputStatus:
    name, duration = clean(output.name, WORD_BYTES), clean(output.duration, WORD_BYTES)
    return output.model_copy(update={"name": name, "uri": clean(output.uri, 4 * URI_CHARACTERS), "duration": duration})


def _analysis(analysis: AnalysisStatus) -> AnalysisStatus:
    total = _count(analysis.total)
    counts = {name: None if value is None else _count(value) for name, value in analysis if isinstance(value, int)}
    counts |= {"windows": _count(analysis.windows, total), "total": total}
    return analysis.model_copy(update={"name": clean(analysis.name, WORD_BYTES), **counts})


def _result(result: ResultStatus) -> ResultStatus:
    uri, table = result.uri, result.table
    return result.model_copy(
        update={
            "analysis": clean(result.analysis, WORD_BYTES),
            "uri": clean(uri or "", 4 * URI_CHARACTERS) or None,
            "table": clean(table or "", 2 * WORD_BYTES) or None,
            "rows": None if result.rows is None else _count(result.rows),
        }
    )
