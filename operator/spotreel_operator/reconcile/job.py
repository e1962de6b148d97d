"""A whole job: whether it is over, held up or suspended; else its lane takes the next step."""

from datetime import datetime, timedelta

from spotreel_operator.manifests.orders import OrderTooLarge
from spotreel_operator.reconcile import lane, retry
from spotreel_operator.reconcile.attempts import Review, review
from spotreel_operator.reconcile.budgets import exhausted
from spotreel_operator.reconcile.conditions import Standing, is_finished
from spotreel_operator.reconcile.counters import budget_of
from spotreel_operator.reconcile.ending import too_late
from spotreel_operator.reconcile.leftovers import hang_from, hanging, leftovers, next_past, past
from spotreel_operator.reconcile.moments import soonest, until
from spotreel_operator.reconcile.plan import EventSpec, Plan
from spotreel_operator.reconcile.result import promised
from spotreel_operator.reconcile.stalls import remaining, stall_of
from spotreel_operator.reconcile.status import facts_of, status_of
from spotreel_operator.reconcile.ttl import expires_at
from spotreel_operator.state.snapshot import Platform, Snapshot, Stall
from spotreel_operator.state.times import format_time, parse_time
from videojob_api.checks import check_work
from videojob_api.names import AttemptReason, Event, Phase, Verdict
from videojob_api.order import Work
from videojob_api.reasons import Reason
from videojob_api.status import VideoJobStatus

STALLED_AGAIN = timedelta(seconds=15)
NOTHING_KNOWN = Stall(Reason.SPEC_INVALID, "nothing is known of this job's platform")


def decided(s: Snapshot) -> Plan:
    """What to do about a job that is there and was not asked to begin again."""
    if is_finished(s.videojob.status):
        return _after_the_end(s)
    platform = remaining(s)
    if platform is None:
        return _stalled(s, stall_of(s) or NOTHING_KNOWN, s.videojob.status)
    return _running(s, platform, review(s, platform))


def _after_the_end(s: Snapshot) -> Plan:
    """What still hangs is cleared, and its time to live ends a finished job for good."""
    expires, ended = expires_at(s), parse_time(s.videojob.status.end_time)
    if ended is None:
        return Plan()
    if expires is not None and s.now >= expires:
        return Plan(delete_videojob=True)
    moments = (expires, hang_from(s, ended), next_past(s))
    return Plan(
        delete_jobs=past(s) + hanging(s, ended),
        requeue_after=soonest(*(until(moment, s.now) for moment in moments)),
    )


def _stalled(s: Snapshot, stall: Stall, facts: VideoJobStatus, r: Review | None = None) -> Plan:
    """Says what is wrong, and looks again. Nothing new is begun."""
    standing = Standing(Phase.PENDING, stall.reason, stall.message, stalled=True)
    event = EventSpec("Warning", Event.FAILED, f"{stall.reason}: {stall.message}", stall.reason)
    return Plan(
        delete_jobs=leftovers(s, r) if r else (),
        status=status_of(s, standing, facts),
        events=(*(r.events if r else ()), event),
        requeue_after=soonest(STALLED_AGAIN, until(s.must_end_by, s.now)),
    )


def _running(s: Snapshot, platform: Platform, r: Review) -> Plan:
    end, stall = _end(s, platform, r), stall_of(s)
    if end is not None:
        return _finish(s, platform, r, end)
    assert s.videojob.spec is not None
    if s.videojob.spec.suspend:
        return _suspend(s, platform, r)
    if stall and r.active is None:
        return _stalled(s, stall, _facts(s, platform, r), r)
    try:
        return _stepped(s, platform, lane.step(s, platform, r))
    except OrderTooLarge as error:
        return _too_large(s, platform, r, error)


# ends


def _end(s: Snapshot, platform: Platform, r: Review) -> Standing | None:
    """Whether the job is over, and how."""
    if last := r.decisive:
        if last.verdict == Verdict.SUCCEEDED:
            return Standing(Phase.SUCCEEDED, Reason.RESULT_COMMITTED, _there(s))
        return Standing(Phase.FAILED, Reason(last.reason or ""), last.message or "")
    if not (r.attempts or stall_of(s)) and (problems := check_work(Work.of(platform.spec))):
        return Standing(Phase.FAILED, Reason.SPEC_INVALID, "; ".join(map(str, problems)))
    if late := too_late(s, r.active is not None):
        return Standing(Phase.FAILED, Reason.DEADLINE_EXCEEDED, late)
    return None if stall_of(s) or r.active else _spent(platform, r)


