"""`spotreel render`: the very same runner, without Kubernetes."""

import argparse
import logging
import sys
import time
from contextlib import suppress
from pathlib import Path

import yaml

from job_runner.cli.document import Object, local_order, misplaced, read_videojob, redirected
from job_runner.cli.progress import JsonLines, ProgressLine, progress_text, size
from job_runner.cli.say import complain, say, say_json
from job_runner.cli.shortcuts import OptionError, Options, videojob
from job_runner.errors import RunnerError
from job_runner.make import remove_workspace
from job_runner.session import Session, on_stop
from job_runner.stop import Stop
from job_runner.tracker import Tracker
from job_runner.workspace.places import Places, local_path
from job_runner.workspace.store import Missing
from videojob_api.names import ExitCode, Note, Outcome, Stage
from videojob_api.order import Order, Work
from videojob_api.report import Report
from videojob_api.validate import check_document, dotted
from videojob_api.values import parse_rate

_ENCODING = ("codec", "encoder", "quality", "crf", "preset")
_EDITS = (
    "start", "end", "crop", "fit", "size", "rate", "crossfade", "fade_in", "fade_out", "box", "blur", "pixelate",
    "spotlight", "text", "image", "mute", "gain", "music", "normalize",
)  # fmt: skip


def render(options: argparse.Namespace, crash: int = 0) -> int:
    """The exit code of API.md §7. `crash` is the signal that has ended the work, if it has."""
    document = _document(options)
    if document is None:
        return ExitCode.SPEC_INVALID
    if options.dry_run:
        say(yaml.safe_dump(document, sort_keys=False, allow_unicode=True).rstrip())
        return ExitCode.OK
    order = local_order(document, options.workspace)
    if problem := misplaced(order):
        complain(f"spotreel: {problem}")
        return ExitCode.SPEC_INVALID
    # What is logged is for the debugger; what a person needs is said.
    logging.basicConfig(level=logging.INFO if options.debug else logging.CRITICAL + 1)
    return _say_crash(order, crash, options.json) if crash else _run(order, options.json)


def _document(options: argparse.Namespace) -> Object | None:
    """From the YAML file, or from the options; None if it is wrong, which was said."""
    if options.files[0].endswith((".yaml", ".yml")):
        return _from_file(options)
    if len(options.files) == 1 and not options.output:
        return read_videojob(Path(options.files[0]))
    *inputs, output = options.files if not options.output else [*options.files, options.output]
    video = {key: value for key in _ENCODING if (value := getattr(options, key)) is not None}
    edits = {key: getattr(options, key) for key in _EDITS}
    try:
        document = videojob(Options(inputs, output, **edits, video=video, overwrite=options.overwrite))
    except OptionError as error:
        complain(f"spotreel: {error}")
        return None
    problems = check_document(document)
    for problem in problems:
        complain(f"spotreel: {dotted(problem.path[1:])}: {problem.message}")
    return None if problems else document


def _from_file(options: argparse.Namespace) -> Object | None:
    given = [key for key in (*_EDITS, *_ENCODING) if getattr(options, key)]
    if len(options.files) > 1 or given:
        what = f"--{given[0].replace('_', '-')}" if given else options.files[1]
        complain(f"spotreel: {what} does not go with a YAML file; write it into {options.files[0]}")
        return None
    document = read_videojob(Path(options.files[0]))
    if document and options.overwrite:
        document["spec"]["outputs"][0]["ifExists"] = "Replace"
    problems = redirected(document, options.output) if document and options.output else []
    for problem in problems:
        complain(f"spotreel: --output {options.output}: {problem.message}")
    return None if problems else document


def _run(order: Order, as_json: bool) -> int:
    stop = Stop(grace=0)
    on_stop(stop.request)
    session = Session(order, stop)
    started = time.monotonic()
    if as_json:
        with JsonLines(session.tracker.report):
            last = session.run()
    else:
        title = f"{_names(order.work)} → {_base(order.work.outputs[0].uri)}"
        with ProgressLine(_Lines(session.tracker, title)):
            last = session.run()
    if last.outcome == Outcome.SUCCEEDED:
        _forget(order)
    if as_json:
        say_json(last.plain())
    else:
        _say_end(last, order, time.monotonic() - started)
    return last.exit_code or 0


