"""`spotreel render videojob.yaml`: the very same runner, without Kubernetes."""

import signal
import sys
import time
from pathlib import Path
from typing import Any

import yaml

from job_runner.cli.progress import ProgressLine, progress_text, size
from job_runner.errors import RunnerError
from job_runner.make import remove_workspace
from job_runner.plan.plan import work_hash
from job_runner.session import Session, on_signals
from job_runner.stop import Stop
from job_runner.tracker import Tracker
from job_runner.workspace.places import Places
from job_runner.workspace.store import Missing
from videojob_api.names import ExitCode, Outcome, Stage
from videojob_api.order import Order, Work
from videojob_api.report import Report
from videojob_api.spec import VideoJobSpec
from videojob_api.validate import check_text
from videojob_api.values import parse_rate


def say(line: str) -> None:
    """A line for the person, on standard output."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def complain(line: str) -> None:
    """A line about something wrong, on standard error."""
    sys.stderr.write(line + "\n")


def read_videojob(path: Path) -> dict[str, Any] | None:
    """The document, if it is right; its problems are said, one a line."""
    try:
        text = path.read_text()
    except OSError as error:
        complain(f"spotreel: {path}: {error.strerror}")
        return None
    except UnicodeDecodeError:
        complain(f"spotreel: {path} is no YAML file; name the media in a VideoJob's spec.inputs")
        return None
    problems = check_text(text)
    for problem in problems:
        complain(problem.located(str(path)))
    return None if problems else yaml.safe_load(text)


def as_uri(place: str) -> str:
    """A path becomes a file:/// URI, a URI stays."""
    return place if "://" in place else Path(place).absolute().as_uri()


def local_order(document: dict[str, Any], output: str | None, workspace: str | None) -> Order:
    """The order of a job that runs here. Its workspace is named after what it makes."""
    name, spec = document["metadata"]["name"], VideoJobSpec.model_validate(document["spec"])
    work = Work.of(spec)
    if output:
        replaced = work.outputs[0].model_copy(update={"uri": as_uri(output)})
        work = work.model_copy(update={"outputs": [replaced]})
    unique = f"{name}-{work_hash(work)[:6]}"
    place = as_uri(workspace or f".spotreel/{unique}").rstrip("/") + "/"
    return Order(
        job=f"local/{unique}", attempt=f"{name}-local", work=work, workspace=place, patience_seconds=5, local_files=True
    )


def misplaced(order: Order) -> str | None:
    """What --output and --workspace may not be: the CRD's rules never saw them."""
    for uri in (order.work.outputs[0].uri, order.workspace):
        if not uri.startswith(("s3://", "file:///")):
            return f"{uri}: write to a path, to file:///path or to s3://bucket/key"
    if order.work.outputs[0].uri in [i.uri for i in order.work.inputs]:
        return f"{order.work.outputs[0].uri}: an output must not overwrite an input"
    return None


def render(path: Path, output: str | None, workspace: str | None) -> int:
    """The exit code of API.md §7."""
    document = read_videojob(path)
    if document is None:
        return ExitCode.SPEC_INVALID
    order = local_order(document, output, workspace)
    if problem := misplaced(order):
        complain(f"spotreel: {problem}")
        return ExitCode.SPEC_INVALID
    stop = Stop(grace=0)
    on_signals((signal.SIGINT, signal.SIGTERM), stop.request)
    session = Session(order, stop)
    title = f"{_names(order.work)} → {_base(order.work.outputs[0].uri)}"
    started = time.monotonic()
    with ProgressLine(_Lines(session.tracker, title)):
        last = session.run()
    if last.outcome == Outcome.SUCCEEDED:
        _forget(order)
    _say_end(last, order, time.monotonic() - started)
    return last.exit_code or 0


def _forget(order: Order) -> None:
    """On a desk the output is the result: rendering again after deleting it begins anew."""
    if not (order.work.checkpoint and order.work.checkpoint.retain == "Always"):
        store = Places(order.work.storage, None, order.patience_seconds).folder(order.workspace)
        try:
            remove_workspace(store)
        except (RunnerError, Missing, OSError) as error:
            complain(f"note  finished segments stay in {order.workspace}: {error}")


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
        f"{plan.segments} segments, {plan.encoder}"
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
        say(
            f"done  {_base(done.uri)}  {size(done.size_bytes)}  {done.duration}  {done.frames} frames  "
            f"sha256 {done.sha256}  {seconds:.0f} s"
        )
    elif last.exit_code == ExitCode.DISRUPTED:
        kept = last.segments
        place = order.workspace.removeprefix(f"file://{Path.cwd()}/").rstrip("/")
        complain(f"stopped  {kept.done} of {kept.total} segments kept in {place}; run the same command to go on")
    else:
        complain(f"spotreel: {last.message}")
