"""`spotreel import`: a file of detections or events into a table of an SQL database."""

import argparse
import os
from pathlib import Path

from job_runner.cli.rows_input import is_named, rows_input, shown
from job_runner.cli.say import say, say_failed, say_json
from job_runner.cli.shortcuts import OptionError
from job_runner.errors import Disrupted, RunnerError
from job_runner.results.database import VARIABLE, check_database
from job_runner.results.detections import DetectionRow
from job_runner.results.events import EventRow
from job_runner.results.ndjson import kind_in, rows_in
from job_runner.results.row import NAMES, Kind
from job_runner.results.sql import Key, Written, kind_of_key, write_sql
from videojob_api.exit_codes import ExitCode

PATIENCE = 5
"""Seconds for which a server that does not answer is tried again."""
_FOLDER = ".analysis"
"""What `spotreel analyze` puts behind a file's name."""


def import_rows(options: argparse.Namespace) -> int:
    """The exit code. How many rows there are now is said, and under which names."""
    try:
        url, key = database_url(options.to), key_of(options)
        kind, written = _imported(options, url, key)
    except OptionError as error:
        return _said(options, str(error), ExitCode.SPEC_INVALID)
    except RunnerError as error:
        return _said(options, str(error), error.code)
    except KeyboardInterrupt:
        return _said(options, "stopped; the database is as it was", Disrupted.code)
    table = options.table or NAMES[kind]
    if options.json:
        found = {"file": options.file, "table": table, **vars(key), **vars(written)}
        say_json(found)
    else:
        say(line(written, table, key))
    return ExitCode.OK


def _imported(options: argparse.Namespace, url: str, key: Key) -> tuple[Kind, Written]:
    """All rows of a file, and of which kind they are. Raises RunnerError."""
    name = shown(options.file)
    with rows_input(options.file) as file:
        # Where there are none, those are to go that were there before.
        kind = kind_in(file, name) or kind_of_key(url, options.table, key, PATIENCE) or DetectionRow
        rows = rows_in(file, name, EventRow) if kind is EventRow else rows_in(file, name, DetectionRow)
        return kind, write_sql(url, options.table, key, kind, rows, PATIENCE)


def database_url(typed: str | None) -> str:
    """As typed, else of the environment, where no list of processes shows it. Raises OptionError, ConfigInvalid."""
    url = typed or os.environ.get(VARIABLE)
    if not url:
        raise OptionError(f"name a database: its URL in the environment variable {VARIABLE}, or on the command line")
    check_database(url, None, local_files=True)
    return url


def key_of(options: argparse.Namespace) -> Key:
    """What was typed, else by the file's name: `match.analysis/detections.ndjson.gz` is job `match`.

    Raises OptionError for rows that come through a pipe, which has no name of its own.
    """
    if not is_named(options.file) and not (options.job and options.analysis):
        raise OptionError(f"--job NAME --analysis NAME: say whose rows come from {shown(options.file)}")
    path = Path(options.file)
    name = path.name.partition(".ndjson")[0]
    folder = path.absolute().parent.name
    job = options.job or (folder.removesuffix(_FOLDER) if folder.endswith(_FOLDER) else name)
    return Key(job, options.analysis or name, options.input or job)


def line(written: Written, table: str, key: Key) -> str:
    """How many rows were written, where, and what was there before."""
    before = f" instead of {written.replaced}" if written.replaced else ""
    rows = f"{written.rows} row{'s' * (written.rows != 1)}{before}"
    return f"wrote  {rows} into table {table}: job {key.job}, analysis {key.analysis}, input {key.input}"


def _said(options: argparse.Namespace, message: str, code: ExitCode) -> ExitCode:
    say_failed(options.file, message, options.json)
    return code
