"""What is said of a VideoJob at which this operator itself has failed: a bug, or another version's object.

Written on the raw status, since reading it may be what has failed; all that stands there stays.
"""

from datetime import datetime
from typing import Any

from spotreel_operator.reconcile.help_links import help_at
from spotreel_operator.state.times import format_time
from videojob_api.conditions import Condition
from videojob_api.names import ENDS, HELP, Phase
from videojob_api.reasons import Reason

Object = dict[str, Any]
LONGEST = 500


def internal_error(videojob: Object, error: BaseException, now: datetime, page: str = HELP) -> Object | None:
    """The status to write; None if it has ended, is being deleted, or says so already."""
    status = videojob.get("status") or {}
    message = f"{describe(error)}; tried again ({help_at(page, Reason.INTERNAL_ERROR)})"
    said = (status.get("reason"), status.get("message")) == (Reason.INTERNAL_ERROR, message)
    if said or status.get("phase") in ENDS or "deletionTimestamp" in videojob["metadata"]:
        return None
    generation = videojob["metadata"].get("generation", 1)
    return {
        **status,
        "phase": status.get("phase") or Phase.PENDING,
        "reason": Reason.INTERNAL_ERROR,
        "message": message,
        "conditions": _conditions(status.get("conditions") or [], message, generation, format_time(now)),
    }


def describe(error: BaseException) -> str:
    """Type and text on one line, without control characters, cut."""
    text = "".join(c if c.isprintable() else " " for c in str(error))
    return f"{type(error).__name__}: {' '.join(text.split())}".rstrip(": ")[:LONGEST]


def _conditions(old: list[Object], message: str, generation: int, now: str) -> list[Object]:
    """Stalled and no longer reconciling, as kstatus has it; the others as they were."""
    new = {str(Condition.STALLED): "True", str(Condition.RECONCILING): "False"}
    before = {c["type"]: c for c in old if c.get("type") in new}
    made = [
        {
            "type": kind,
            "status": value,
            "reason": Reason.INTERNAL_ERROR,
            "message": message,
            "observedGeneration": generation,
            "lastTransitionTime": _since(before.get(kind), value, now),
        }
        for kind, value in new.items()
    ]
    return [c for c in old if c.get("type") not in new] + made


def _since(before: Object | None, value: str, now: str) -> str:
    """A transition time changes with the status only."""
    same = before is not None and before.get("status") == value
    return str(before.get("lastTransitionTime", now)) if same and before else now