def _say_crash(order: Order, crash: int, as_json: bool) -> int:
    last = Session(order, Stop(grace=0)).after_crash(crash)
    if as_json:
        say_json(last.plain())
    else:
        # The progress line of the run that crashed still stands there.
        kept = "" if last.reason else "; finished segments are kept"
        complain("\r\x1b[K" * sys.stderr.isatty() + f"spotreel: {last.message}{kept}")
    return last.exit_code or ExitCode.CRASH


def _forget(order: Order) -> None:
    """On a desk the output is the result: rendering again after deleting it begins anew."""
    if not (order.work.checkpoint and order.work.checkpoint.retain == "Always"):
        store = Places(order.work.storage, None, order.patience_seconds).folder(order.workspace)
        try:
            remove_workspace(store)
            if order.workspace.startswith("file://"):
                _prune(local_path(order.workspace))
        except (RunnerError, Missing, OSError) as error:
            complain(f"note  finished segments stay in {order.workspace}: {error}")


def _prune(folder: Path) -> None:
    """Our own folders, where nothing else is in them."""
    with suppress(OSError):
        folder.rmdir()
        if folder.parent.name == ".spotreel":
            folder.parent.rmdir()


def _base(uri: str) -> str:
    return uri.rsplit("/", 1)[-1]


def _names(work: Work) -> str:
    first, more = _base(work.inputs[0].uri), len(work.inputs) - 1
    return f"{first} +{more}" if more else first


class _Lines:
    """The progress text; says plan and resume once, as soon as they are known."""

    def __init__(self, tracker: Tracker, title: str) -> None:
        self._tracker, self._title, self._said = tracker, title, False

    def __call__(self) -> str:
        report = self._tracker.report()
        if report.plan and report.stage != Stage.PLANNING and not self._said:
            self._said = True
            say_plan(report, self._tracker.found)
        return progress_text(report, self._title, _rate(report))


def say_plan(report: Report, found: int) -> None:
    """What will be made, and what is there already."""
    plan = report.plan
    assert plan is not None
    clear = "\r\x1b[K" if sys.stdout.isatty() else ""
    say(
        f"{clear}plan  {plan.width}x{plan.height} {_rate(report):.4g} fps, {plan.frames} frames, "
        f"{plan.segments} segment{'s' * (plan.segments != 1)}, {plan.encoder}"
    )
    for warning in report.warnings:
        say(f"note  {warning.message}")
    if found:
        say(f"resume  {found} of {plan.segments} segments found, {(plan.segments or 0) - found} to go")


def _rate(report: Report) -> float:
    return float(parse_rate(report.plan.frame_rate)) if report.plan and report.plan.frame_rate else 1.0


def _say_end(last: Report, order: Order, seconds: float) -> None:
    if last.outcome == Outcome.SUCCEEDED:
        done = last.outputs[0]
        for warning in last.warnings:
            if warning.reason == Note.INPUT_DAMAGED:
                say(f"note  {warning.message}")
        say(
            f"done  {_base(done.uri)}  {size(done.size_bytes)}  {done.duration}  {done.frames} frames  "
            f"sha256 {done.sha256}  {seconds:.0f} s"
        )
    elif last.exit_code == ExitCode.DISRUPTED:
        kept = last.segments
        place = order.workspace.removeprefix(f"file://{Path.cwd()}/").rstrip("/")
        complain(f"stopped  {kept.done} of {kept.total} segments kept in {place}; run the same command to go on")
    elif last.exit_code == ExitCode.CRASH:
        complain(f"spotreel: internal error: {last.message}; --debug shows where. Finished segments are kept")
    else:
        complain(f"spotreel: {last.message}")
