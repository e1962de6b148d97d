"""One table of why attempts end: what each reason means for the job's events, counters, budgets and next node.

`videojob_api.exit_codes` says which exit code gives which reason; here stands what follows from it.
"""

from dataclasses import dataclass
from typing import Literal

from videojob_api.names import AttemptReason, Event
from videojob_api.reasons import Reason
from videojob_api.tables import whole

Counter = Literal["oom_kills", "storage_kills", "kills"]
"""A field of both `Counts` and `Budget`."""


@dataclass(frozen=True)
class Consequences:
    """What follows from a reason.

    `event` is its own; without one, that of the verdict is taken. `counter` is raised by one. A `lack` is a limit that
    was too low: it is the job's reason when attempts have ended so twice. One with `unfit_node` failed because of its
    node, which is avoided for a while.
    """

    reason: AttemptReason
    event: Event | None = None
    counter: Counter | None = None
    lack: Reason | None = None
    unfit_node: bool = False


CONSEQUENCES: dict[str, Consequences] = whole(
    list(AttemptReason),
    [
        Consequences(AttemptReason.RESULT_COMMITTED),
        Consequences(AttemptReason.SHARE_DONE),
        Consequences(AttemptReason.PREEMPTED, Event.PREEMPTED),
        Consequences(AttemptReason.EVICTED, Event.EVICTED),
        Consequences(AttemptReason.NODE_LOST, Event.NODE_LOST),
        Consequences(AttemptReason.RUNNER_SILENT, Event.RUNNER_SILENT),
        Consequences(AttemptReason.POD_DELETED),
        Consequences(AttemptReason.STOPPED),
        Consequences(AttemptReason.STORE_UNREACHABLE),
        Consequences(AttemptReason.NODE_UNFIT, unfit_node=True),
        Consequences(AttemptReason.NOT_STARTED, unfit_node=True),
        Consequences(AttemptReason.KILLED, counter="kills"),
        Consequences(AttemptReason.NO_RESULT),
        Consequences(AttemptReason.NO_EVIDENCE),
        Consequences(AttemptReason.OOM_KILLED, Event.OOM_KILLED, "oom_kills", Reason.OUT_OF_MEMORY),
        Consequences(AttemptReason.STORAGE_EXCEEDED, None, "storage_kills", Reason.OUT_OF_STORAGE),
        Consequences(AttemptReason.CRASHED, Event.CRASHED),
        Consequences(AttemptReason.NO_CAPACITY, Event.NO_CAPACITY),
        Consequences(AttemptReason.IMAGE_REPLACED),
        Consequences(AttemptReason.REQUEUED),
        Consequences(AttemptReason.SUSPENDED),
        Consequences(AttemptReason.DEADLINE_EXCEEDED),
        Consequences(AttemptReason.JOB_SUCCEEDED),
        Consequences(AttemptReason.JOB_FAILED),
        Consequences(AttemptReason.PARALLELISM_LOWERED),
        Consequences(AttemptReason.NOT_NEEDED),
        Consequences(AttemptReason.MOVED),
    ],
    key=lambda row: row.reason,
)

EVENTS: dict[str, Event] = {row.reason: row.event for row in CONSEQUENCES.values() if row.event}
COUNTERS: dict[str, Counter] = {row.reason: row.counter for row in CONSEQUENCES.values() if row.counter}
TOO_LITTLE: dict[str, Reason] = {row.reason: row.lack for row in CONSEQUENCES.values() if row.lack}
"""Limits that were too low: one retry, for memory with one segment in hand at a time, then the job fails."""
UNFIT_NODE = frozenset(str(row.reason) for row in CONSEQUENCES.values() if row.unfit_node)
