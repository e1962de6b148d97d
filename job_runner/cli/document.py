"""A VideoJob on a desk: read, checked, and made an order that runs here."""

from pathlib import Path
from typing import Any

import yaml

from job_runner.cli.say import complain, say_json
from job_runner.cli.shortcuts import as_uri
from job_runner.plan.plan import work_hash
from videojob_api.order import Order, Work
from videojob_api.spec import VideoJobSpec
from videojob_api.validate import Problem, check_text

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


def local_order(document: Object, output: str | None, workspace: str | None) -> Order:
    """The order of a job that runs here. Its workspace is named after what it makes."""
    name, spec = document["metadata"]["name"], VideoJobSpec.model_validate(document["spec"])
    work = Work.of(spec)
    if output:
        replaced = work.outputs[0].model_copy(update={"uri": as_uri(output)})
        work = work.model_copy(update={"outputs": [replaced]})
    unique = f"{name}-{work_hash(work)[:6]}"
    place = as_uri(workspace or f".spotreel/{unique}").rstrip("/") + "/"
    return Order(
        job=f"local/{unique}", attempt=f"{name}-local", work=work, workspace=place, patience_seconds=5, local_files=True
    )


def misplaced(order: Order) -> str | None:
    """What --output and --workspace may not be: the CRD's rules never saw them."""
    for uri in (order.work.outputs[0].uri, order.workspace):
        if not uri.startswith(("s3://", "file:///")):
            return f"{uri}: write to a path, to file:///path or to s3://bucket/key"
    if order.work.outputs[0].uri in [i.uri for i in order.work.inputs]:
        return f"{order.work.outputs[0].uri}: an output must not overwrite an input"
    return None
