"""Names of attempts, made and read in one place. A name is no proof: anybody may copy a Job and call it so.

Runners that work at one job side by side are its lanes, from 0 on; the attempt that only joins has one of its own.
"""

import re
from dataclasses import dataclass

from videojob_api.order import MOST_SHARDS

JOIN = MOST_SHARDS
"""The lane of attempts that only join."""

_WORD = "join"
_END = re.compile(rf"(?<![^-])({_WORD}|0|[1-9][0-9]?)-([1-9][0-9]{{0,9}})\Z", re.ASCII)


@dataclass(frozen=True)
class Place:
    """Where an attempt stands: its lane, and its number there, from 1 on."""

    lane: int
    number: int


def lane_word(lane: int) -> str:
    """Of a lane, as it stands in names and labels."""
    return _WORD if lane == JOIN else str(lane)


def attempt_name(videojob: str, uid: str, number: int, lane: int = 0) -> str:
    """At most 63 characters for VideoJob names of at most 40: it becomes a label and a pod's prefix."""
    return f"{_begin(videojob, uid)}{lane_word(lane)}-{number}"


def place_of(videojob: str, uid: str, name: str) -> Place | None:
    """None if this is not the name of an attempt of this VideoJob, whatever it is."""
    begin = _begin(videojob, uid)
    return _place(_END.fullmatch(name[len(begin) :])) if name.startswith(begin) else None


def place_at_end(name: str) -> Place | None:
    """Of the name of an attempt, whosever it is; None if it has no end of such a name."""
    return _place(_END.search(name))


def _place(end: re.Match[str] | None) -> Place | None:
    if end is None:
        return None
    lane = JOIN if end[1] == _WORD else int(end[1])
    return Place(lane, int(end[2])) if end[1] == _WORD or lane < JOIN else None


def _begin(videojob: str, uid: str) -> str:
    return f"{videojob}-{uid.replace('-', '')[:5]}-"
