"""The VideoJob that `spotreel submit` is asked for: from a YAML file, or from options as those of `render`."""

import argparse
from pathlib import Path
from typing import Any

from job_runner.cli.document import read_videojob, redirected
from job_runner.cli.origin import said_of
from job_runner.cli.say import complain
from job_runner.cli.shortcuts import OptionError
from job_runner.cli.typed import as_given, checked, edits_given, overwritten
from job_runner.errors import SpecInvalid
from videojob_api.problem import Problem
from videojob_api.validate import check_document

Object = dict[str, Any]


def asked(options: argparse.Namespace, namespace: str | None) -> Object | None:
    """The document; None if it is wrong, which was said. Raises SpecInvalid or OptionError."""
    if options.trust_model:
        raise OptionError("--trust-model is for spotreel render; in a cluster the class says trustedModels")
    document = _from_file(options) if _is_file(options.files[0]) else _from_options(options)
    if document is None:
        return None
    _check_namespace(document, namespace, options.files[0])
    for key, value in (("className", options.job_class), ("parallelism", options.parallelism)):
        if value is not None:
            document["spec"][key] = value
    if options.name:
        document["metadata"]["name"] = options.name
    return None if _said(check_document(document)) else document


def _is_file(name: str) -> bool:
    return name.endswith((".yaml", ".yml"))


def _from_file(options: argparse.Namespace) -> Object | None:
    file, given = options.files[0], edits_given(options)
    if len(options.files) > 1 or given:
        what = f"--{given[0].replace('_', '-')}" if given else options.files[1]
        raise OptionError(f"{what} does not go with a YAML file; write it into {file}")
    document = read_videojob(Path(file))
    if document and options.overwrite:
        overwritten(document)
    if document and options.to:
        return None if _said(redirected(document, options.to)) else document
    return document


def _from_options(options: argparse.Namespace) -> Object | None:
    if not options.to:
        raise OptionError(f"{options.files[-1]}: where does the output go? Add --to s3://bucket/key.mp4")
    given = as_given(argparse.Namespace(**{**vars(options), "output": options.to}))
    document, problems = checked(given)
    for line in said_of(problems, given):
        complain(f"spotreel: {line}")
    return None if problems else document


def _said(problems: list[Problem]) -> bool:
    for problem in problems:
        complain(f"spotreel: {problem}")
    return bool(problems)


def _check_namespace(document: Object, namespace: str | None, file: str) -> None:
    named = document["metadata"].get("namespace")
    if named and namespace and named != namespace:
        raise SpecInvalid(f"{file} is for namespace {named}, and you are in {namespace}: add -n {named}")
