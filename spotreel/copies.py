"""A copy of a job: another name, other outputs, all else the same. Pure."""

import copy
import re
from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

from spotreel.errors import NotUploadable
from spotreel.job import Job
from videojob_api.names import API_VERSION, KIND, MAX_NAME_LENGTH

Object = dict[str, Any]
_NUMBERED = re.compile(r"^(.+)-([1-9][0-9]?)$")
"""A copy's; longer numbers are years and the like, which are part of a name."""


def free_name(name: str, taken: Iterable[str]) -> str:
    """`reel-2` of `reel`, or the next number that no job has."""
    found, names = _NUMBERED.match(name), set(taken)
    stem = found[1] if found else name
    first = int(found[2]) + 1 if found else 2
    return next(made for number in count(first) if (made := _with(stem, number)) not in names)


def _with(stem: str, number: int) -> str:
    end = f"-{number}"
    return f"{stem[: MAX_NAME_LENGTH - len(end)].rstrip('-')}{end}"


def copied(job: Job, name: str, to: str | None) -> Object:
    """What to apply. Its files have the new name in theirs, or go to `to`. Raises NotUploadable."""
    spec = copy.deepcopy(job.spec)
    spec.pop("suspend", None)
    if to and not spec.get("outputs"):
        raise NotUploadable(f"{job.name} has no output that could go to {to}: leave --to out")
    rename = _renamed(job.name, name)
    for item in (*spec.get("outputs", []), *spec.get("results", [])):
        if item.get("uri"):
            item["uri"] = rename(item["uri"])
    if to:
        spec["outputs"][0]["uri"] = to
    kept = {key: job.body["metadata"][key] for key in ("labels",) if job.body["metadata"].get(key)}
    return {"apiVersion": API_VERSION, "kind": KIND, "metadata": {"name": name, **kept}, "spec": spec}


def _renamed(old: str, new: str) -> Callable[[str], str]:
    """`out/reel.mp4` as `out/reel-2.mp4`; a file of another name gets the new one before its ending."""

    def rename(uri: str) -> str:
        folder, _, file = uri.rpartition("/")
        stem, dot, ending = file.partition(".")
        made = new + stem[len(old) :] if stem == old or stem.startswith(f"{old}-") else f"{stem}-{new}"
        return f"{folder}/{made}{dot}{ending}"

    return rename
