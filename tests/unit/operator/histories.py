"""Jobs in the middle of their lives: attempts, and statuses that list them."""

from typing import Any

from spotreel_operator.reconcile.plan import Plan
from spotreel_operator.state.snapshot import Snapshot
from tests.unit.operator.make import job, snapshot
from videojob_api.status import Attempt, Counts, VideoJobStatus

A1, A2 = "reel-12345-0-1", "reel-12345-0-2"


def attempt(name: str = A1, **changes: Any) -> Attempt:
    return Attempt(name=name, tier="spot", create_time="2026-01-01T12:00:01Z").model_copy(update=changes)


def status_with(*attempts: Attempt, **changes: Any) -> VideoJobStatus:
    base = VideoJobStatus(phase="Running", attempts=list(attempts), counts=Counts(attempts=len(attempts)))
    return base.model_copy(update={"start_time": "2026-01-01T12:00:00Z", **changes})


def lost(name: str = A1, **changes: Any) -> Attempt:
    base = {"verdict": "Disruption", "reason": "Preempted", "end_time": "2026-01-01T12:00:30Z", "segments": 3}
    return attempt(name, **{**base, **changes})


def conditions(plan: Plan) -> dict[str, str]:
    assert plan.status
    return {c.type: c.status for c in plan.status.conditions}


def event_reasons(plan: Plan) -> list[str]:
    return [str(event.reason) for event in plan.events]


def after(plan: Plan, before: Snapshot) -> Snapshot:
    """The snapshot that follows if the plan's status is written."""
    assert plan.status
    return snapshot(job(plan.status), list(before.evidence.values()), nodes=list(before.nodes.values()))


def in_vain(name: str = A1, **changes: Any) -> Attempt:
    """One that found no node on spot and was taken back."""
    return attempt(name, verdict="Withdrawn", reason="NoCapacity", **changes)
