"""`spotreel render match.mp4 reel.mp4 --highlights`: the file is looked at first, then its moments are the clips."""

from collections.abc import Callable
from copy import deepcopy
from functools import partial
from pathlib import Path
from typing import Any

from job_runner.analysis.result import Result
from job_runner.cli.analyze import cuts_line
from job_runner.cli.document import check_place
from job_runner.cli.folder import write_files
from job_runner.cli.looking import JSON, PICTURE, curves, cut_list, looked, rule_of
from job_runner.cli.looking import document as listed
from job_runner.cli.say import complain, say, say_json
from job_runner.cli.shortcuts import Options
from job_runner.errors import InputInvalid, OutputExists
from job_runner.workspace.places import local_path, shown

Object = dict[str, Any]


def with_moments(
    document: Object, options: Options, crash: int, quiet: bool, dry: bool
) -> tuple[Object, Callable[[], None]]:
    """The VideoJob with a clip for each moment, and what writes cut list and picture beside a local output.

    Raises RunnerError; OptionError for what was typed.
    """
    uri, rule = document["spec"]["outputs"][0]["uri"], rule_of(options.padding, options.max_total)
    local = local_path(uri) if uri.startswith("file://") else None
    if local and not dry:
        check_output(local, options.overwrite)
    assert options.highlights is not None
    (result,), notes = looked(options.inputs[0], [options.highlights], rule, crash, quiet)
    if not result.cuts:
        raise InputInvalid(
            f"no moments are found in {options.inputs[0]} by its {options.highlights}; "
            "spotreel analyze draws the curve, --start and --end cut by hand"
        )
    if quiet and not dry:
        say_json(listed(options.inputs[0], [result]) | {"notes": notes})
    for line in [*(f"note  {note}" for note in notes), cuts_line(result)] if dry or not quiet else []:
        complain(line) if dry else say(line)
    write = partial(_write, local, result, options) if local else _nothing
    return cut_up(document, result, options.crossfade), write


def _nothing() -> None:
    """Beside what lies elsewhere nothing is written."""


def _write(output: Path, result: Result, options: Options) -> None:
    """Cut list and picture. Raises OutputExists for a list of other cuts: somebody may have edited it."""
    source, stem = options.inputs[0], output.stem
    cuts, path = cut_list([result], source), output.with_name(f"{stem}.{JSON}")
    if not options.overwrite and path.is_file() and path.read_bytes() != cuts:
        raise OutputExists(f"{path} exists, with other cuts; replace it with -y, or move it away")
    write_files(output.parent, {path.name: cuts, f"{stem}.{PICTURE}": curves([result], source)})


def check_output(path: Path, overwrite: bool) -> None:
    """Raises OutputExists or SpecInvalid before minutes are spent on looking."""
    check_place(path)
    if path.exists() and not overwrite:
        raise OutputExists(f"{shown(path.as_uri())} exists; replace it with -y, or choose another name")


def cut_up(document: Object, result: Result, crossfade: str | None) -> Object:
    """The VideoJob with its one clip once for each cut. Pure."""
    made = deepcopy(document)
    (clip,) = made["spec"]["timeline"]["clips"]
    crossed = {"transition": {"type": "Crossfade", "duration": crossfade}} if crossfade else {}
    made["spec"]["timeline"]["clips"] = [
        {**clip, **_trim(result, index), **(crossed if index else {})} for index in range(len(result.cuts))
    ]
    return made


def _trim(result: Result, index: int) -> Object:
    cut = result.cuts[index]
    end = result.end(cut)
    return {"start": result.start(cut)} | ({"end": end} if end else {})