def _spent(platform: Platform, r: Review) -> Standing | None:
    """Whether a budget is used up."""
    backoff = platform.spec.backoff_limit or 0
    spent = exhausted(r.attempts, budget_of(r.counts), backoff, platform.config.no_progress_attempts)
    return Standing(Phase.FAILED, spent.reason, spent.message) if spent else None


def _there(s: Snapshot) -> str:
    return promised(s.videojob.spec).kept if s.videojob.spec else "the output is there"


def _finish(s: Snapshot, platform: Platform, r: Review, end: Standing) -> Plan:
    """The last status; what still runs is taken back."""
    r = lane.all_withdrawn(r, s, _why_over(end), end.message)
    good = end.phase == Phase.SUCCEEDED
    kind, reason = ("Normal", Event.COMPLETED) if good else ("Warning", Event.FAILED)
    status = status_of(s, end, facts_of(s, platform, r))
    return Plan(
        delete_jobs=leftovers(s, r),
        status=status.model_copy(update={"end_time": format_time(s.now)}),
        events=(*r.events, EventSpec(kind, reason, end.message, retry.last(s))),
        requeue_after=timedelta(seconds=1),
    )


def _why_over(end: Standing) -> AttemptReason:
    """Why what still runs is taken back when its job ends."""
    if end.phase == Phase.SUCCEEDED:
        return AttemptReason.JOB_SUCCEEDED
    late = end.reason == Reason.DEADLINE_EXCEEDED
    return AttemptReason.DEADLINE_EXCEEDED if late else AttemptReason.JOB_FAILED


def _suspend(s: Snapshot, platform: Platform, r: Review) -> Plan:
    """Attempts are taken back, segments stay."""
    events = r.events
    r = lane.all_withdrawn(r, s, AttemptReason.SUSPENDED, "spec.suspend is true")
    if s.videojob.status.phase != Phase.SUSPENDED:
        events += (EventSpec("Normal", Event.SUSPENDED, "finished segments are kept", str(s.videojob.generation)),)
    standing = Standing(Phase.SUSPENDED, Reason.SUSPENDED, "suspended by spec.suspend; finished segments are kept")
    return Plan(delete_jobs=leftovers(s, r), status=status_of(s, standing, facts_of(s, platform, r)), events=events)


def _too_large(s: Snapshot, platform: Platform, r: Review, error: OrderTooLarge) -> Plan:
    """A spec is never made smaller, as what makes it large is immutable; the platform's share may be."""
    if error.by_spec:
        return _finish(s, platform, r, Standing(Phase.FAILED, Reason.SPEC_TOO_LARGE, str(error)))
    return _stalled(s, Stall(Reason.SPEC_TOO_LARGE, str(error)), facts_of(s, platform, r), r)


# on the way


def _stepped(s: Snapshot, platform: Platform, step: lane.Step) -> Plan:
    """The plan of a job whose lane has taken a step."""
    r = step.review
    return Plan(
        delete_pods=step.delete_pods,
        delete_jobs=leftovers(s, r),
        start=(step.start,) if step.start else (),
        status=status_of(s, step.standing, _facts(s, platform, r)),
        events=(*r.events, *_woken(s), *step.events),
        requeue_after=soonest(step.look_again, until(_alarm(s), s.now)),
    )


def _alarm(s: Snapshot) -> datetime | None:
    """The next moment at which something is due to the whole job although nothing happens."""
    # While a queue holds it back, its clocks stand still and their ends move on.
    return None if s.queued else min((m for m in (s.goal_at, s.must_end_by) if m and m > s.now), default=None)


def _is_back(s: Snapshot) -> bool:
    return s.videojob.status.phase == Phase.SUSPENDED


def _woken(s: Snapshot) -> tuple[EventSpec, ...]:
    event = EventSpec("Normal", Event.UNSUSPENDED, "goes on", str(s.videojob.generation))
    return (event,) if _is_back(s) else ()


def _facts(s: Snapshot, platform: Platform, r: Review) -> VideoJobStatus:
    """As batch/v1, a suspended time does not count against activeDeadlineSeconds: the clock begins anew."""
    facts = facts_of(s, platform, r)
    return facts.model_copy(update={"start_time": format_time(s.now)}) if _is_back(s) else facts
