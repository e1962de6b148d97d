"""Which class a job has, and whether its namespace may use that class."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from spotreel_operator.state.snapshot import Stall
from videojob_api.config import JobClass, OperatorConfiguration
from videojob_api.names import ANNOTATION_CLASS
from videojob_api.reasons import Reason


@dataclass(frozen=True)
class Chosen:
    """A class and its name."""

    name: str
    job_class: JobClass


def chosen_class(
    asked: str | None, namespace: str, metadata: Mapping[str, Any], config: OperatorConfiguration
) -> Chosen | Stall:
    """The job's own, else the namespace's by its annotation, else the default; or why it is none.

    `metadata`: the namespace's, empty if they could not be read. No other class is taken instead of one that is
    refused: it would run the job at another price, or with other credentials, than somebody meant.
    """
    annotated = (metadata.get("annotations") or {}).get(ANNOTATION_CLASS)
    name = asked or annotated or config.default_class
    said = "spec.className" if asked else f"the namespace's annotation {ANNOTATION_CLASS}" if annotated else ""
    job_class = config.classes.get(name)
    if job_class is None:
        return Stall(
            Reason.CLASS_NOT_FOUND, f"{_subject(name, said)} does not exist; {_choice(namespace, metadata, config)}"
        )
    if not opened(job_class, namespace, metadata):
        return Stall(Reason.NAMESPACE_NOT_ALLOWED, _closed(name, said, namespace, metadata, config))
    return Chosen(name, job_class)


def opened(job_class: JobClass, namespace: str, metadata: Mapping[str, Any]) -> bool:
    """Whether a namespace may use a class. Labels that could not be read open none."""
    allowed = job_class.allowed_namespaces
    return allowed is None or allowed.contains(namespace, (metadata.get("labels") or {}) if metadata else None)


def _closed(name: str, said: str, namespace: str, metadata: Mapping[str, Any], config: OperatorConfiguration) -> str:
    unread = "" if metadata else "; the operator may not read this namespace's labels"
    return (
        f"{_subject(name, said)} is not for namespace {namespace}, which its allowedNamespaces leave out{unread}; "
        f"{_choice(namespace, metadata, config)}"
    )


def _subject(name: str, said: str) -> str:
    return f"{said}: class {name}" if said else f"the default class {name}"


def _choice(namespace: str, metadata: Mapping[str, Any], config: OperatorConfiguration) -> str:
    """Other teams' classes are not shown."""
    names = sorted(name for name, c in config.classes.items() if opened(c, namespace, metadata))
    if not names:
        return "no class is for this namespace, ask the platform's team"
    return f"there are {', '.join(names)}: create the VideoJob anew with one of them as spec.className"
