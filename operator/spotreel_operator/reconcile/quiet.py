"""Events of a job with many lanes: sixty-four runners that start are no sixty-four lines."""

from collections.abc import Sequence

from spotreel_operator.reconcile.plan import EventSpec
from videojob_api.names import Event, Note

FEW = 4
"""Lanes of which each event is told by itself."""


def told(events: Sequence[EventSpec], lanes: int) -> tuple[EventSpec, ...]:
    """The events, the same one once; of many lanes several normal ones of a kind, which come at once, are one.

    Warnings that differ are told each.
    """
    events = tuple(dict.fromkeys(events))
    if lanes <= FEW:
        return events
    kinds: dict[Event | Note, list[EventSpec]] = {}
    for event in events:
        if event.type == "Normal":
            kinds.setdefault(event.reason, []).append(event)
    return tuple(e for e in events if e.type != "Normal") + tuple(_one(alike) for alike in kinds.values())


def _one(alike: Sequence[EventSpec]) -> EventSpec:
    first = alike[0]
    if len(alike) == 1:
        return first
    return EventSpec(first.type, first.reason, f"{first.message}; and {len(alike) - 1} more like it", first.subject)
