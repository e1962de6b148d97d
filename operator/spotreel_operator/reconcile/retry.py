"""A failed job goes on when `spotreel.dev/retry` gets a new value: the same workspace, clocks and budgets anew.

An annotation, not a field: a retry is an act and not a wish about the job, so no manifest has to say it, and
tools that apply manifests leave alone what theirs do not list. Each value counts once.
"""

from dataclasses import replace
from datetime import timedelta

from spotreel_operator.reconcile.conditions import Standing
from spotreel_operator.reconcile.counters import counters, prices_of, retried
from spotreel_operator.reconcile.lane_status import lanes_in_status
from spotreel_operator.reconcile.plan import EventSpec, Plan
from spotreel_operator.reconcile.progress import progress
from spotreel_operator.reconcile.status import status_of
from spotreel_operator.state.lane_records import lane_records
from spotreel_operator.state.snapshot import Snapshot
from spotreel_operator.state.times import format_time
from videojob_api.clean import clean
from videojob_api.conditions import Condition
from videojob_api.names import ANNOTATION_RETRY, Event, Phase
from videojob_api.reasons import Reason
from videojob_api.status import RetryStatus, VideoJobStatus

LONGEST = 253
"""Bytes of a value that are looked at."""


def last(s: Snapshot) -> str:
    """The value that was seen last; "" if there was none."""
    return s.videojob.status.retry.value if s.videojob.status.retry else ""


def is_due(s: Snapshot) -> bool:
    """Whether a failed job has been asked to go on since it failed."""
    return s.videojob.status.phase == Phase.FAILED and _is_new(s)


def begun_again(s: Snapshot) -> Plan:
    """Out of its end: pending, with clocks and budgets as at the start. The next look creates the attempt."""
    value, old = _asked(s), s.videojob.status
    fresh = replace(s, videojob=replace(s.videojob, status=_anew(s, old, value)))
    message = f"retry {value}: goes on after {old.reason}, finished segments are kept"
    standing = Standing(Phase.PENDING, Reason.RESUMING, message)
    event = EventSpec("Normal", Event.RETRIED, message, value)
    return Plan(status=status_of(fresh, standing, fresh.videojob.status), events=(event,), requeue_after=timedelta(0))


def noted(s: Snapshot, plan: Plan) -> Plan:
    """The plan; a new value that finds no failed job is remembered, so that it never comes as a surprise later."""
    if not _is_new(s) or plan.delete_videojob:
        return plan
    value, old = _asked(s), s.videojob.status
    time = old.retry.time if old.retry else None
    status = (plan.status or old).model_copy(update={"retry": RetryStatus(value=value, time=time)})
    text = f"retry {value}: the job had not failed when this was seen; once it has, set another value"
    # A value that stood in the manifest from the start was asked by nobody.
    events = (EventSpec("Warning", Event.RETRY_IGNORED, text, value),) if old.phase else ()
    return replace(plan, status=status, events=plan.events + events)


def _asked(s: Snapshot) -> str:
    return clean(s.videojob.annotations.get(ANNOTATION_RETRY, "").strip(), LONGEST)


def _is_new(s: Snapshot) -> bool:
    return _asked(s) not in ("", last(s))


def _anew(s: Snapshot, old: VideoJobStatus, value: str) -> VideoJobStatus:
    now, prices = format_time(s.now), prices_of(s)
    anew = [replace(lane, counts=retried(counters(lane, prices))) for lane in lane_records(old)]
    return old.model_copy(
        update={
            "retry": RetryStatus(value=value, time=now),
            "start_time": now,
            "end_time": None,
            **lanes_in_status(anew, old.shards.total if old.shards else 1, 0),
            "progress": progress(None, old.progress, s.now),
            "conditions": [c for c in old.conditions if c.type != Condition.DEADLINE_MISSED],
        }
    )
