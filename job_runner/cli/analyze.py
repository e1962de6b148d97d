"""`spotreel analyze`: where something moves or is loud in a file, and what a reel of it would be cut from."""

import argparse
from collections.abc import Iterator, Sequence

from job_runner.analysis.result import Result
from job_runner.analysis.spans import total
from job_runner.cli.folder import folder_of, write_files
from job_runner.cli.looking import JSON, PICTURE, curves, cut_list, document, looked, rule_of
from job_runner.cli.say import complain, say, say_failed, say_json
from job_runner.cli.shortcuts import OptionError
from job_runner.errors import RunnerError
from job_runner.look import ANALYSES, MOTION
from job_runner.results.events import event_rows
from job_runner.results.formats import FORMATS
from job_runner.results.ndjson import members
from videojob_api.exit_codes import ExitCode
from videojob_api.values import format_duration


def analyze(options: argparse.Namespace, crash: int = 0) -> int:
    """The exit code. What was found is said, and written into a folder."""
    wanted = [name for name in ANALYSES if getattr(options, name)] or [MOTION]
    try:
        folder = folder_of(options)
        results, notes = looked(options.file, wanted, rule_of(options.padding, options.max_total), crash, options.json)
        rows = _rows(results)
        files = {JSON: cut_list(results, options.file), PICTURE: curves(results, options.file)}
        write_files(folder, files | rows)
    except OptionError as error:
        complain(f"spotreel: {error}")
        return ExitCode.SPEC_INVALID
    except RunnerError as error:
        say_failed(options.file, str(error), options.json)
        return error.code
    if options.json:
        say_json(document(options.file, results) | {"notes": notes})
    else:
        for line in [
            *(f"note  {note}" for note in notes),
            *lines(results),
            f"wrote  {folder / JSON}, {', '.join([PICTURE, *rows])}",
        ]:
            say(line)
    return ExitCode.OK


def _rows(results: Sequence[Result]) -> dict[str, bytes]:
    """Events as a file of rows for each result, by the files' names."""
    ending = FORMATS["NDJSON"].ending
    return {f"{result.name}{ending}": b"".join(members(event_rows(result))) for result in results}


def lines(results: Sequence[Result]) -> Iterator[str]:
    """A table of events for each result, and below it what its cuts are."""
    for result in results:
        count = len(result.events)
        yield f"{result.name}  {count} event{'s' * (count != 1)} in {format_duration(_whole(result))}"
        if count:
            yield f"{'start':>12}  {'end':>12}  {'length':>10}  {'strength':>9}"
        for event in result.events:
            end = result.end(event) or "the end"
            strength = f"{result.strength(event):.1f} {result.unit}"
            yield f"{result.start(event):>12}  {end:>12}  {result.length(event):>10}  {strength:>9}"
        yield cuts_line(result)


def _whole(result: Result) -> float:
    return float(result.grid.seconds(result.grid.total))


def cuts_line(result: Result) -> str:
    """How many cuts, how long together, and where."""
    if not result.cuts:
        return "cuts  none"
    count, seconds = len(result.cuts), total(result.cuts) / result.grid.rate
    where = ", ".join(f"{result.start(cut)} to {result.end(cut) or 'the end'}" for cut in result.cuts[:SHOWN])
    more = f", … ({count - SHOWN} more)" if count > SHOWN else ""
    return f"cuts  {count}, {format_duration(seconds)} together: {where}{more}"


SHOWN = 6
"""Cuts that are named in a line."""
