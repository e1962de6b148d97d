"""`spotreel render`: the very same runner, without Kubernetes."""

import argparse
import logging
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from job_runner.cli.document import Object, check_places, local_order, read_videojob, redirected
from job_runner.cli.origin import said_of
from job_runner.cli.progress import JsonLines, ProgressLine
from job_runner.cli.say import complain, say_json, say_text
from job_runner.cli.shortcuts import OptionError
from job_runner.cli.typed import as_given, checked, edits_given, overwritten
from job_runner.cli.watch import Watched, say_end
from job_runner.errors import RunnerError
from job_runner.retention import remove_workspace
from job_runner.session import Session, on_stop
from job_runner.stop import Stop
from job_runner.workspace.places import Places, local_path
from job_runner.workspace.store import Missing
from videojob_api.exit_codes import ExitCode
from videojob_api.logs import start_logging
from videojob_api.manifest import dump
from videojob_api.names import Outcome
from videojob_api.order import Order
from videojob_api.validate import check_document

GRACE = 15.0
"""Seconds. After Ctrl-C a segment in hand is gone on with while it is expected to be finished in ten of them; five are
left for uploads. An estimate, no limit: nothing cuts an upload short."""


def render(options: argparse.Namespace, crash: int = 0) -> int:
    """The exit code of API.md §7. `crash` is the signal that has ended the work, if it has."""
    try:
        asked = _asked(options, crash)
        if asked is None:
            return ExitCode.SPEC_INVALID
        if options.dry_run:
            say_text(dump(asked.document).rstrip() + "\n")
            return ExitCode.OK
        order = local_order(asked.document, options.workspace, options.trust_model)
        check_places(order)
        asked.write_beside()
    except RunnerError as error:
        _wrong(options, str(error))
        return error.code
    _log(options.debug)
    return _say_crash(order, crash, options.json) if crash else _run(order, options.json)


def _log(debug: bool) -> None:
    """What is logged is for the debugger; what a person needs is said."""
    if debug:
        start_logging("text", stream=sys.stderr)
    else:
        logging.basicConfig(level=logging.CRITICAL + 1)


def _wrong(options: argparse.Namespace, message: str) -> None:
    """Says it to the person, or to the program, that asked."""
    say_json({"message": message}) if options.json else complain(f"spotreel: {message}")


@dataclass(frozen=True)
class _Asked:
    """A VideoJob, and what is written beside its output before it runs. Raises RunnerError where that cannot be."""

    document: Object
    write_beside: Callable[[], None] = lambda: None


def _asked(options: argparse.Namespace, crash: int) -> _Asked | None:
    """From the YAML file, or from the options; None if it is wrong, which was said.

    With --highlights the input is looked at first. Raises RunnerError if that cannot be done.
    """
    if options.files[0].endswith((".yaml", ".yml")):
        document = _from_file(options)
        return _Asked(document) if document else None
    if len(options.files) == 1 and not options.output:
        document = read_videojob(Path(options.files[0]), options.json)
        return _Asked(document) if document else None
    return _from_options(options, crash)


def _from_options(options: argparse.Namespace, crash: int) -> _Asked | None:
    given = as_given(options)
    try:
        document, problems = checked(given)
        asked = _Asked(document)
        if given.highlights and not problems:
            from job_runner.cli.highlights import with_moments

            asked = _Asked(*with_moments(document, given, crash, options.json, options.dry_run))
            problems = check_document(asked.document)
    except OptionError as error:
        _wrong(options, str(error))
        return None
    for line in said_of(problems, given):
        _wrong(options, line)
    return None if problems else asked


def _from_file(options: argparse.Namespace) -> Object | None:
    given = edits_given(options)
    if len(options.files) > 1 or given:
        what = f"--{given[0].replace('_', '-')}" if given else options.files[1]
        _wrong(options, f"{what} does not go with a YAML file; write it into {options.files[0]}")
        return None
    document = read_videojob(Path(options.files[0]), options.json)
    if document and options.overwrite:
        overwritten(document)
    problems = redirected(document, options.output) if document and options.output else []
    for problem in problems:
        _wrong(options, f"--output {options.output}: {problem.message}")
    return None if problems else document


def _run(order: Order, as_json: bool) -> int:
    stop = Stop(GRACE)
    on_stop(stop.request)
    session = Session(order, stop)
    started = time.monotonic()
    if as_json:
        with JsonLines(session.tracker.report):
            last = session.run()
    else:
        watched = Watched(session.tracker, stop, order)
        with ProgressLine(watched.text, watched.news):
            last = session.run()
    if last.outcome == Outcome.SUCCEEDED:
        _forget(order)
    if as_json:
        say_json(last.plain())
    else:
        say_end(last, order, time.monotonic() - started)
    return last.exit_code or 0


def _say_crash(order: Order, crash: int, as_json: bool) -> int:
    stop = Stop(grace=0)
    on_stop(stop.request)
    last = Session(order, stop).after_crash(crash)
    if as_json:
        say_json(last.plain())
    else:
        # The progress line of the run that crashed still stands there.
        kept = "" if last.reason else "; finished segments are kept"
        sys.stderr.write("\r\x1b[K" * sys.stderr.isatty())
        complain(f"spotreel: {last.message}{kept}")
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
