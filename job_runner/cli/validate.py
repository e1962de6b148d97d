"""`spotreel validate`: the CRD's own rules, and with --probe what only the inputs can tell."""

from collections.abc import Sequence
from pathlib import Path

from job_runner.cli.document import Object, local_order, read_videojobs
from job_runner.cli.say import complain, say, say_json
from job_runner.errors import RunnerError
from job_runner.in_hand import file_in_hand, looking_at
from job_runner.inputs import JobInputs
from job_runner.plan.plan import Plan
from job_runner.second_try import crashes_again
from job_runner.stop import Stop
from job_runner.targets.plan import draft_plan
from job_runner.tracker import Tracker
from job_runner.workspace.places import Places
from videojob_api.exit_codes import ExitCode
from videojob_api.report import Warning_
from videojob_api.spec_notes import spec_notes
from videojob_api.values import format_duration


def validate(files: list[Path], probe: bool, as_json: bool, crash: int = 0) -> int:
    """The first problem's exit code; every file is looked at.

    After a `crash` those that are left are, from the one that was in hand on, and each input is tried alone first.
    """
    begin = file_in_hand() if crash else 0
    codes = [_marked(index, files[index], probe, as_json, crash) for index in range(begin, len(files))]
    return next((code for code in codes if code), ExitCode.OK)


def _marked(index: int, file: Path, probe: bool, as_json: bool, crash: int) -> int:
    with looking_at(index):
        return _one(file, probe, as_json, crash)


def _one(file: Path, probe: bool, as_json: bool, crash: int) -> int:
    found = read_videojobs(file, as_json)
    if not found:
        return ExitCode.SPEC_INVALID
    if probe:
        return next(
            (code for code in [_probed(file, document, as_json, crash) for document in found] if code), ExitCode.OK
        )
    notes = [note for document in found for note in spec_notes(local_order(document, None).work)]
    if as_json:
        say_json({"file": str(file), "valid": True, "notes": [note.plain() for note in notes]})
    else:
        _say_noted(f"{file}: valid{_number(found)}", notes)
    return ExitCode.OK


def _say_noted(line: str, notes: Sequence[Warning_]) -> None:
    for each in (line, *dict.fromkeys(f"note  {note.message}" for note in notes)):
        say(each)


def _number(found: list[Object]) -> str:
    return f", {len(found)} VideoJobs" if len(found) > 1 else ""


def _probed(file: Path, document: Object, as_json: bool, crash: int) -> int:
    try:
        if crash:
            _tried(document)
        plan = draft(document)
    except RunnerError as error:
        say_json({"file": str(file), "message": str(error)}) if as_json else complain(f"{file}: {error}")
        return error.code
    _say_plan(file, plan, [*spec_notes(local_order(document, None).work), *plan.said], as_json)
    return ExitCode.OK


def _say_plan(file: Path, plan: Plan, notes: Sequence[Warning_], as_json: bool) -> None:
    """With the notes that a run would give."""
    if as_json:
        said = [note.plain() for note in notes]
        say_json({"file": str(file), "valid": True, "plan": plan.status().plain(), "notes": said})
    else:
        _say_noted(_words(file, plan), notes)


def _tried(document: Object) -> None:
    """Raises InputInvalid for an input that crashes what reads it."""
    order = local_order(document, None)
    crashes_again(order, lambda: Places(order.work.storage, None, order.patience_seconds), Stop(0))


def draft(document: Object) -> Plan:
    """The plan that a run would begin with; nothing is written. Raises RunnerError."""
    order = local_order(document, None)
    places = Places(order.work.storage, None, order.patience_seconds)
    return draft_plan(order, JobInputs(order.work, places, Tracker(order.attempt)))


def _words(file: Path, plan: Plan) -> str:
    rate = f"{float(plan.rate):.4g} fps" + (" (variable)" if plan.times else "")
    shown = plan.status()
    return (
        f"{file}: valid; {shown.width}x{shown.height} {rate}, {format_duration(plan.duration)}, {plan.frames} frames, "
        f"{plan.segments} segments, {shown.encoder}"
    )
