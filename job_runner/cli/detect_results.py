"""What `spotreel analyze --model` makes of its rows beside the file of them: other formats, and rows in a database."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from job_runner.cli.folder import writable
from job_runner.cli.import_rows import PATIENCE, database_url, line
from job_runner.cli.shortcuts import OptionError
from job_runner.errors import SpecInvalid
from job_runner.results.about import About
from job_runner.results.detections import DetectionRow
from job_runner.results.formats import FORMATS, FileFormat, check_writable, file_bytes
from job_runner.results.ndjson import read_rows
from job_runner.results.row import NAMES
from job_runner.results.sql import Key, check_key, try_sql, write_sql

ANALYSIS = "detections"
"""As `spotreel import` names it after the file."""


@dataclass(frozen=True)
class Further:
    """Formats, and a database's URL with the names that rows get there."""

    formats: Sequence[FileFormat]
    key: Key
    url: str | None = None

    def write(self, rows: Path, about: About) -> list[str]:
        """Of a file of rows; gives a line for each thing that was made."""
        lines = []
        for form in self.formats:
            target = rows.with_name(rows.name.partition(".")[0] + form.ending)
            _written(form, rows, about, target)
            lines.append(f"wrote  {target}")
        if self.url is not None:
            done = write_sql(self.url, None, self.key, DetectionRow, read_rows(rows), PATIENCE)
            lines.append(line(done, NAMES[DetectionRow], self.key))
        return lines


def further_of(options: argparse.Namespace) -> Further:
    """What was typed. The database is tried, before minutes are spent on looking. Raises OptionError or RunnerError."""
    formats = [FORMATS[name] for name in dict.fromkeys(options.also)]
    for form in formats:
        check_writable(form)
    name = Path(options.file).stem
    key = Key(name, ANALYSIS, name)
    if options.sql is None:
        return Further(formats, key)
    url = database_url(options.sql)
    try:
        check_key(key)
    except SpecInvalid as error:
        raise OptionError(f"--sql: {error}; rename the file, or import its rows with --job NAME") from error
    try_sql(url, None, key, DetectionRow)
    return Further(formats, key, url)


def _written(form: FileFormat, rows: Path, about: About, target: Path) -> None:
    """Under another name until all of it is there."""
    part = target.with_name(f".{target.name}.part")
    try:
        with writable(target.parent), part.open("wb") as file:
            file.writelines(file_bytes(form, DetectionRow, read_rows(rows), about))
            part.replace(target)
    finally:
        part.unlink(missing_ok=True)
