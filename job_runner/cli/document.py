"""A VideoJob on a desk: read, checked, and made an order that runs here."""

import os
from pathlib import Path
from typing import Any

import yaml

from job_runner.cli.say import complain, say_json
from job_runner.cli.shortcuts import as_uri
from job_runner.plan.plan import work_hash
from job_runner.workspace.places import local_path
from videojob_api.order import Order, Work
from videojob_api.spec import VideoJobSpec
from videojob_api.validate import Problem, check_document, check_text

Object = dict[str, Any]


def read_videojob(path: Path, as_json: bool = False) -> Object | None:
    """The document, if it is right; its problems are said, one a line."""
    try:
        text = path.read_text()
    except OSError as error:
        complain(f"spotreel: {path}: {error.strerror}")
        return None
    except UnicodeDecodeError:
        complain(f"spotreel: {path} is no YAML file; name an output too: spotreel render {path.name} out.mp4")
        return None
    problems = check_text(text)
    for problem in problems:
        _say(problem, str(path), as_json)
    return None if problems else yaml.safe_load(text)


def _say(problem: Problem, file: str, as_json: bool) -> None:
    if not as_json:
        complain(problem.located(file))
        return
    what, _, _ = str(problem).partition(":")
    say_json({"file": file, "line": problem.line, "column": problem.column, "field": what, "message": problem.message})


def redirected(document: Object, output: str) -> list[Problem]:
    """Writes to `output` from here on; what the CRD's rules say to that."""
    document["spec"]["outputs"][0]["uri"] = as_uri(output)
    return check_document(document)


def local_order(document: Object, workspace: str | None) -> Order:
    """The order of a job that runs here. Its workspace is named after what it makes."""
    name, spec = document["metadata"]["name"], VideoJobSpec.model_validate(document["spec"])
    work = Work.of(spec)
    unique = f"{name}-{work_hash(work)[:6]}"
    place = as_uri(workspace or f".spotreel/{unique}").rstrip("/") + "/"
    return Order(
        job=f"local/{unique}", attempt=f"{name}-local", work=work, workspace=place, patience_seconds=5, local_files=True
    )


def misplaced(order: Order) -> str | None:
    """What the CRD's rules cannot see: --workspace, and what lies where on this machine."""
    if not order.workspace.startswith(("s3://", "file:///")):
        return f"--workspace {order.workspace}: give a path, file:///path or s3://bucket/key"
    if order.workspace.startswith("file://") and (problem := unwritable(local_path(order.workspace), "segments")):
        return problem
    output = order.work.outputs[0]
    if output.uri.startswith("s3://"):
        return None
    path = local_path(output.uri)
    if any(same_file(path, item.uri) for item in order.work.inputs):
        return f"{path}: an output must not overwrite an input"
    if path.is_dir():
        return f"{path} is a folder; name the file to be made in it"
    return unwritable(path.parent, "the output")


def same_file(path: Path, uri: str) -> bool:
    """Whether both are one file on this machine, whatever the way to it."""
    try:
        return uri.startswith("file://") and path.samefile(local_path(uri))
    except OSError:
        return False


def unwritable(folder: Path, what: str) -> str | None:
    """Why nothing can be made in `folder`, which need not exist yet: better said before hours of work than after."""
    there = next(place for place in (folder, *folder.parents) if os.path.lexists(place))
    if not there.is_dir():
        return f"{there} is no folder; choose another place for {what}"
    return None if os.access(there, os.W_OK | os.X_OK) else f"may not write to {there}; choose another place for {what}"
