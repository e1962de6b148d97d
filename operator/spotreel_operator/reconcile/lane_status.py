"""Lanes in the status that is written: in the open where there is one, else as sums and a record of each."""

from collections.abc import Sequence
from typing import Any

from spotreel_operator.reconcile.counters import together
from spotreel_operator.state.lane_records import LaneRecord, recorded, shown
from videojob_api.attempt_names import JOIN
from videojob_api.status import ShardsStatus


def lanes_in_status(records: Sequence[LaneRecord], total: int, running: int) -> dict[str, Any]:
    """Fields of a status: `attempts`, `counts`, `shards`. `total`: lanes wanted; `running`: runners at work."""
    kept = [record for record in records if record.attempts or record.counts.attempts or record.lane == 0]
    counts = together([record.counts for record in kept])
    if total == 1 and [record.lane for record in kept] == [0]:
        return {"attempts": list(kept[0].attempts), "counts": counts, "shards": None}
    done = sum(1 for r in kept if r.lane < min(total, JOIN) and r.counts.budget is not None and r.counts.budget.done)
    shards = ShardsStatus(total=total, running=running, done=done, summary=f"{running}/{total}")
    attempts = shown(attempt for record in kept for attempt in record.attempts)
    return {"attempts": attempts, "counts": counts, "shards": recorded(kept, shards)}
