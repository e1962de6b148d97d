"""What runners say of a job that goes on: a condition for each kind of note, and an event when it is first said."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from spotreel_operator.reconcile.conditions import Extra
from spotreel_operator.reconcile.plan import EventSpec, Plan
from spotreel_operator.state.snapshot import Snapshot
from videojob_api.names import Note
from videojob_api.notes import SHOWN
from videojob_api.report import Warning_
from videojob_api.status import ConditionStatus


def noted(warnings: Iterable[Warning_]) -> Iterator[Extra]:
    """A condition for each kind, with all that was said of that kind. Unknown kinds are passed over."""
    said: dict[Note, dict[str, None]] = {}
    for warning in warnings:
        if warning.reason in SHOWN:
            said.setdefault(SHOWN[warning.reason].note, {})[warning.message] = None
    for note, messages in said.items():
        yield Extra(note, SHOWN[note].reason, "; ".join(messages))


def announced(s: Snapshot, plan: Plan) -> Plan:
    """The plan with an event for each kind of note that its status is the first to show."""
    if plan.status is None:
        return plan
    before = {c.type for c in s.videojob.status.conditions}
    new = [c for c in plan.status.conditions if c.type in SHOWN and c.type not in before]
    return replace(plan, events=(*plan.events, *map(_event, new)))


def _event(condition: ConditionStatus) -> EventSpec:
    shown = SHOWN[condition.type]
    return EventSpec("Warning" if shown.warning else "Normal", shown.event, condition.message)
