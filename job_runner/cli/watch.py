"""What `spotreel render` says of a run: what will be made, how far it is, and how it ended."""

import sys

from job_runner.cli.progress import clock, obeys_escapes, progress_text, size, terminal_width
from job_runner.cli.say import complain, say
from job_runner.cli.width import base, columns, shortened
from job_runner.stop import Stop
from job_runner.tracker import Tracker
from job_runner.workspace.places import shown
from videojob_api.analysis_checks import first_file
from videojob_api.exit_codes import ExitCode
from videojob_api.names import Note, Outcome, Stage
from videojob_api.order import Order, Work
from videojob_api.report import Report
from videojob_api.status import AnalysisStatus, OutputStatus, ResultStatus
from videojob_api.values import parse_rate

SHORT_HASH = 12
_BEFORE = (Stage.ANALYZING, Stage.PLANNING)


class Watched:
    """A run as it goes on: a line for now, and news, each said once."""

    def __init__(self, tracker: Tracker, stop: Stop, order: Order) -> None:
        self._tracker, self._stop = tracker, stop
        self._output, inputs = _made_by(order.work), order.work.inputs
        more = f" +{len(inputs) - 1}" if len(inputs) > 1 else ""
        self._title = f"{base(inputs[0].uri)}{more} → {self._output}"
        self._begun, self._planned, self._noted = False, False, set[str]()

    def text(self, room: int | None) -> str:
        """The progress line."""
        if self._stop.requested:
            text = f"stopping: {self._in_hand()}; Ctrl-C again ends at once"
            return text if room is None else shortened(text, room)
        # Two names that leave no room for figures say less than the one that is made.
        title = self._title if room is None or columns(self._title) <= room // 3 else self._output
        report = self._tracker.report()
        return progress_text(report, title, _rate(report), room)

    def _in_hand(self) -> str:
        stage = self._tracker.report().stage
        if stage == Stage.PLANNING:
            return "still planning, no segment is in hand"
        what = "windows" if stage == Stage.ANALYZING else "segments"
        return f"finishing {what} in hand, {_at_most(self._stop)}"

    def news(self) -> list[str]:
        """Plan and resume, as soon as they are known, and what should be known besides."""
        report, lines = self._tracker.report(), list[str]()
        lines += self._resumed(report)
        lines += [line for analysis in report.analyses if (line := self._analyzed(analysis))]
        if report.plan and report.stage not in _BEFORE and not self._planned:
            self._planned = True
            lines += plan_lines(report, self._tracker.found)
        # How much is damaged is known at the end.
        said = [w.message for w in report.warnings if w.reason != Note.INPUT_DAMAGED]
        lines += [f"note  {message}" for message in dict.fromkeys(said) if message not in self._noted]
        self._noted.update(said)
        return lines

    def _resumed(self, report: Report) -> list[str]:
        """Of windows that are there already, while there are others to be measured."""
        found, windows = self._tracker.found_windows, report.windows
        if report.stage != Stage.ANALYZING or self._begun:
            return []
        self._begun = True
        left = windows.total - found
        return [f"resume  {found} of {windows.total} windows found, {left} to go"] if found and left else []

    def _analyzed(self, analysis: AnalysisStatus) -> str | None:
        """What an analysis has found, once that is known."""
        line = analysis_line(analysis)
        if line is None or line in self._noted:
            return None
        self._noted.add(line)
        return line


def _made_by(work: Work) -> str:
    """The name of the output, or of the first result."""
    uri = first_file(work)
    return base(uri) if uri else "database"


def analysis_line(analysis: AnalysisStatus) -> str | None:
    """`people  312 detections, 4 tracks`; None before the end."""
    if analysis.events is None and analysis.detections is None:
        return None
    counts = {"event": analysis.events, "detection": analysis.detections, "track": analysis.tracks}
    said = ", ".join(f"{n} {what}{'s' * (n != 1)}" for what, n in counts.items() if n is not None)
    return f"{analysis.name}  {said}"


def _at_most(stop: Stop) -> str:
    return f"{clock(max(0, stop.seconds_left()))} at most"


def plan_lines(report: Report, found: int) -> list[str]:
    """What will be made, and what is there already."""
    plan = report.plan
    assert plan is not None
    made = (
        f"plan  {plan.width}x{plan.height} {_rate(report):.4g} fps, {plan.frames} frames, "
        f"{plan.segments} segment{'s' * (plan.segments != 1)}, {plan.encoder}{_fallen_back(report)}"
    )
    left = (plan.segments or 0) - found
    return [made, f"resume  {found} of {plan.segments} segments found, {left} to go"] if found else [made]


def _fallen_back(report: Report) -> str:
    """Behind the encoder, if it stands in for a GPU's; a note says why."""
    return " instead of NVENC" if any(w.reason == Note.ENCODER_FALLBACK for w in report.warnings) else ""


def _rate(report: Report) -> float:
    """Of the output; 0 where there is none, or none yet."""
    return float(parse_rate(report.plan.frame_rate)) if report.plan and report.plan.frame_rate else 0.0


def say_end(last: Report, order: Order, seconds: float) -> None:
    """The last line: what was made, what is kept, or what is wrong."""
    for warning in last.warnings:
        if warning.reason == Note.INPUT_DAMAGED:
            say(f"note  {warning.message}")
    if last.outcome == Outcome.SUCCEEDED:
        room = terminal_width(sys.stdout) if obeys_escapes(sys.stdout) else None
        for result in last.results:
            say(result_line(result))
        for output in last.outputs:
            say(done_line(output, seconds, room))
    elif last.exit_code == ExitCode.DISRUPTED:
        complain(stopped_line(last, order))
    elif last.exit_code == ExitCode.CRASH:
        complain(f"spotreel: internal error: {last.message}; --debug shows where. Finished segments are kept")
    else:
        complain(f"spotreel: {last.message}")


def result_line(result: ResultStatus) -> str:
    """Where the rows of an analysis are."""
    where = f"table {result.table}" if result.uri is None else shown(result.uri)
    return f"rows  {where}  {result.rows} of {result.analysis}"


def done_line(done: OutputStatus, seconds: float, room: int | None) -> str:
    """With as much of the sha256 as there is room for; all of it where nobody looks."""
    head = f"done  {base(done.uri)}  {size(done.size_bytes)}  {done.duration}  {done.frames} frames  "
    hashes = (f"sha256 {done.sha256}  ", f"sha256 {done.sha256[:SHORT_HASH]}…  ", "")
    lines = [f"{head}{shown}{seconds:.0f} s" for shown in hashes]
    return lines[0] if room is None else next((line for line in lines if columns(line) <= room), lines[-1])


def stopped_line(last: Report, order: Order) -> str:
    """What a stop has left, and how to go on."""
    parts = {"windows": last.windows, "segments": last.segments}
    kept = [f"{of.done} of {of.total} {what}" for what, of in parts.items() if of.done]
    if not kept:
        return "stopped  before a segment was finished; the same command begins anew"
    return f"stopped  {' and '.join(kept)} kept in {shown(order.workspace)}; run the same command to go on"
