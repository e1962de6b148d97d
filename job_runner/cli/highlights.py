"""`spotreel render match.mp4 reel.mp4 --highlights`: the file is looked at first, then its moments are the clips."""

from copy import deepcopy
from pathlib import Path
from typing import Any

from job_runner.analysis.result import Result
from job_runner.cli.analyze import cuts_line
from job_runner.cli.document import check_place
from job_runner.cli.folder import write_files
from job_runner.cli.looking import JSON, PICTURE, curves, cut_list, looked, rule_of
from job_runner.cli.say import complain, say
from job_runner.cli.shortcuts import Options
from job_runner.errors import InputInvalid, OutputExists
from job_runner.workspace.places import local_path, shown

Object = dict[str, Any]


def with_moments(document: Object, options: Options, crash: int, quiet: bool, dry: bool) -> Object:
    """The VideoJob with a clip for each moment. Cut list and picture are written beside a local output.

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
    if local and not dry:
        source, stem = options.inputs[0], local.stem
        files = {f"{stem}.{JSON}": cut_list([result], source), f"{stem}.{PICTURE}": curves([result], source)}
        write_files(local.parent, files)
    for line in [] if quiet else [*(f"note  {note}" for note in notes), cuts_line(result)]:
        complain(line) if dry else say(line)
    return cut_up(document, result, options.crossfade)


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
