"""A VideoJob on a desk: read, checked, and made an order that runs here."""

import os
from pathlib import Path
from typing import Any

from job_runner.cli.say import complain, say_failed, say_json
from job_runner.cli.shortcuts import as_uri
from job_runner.errors import AccessDenied, SpecInvalid
from job_runner.plan.plan import work_hash
from job_runner.workspace.places import local_path
from videojob_api.order import Order, Work
from videojob_api.problem import Problem, dotted
from videojob_api.spec import VideoJobSpec
from videojob_api.validate import check_document, read_text

Object = dict[str, Any]


def read_videojob(path: Path, as_json: bool = False) -> Object | None:
    """The file's one VideoJob, if it is right; its problems are said, one a line."""
    found = read_videojobs(path, as_json)
    if found and len(found) > 1:
        why = f"{path} holds {len(found)} VideoJobs, and this takes one: put each into a file of its own"
        say_json({"file": str(path), "message": why}) if as_json else complain(f"spotreel: {why}")
        return None
    return found[0] if found else None


def read_videojobs(path: Path, as_json: bool = False) -> list[Object]:
    """All VideoJobs of a file, if they are right; else none, and what is wrong is said."""
    try:
        found, problems = read_text(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        say_failed(path, f"{path} {_unreadable(path, error)}", as_json)
        return []
    for problem in problems:
        _say(problem, str(path), as_json)
    return [] if problems else found


def _unreadable(path: Path, error: OSError | UnicodeDecodeError) -> str:
    """Why a file's text cannot be had, and what to do."""
    match error:
        case FileNotFoundError():
            return "is not there"
        case IsADirectoryError():
            return "is a folder; name a file in it"
        case PermissionError():
            return "may not be read by this user"
        case UnicodeDecodeError():
            return f"is no YAML file; to render it, name an output too: spotreel render {path.name} out.mp4"
        case _:
            return f"cannot be read: {error.strerror}"


def _say(problem: Problem, file: str, as_json: bool) -> None:
    if not as_json:
        complain(problem.located(file))
        return
    at = {"line": problem.line, "column": problem.column, "field": dotted(problem.path)}
    say_json({"file": file, **at, "message": problem.message})


def redirected(document: Object, output: str) -> list[Problem]:
    """Writes to `output` from here on; what the CRD's rules say to that."""
    outputs = document["spec"].get("outputs")
    if not outputs:
        return [Problem((), "this VideoJob has no output, only results of analyses; leave --output out")]
    outputs[0]["uri"] = as_uri(output)
    return check_document(document)


def local_order(document: Object, workspace: str | None, trusted: bool = False) -> Order:
    """The order of a job that runs here. Its workspace is named after what it makes; `trusted` are its models."""
    name, spec = document["metadata"]["name"], VideoJobSpec.model_validate(document["spec"])
    work = Work.of(spec)
    unique = f"{name}-{work_hash(work)[:6]}"
    place = as_uri(workspace or f".spotreel/{unique}").rstrip("/") + "/"
    return Order(
        job=f"local/{unique}", attempt=f"{name}-local", work=work, workspace=place, patience_seconds=5,
        local_files=True, trusted_models=trusted,
    )  # fmt: skip


LONGEST_NAME = 255
"""Bytes of a file's name on any usual file system."""


def check_places(order: Order) -> None:
    """Raises SpecInvalid or AccessDenied where --output or --workspace cannot be written, before any work is done."""
    files = [*(o.uri for o in order.work.outputs), *(r.uri for r in order.work.results or [] if r.uri)]
    if not order.workspace.startswith(("s3://", "file:///")):
        raise SpecInvalid(f"--workspace {order.workspace}: give a path, file:///path or s3://bucket/key")
    for uri in files:
        if uri.startswith("file:"):
            _check_output(local_path(uri), order)
    if order.workspace.startswith("file:"):
        _check_writable(local_path(order.workspace))


def _check_output(path: Path, order: Order) -> None:
    """A folder is not made for it: its name may be mistyped."""
    if any(same_file(path, item.uri) for item in order.work.inputs):
        raise SpecInvalid(f"{path}: an output must not overwrite an input")
    if len(os.fsencode(path.name)) > LONGEST_NAME:
        raise SpecInvalid(f"{path}: a file's name has at most {LONGEST_NAME} bytes; choose a shorter one")
    check_place(path)
    _check_writable(path.parent)


def check_place(path: Path) -> None:
    """Raises SpecInvalid where no file can be written, whatever rights there are."""
    if path.is_dir():
        raise SpecInvalid(f"{path} is a folder: name the file to write, such as {path / 'out.mp4'}")
    if not path.parent.is_dir():
        raise SpecInvalid(f"there is no folder {path.parent} for {path.name}: make it first, or name another")


def same_file(path: Path, uri: str) -> bool:
    """Whether both are one file on this machine, whatever the way to it."""
    try:
        return uri.startswith("file://") and path.samefile(local_path(uri))
    except OSError:
        return False


def nearest(folder: Path) -> Path:
    """The folder, or the nearest above it that is there; a link whose target is gone counts."""
    return next(place for place in (folder, *folder.parents) if os.path.lexists(place))


def _check_writable(folder: Path) -> None:
    there = nearest(folder)
    if not there.is_dir():
        raise SpecInvalid(f"{there} is a file: {folder} cannot be a folder below it")
    if not os.access(there, os.W_OK | os.X_OK):
        raise AccessDenied(f"this user may not write into {there}: name another place, or change its rights")
