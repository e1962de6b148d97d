"""`spotreel import`: a file of detections or events into a table of an SQL database."""

import argparse
import os

from job_runner.cli.say import say, say_failed, say_json
from job_runner.cli.shortcuts import OptionError
from job_runner.errors import Disrupted, RunnerError
from job_runner.results.database import VARIABLE, check_database
from job_runner.results.events import EventRow
from job_runner.results.ndjson import kind_in, read_rows
from job_runner.results.row import NAMES, Kind
from job_runner.results.sql import Key, Written, write_sql
from videojob_api.exit_codes import ExitCode

PATIENCE = 5
"""Seconds for which a server that does not answer is tried again."""
_FOLDER = ".analysis"
"""What `spotreel analyze` puts behind a file's name."""


def import_rows(options: argparse.Namespace) -> int:
    """The exit code. How many rows there are now is said, and under which names."""
    try:
        url = database_url(options.to)
        kind = kind_in(options.file)
        key = key_of(options, kind)
        rows = read_rows(options.file, EventRow) if kind is EventRow else read_rows(options.file)
        written = write_sql(url, options.table, key, kind, rows, PATIENCE)
    except OptionError as error:
        return _said(options, str(error), ExitCode.SPEC_INVALID)
    except RunnerError as error:
        return _said(options, str(error), error.code)
    except KeyboardInterrupt:
        return _said(options, "stopped; the database is as it was", Disrupted.code)
    table = options.table or NAMES[kind]
    if options.json:
        found = {"file": str(options.file), "table": table, **vars(key), **vars(written)}
        say_json(found)
    else:
        say(line(written, table, key))
    return ExitCode.OK


def database_url(typed: str | None) -> str:
    """As typed, else of the environment, where no list of processes shows it. Raises OptionError, ConfigInvalid."""
    url = typed or os.environ.get(VARIABLE)
    if not url:
        raise OptionError(f"name a database: its URL in the environment variable {VARIABLE}, or on the command line")
    check_database(url, None, local_files=True)
    return url


def key_of(options: argparse.Namespace, kind: Kind) -> Key:
    """What was typed, else by the file's name: `match.analysis/detections.ndjson.gz` is job `match`."""
    name = options.file.name.partition(".ndjson")[0]
    folder = options.file.absolute().parent.name
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
