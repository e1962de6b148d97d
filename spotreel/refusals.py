"""The API server's refusals in words: what was asked, why it is refused, what to do. Pure."""

import re

from spotreel.errors import (
    ClusterUnreachable,
    Forbidden,
    LogsGone,
    NameTaken,
    NoSuchJob,
    NotInstalled,
    Refused,
    SpotreelError,
)
from spotreel_operator.runtime.api import ApiError
from videojob_api.names import API_VERSION, GROUP

_RBAC = re.compile(r'cannot (\w+) resource "([\w/]+)" in API group "([\w.]*)"')
_FIELD_FIRST = re.compile(r"^VideoJob(?:\.[\w.]+)? \"[^\"]*\" is invalid: ")
_NOT_YET = "waiting to start"
_IMMUTABLE = "is immutable"
_NOBODY = '"system:anonymous"'
_NO_KIND = ("404 page not found", "the server could not find the requested resource")


def explained(error: ApiError, namespace: str, name: str = "") -> SpotreelError:
    """For the person who asked for the VideoJob `name`, or for all of `namespace`."""
    match error.status:
        case 401:
            return _unknown()
        case 403:
            return _forbidden(error, namespace)
        case 404 | 410:
            return _missing(error, namespace, name)
        case 409:
            return taken(namespace, name)
        case 400 if _NOT_YET in error.message:
            return LogsGone(f"its runner has not started yet ({error.message.rpartition(': ')[2]})")
        case 400 | 413 | 422:
            return _invalid(error, namespace, name)
        case _:
            return ClusterUnreachable(f"the API server answers {error.status}: {error.message or error.reason}")


def taken(namespace: str, name: str) -> NameTaken:
    """Another job has this name already."""
    return NameTaken(
        f"there is another VideoJob {name} in namespace {namespace}: give this one another name with --name, "
        f"or remove that one with spotreel cancel {name}"
    )


def _unknown() -> Forbidden:
    return Forbidden("the cluster does not know who you are: log in again, as for kubectl")


def _forbidden(error: ApiError, namespace: str) -> SpotreelError:
    """A right that is missing, or a policy, a quota, a webhook, which say themselves what they want."""
    if _NOBODY in error.message:
        return _unknown()
    found = _RBAC.search(error.message)
    if not found:
        return Forbidden(f"refused: {error.message}")
    verb, resource, group = found.groups()
    what = f"{resource}.{group}" if group else resource
    role = "view" if verb in ("get", "list", "watch") else "edit"
    return Forbidden(
        f"you may not {verb} {resource} in namespace {namespace}: ask for the verb {verb} on {what}"
        + (f", which the role {role} of that namespace has" if group == GROUP or resource.startswith("pods") else "")
    )


def _missing(error: ApiError, namespace: str, name: str) -> SpotreelError:
    if any(said in error.message for said in _NO_KIND):
        return NotInstalled(
            f"this cluster knows no VideoJobs ({API_VERSION}): install Spotreel there, or choose another with --context"
        )
    if 'namespaces "' in error.message:
        return NoSuchJob(f"there is no namespace {namespace}: choose one with -n")
    return NoSuchJob(f"there is no VideoJob {name} in namespace {namespace}: spotreel list shows those that are there")


def _invalid(error: ApiError, namespace: str, name: str) -> SpotreelError:
    lines = [_line(str(cause.get("field", "")), str(cause.get("message", ""))) for cause in error.causes]
    if any(_IMMUTABLE in line for line in lines) or _IMMUTABLE in error.message:
        return taken(namespace, name)
    return Refused(list(dict.fromkeys(lines)) or _single(error.message))


def _line(field: str, message: str) -> str:
    """As `spotreel validate` writes it, without what the API server says before."""
    where = field.removeprefix("spec.")
    said = re.sub(r'^(Invalid value|Forbidden|Required value): ("[a-z]+": )?', "", message)
    said = said.removeprefix(f"{field} in body ")
    return f"{where}: {said}" if where and where != "<nil>" else said


def _single(message: str) -> list[str]:
    """A refusal without causes, such as of an unknown field."""
    text = _FIELD_FIRST.sub("", message)
    strict = text.partition("strict decoding error: ")[2]
    return [part.strip() for part in strict.split(", ")] if strict else [text]
