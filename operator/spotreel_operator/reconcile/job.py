"""A whole job: whether it is over, held up or suspended; else its lanes take the next step."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from spotreel_operator.manifests.orders import OrderTooLarge
from spotreel_operator.reconcile import lanes, retry, several
from spotreel_operator.reconcile.attempts import review
from spotreel_operator.reconcile.budgets import exhausted
from spotreel_operator.reconcile.conditions import Standing, is_finished
from spotreel_operator.reconcile.counters import budget_of
from spotreel_operator.reconcile.ending import too_late
from spotreel_operator.reconcile.lane import Step
from spotreel_operator.reconcile.lane_review import JobReview
from spotreel_operator.reconcile.leftovers import hang_from, hanging, leftovers, next_past, past
from spotreel_operator.reconcile.moments import soonest, until
from spotreel_operator.reconcile.plan import EventSpec, Plan
from spotreel_operator.reconcile.quiet import told
from spotreel_operator.reconcile.result import promised
from spotreel_operator.reconcile.shards import parallelism
from spotreel_operator.reconcile.stalls import remaining, stall_of
from spotreel_operator.reconcile.status import facts_of, latest_report, status_of
from spotreel_operator.reconcile.ttl import expires_at
from spotreel_operator.state.snapshot import Platform, Snapshot, Stall
from spotreel_operator.state.times import format_time, parse_time
from videojob_api.checks import check_work
from videojob_api.names import AttemptReason, Event, Phase, Verdict
from videojob_api.order import Work
from videojob_api.reasons import Reason
from videojob_api.status import VideoJobStatus

STALLED_AGAIN = timedelta(seconds=15)
LONGEST_IN_LINE = timedelta(minutes=5)
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


def _stalled(s: Snapshot, stall: Stall, facts: VideoJobStatus, r: JobReview | None = None) -> Plan:
    """Says what is wrong, and looks again. Nothing new is begun."""
    standing = Standing(Phase.PENDING, stall.reason, stall.message, stalled=True)
    event = EventSpec("Warning", Event.FAILED, f"{stall.reason}: {stall.message}", stall.reason)
    return Plan(
        delete_jobs=leftovers(s, r) if r else (),
        status=status_of(s, standing, facts),
        events=(*(r.events if r else ()), event),
        requeue_after=soonest(STALLED_AGAIN, until(s.must_end_by, s.now)),
    )


def _running(s: Snapshot, platform: Platform, r: JobReview) -> Plan:
    end, stall = _end(s, platform, r), stall_of(s)
    if end is not None:
        return _finish(s, platform, r, end)
    assert s.videojob.spec is not None
    if s.videojob.spec.suspend:
        return _suspend(s, platform, r)
    if stall and not r.active:
        return _stalled(s, stall, _facts(s, platform, r), r)
    try:
        return _stepped(s, platform, lanes.steps(s, platform, r, may_begin=stall is None))
    except OrderTooLarge as error:
        return _too_large(s, platform, r, error)


# ends


def _end(s: Snapshot, platform: Platform, r: JobReview) -> Standing | None:
    """Whether the job is over, and how."""
    if last := r.decisive:
        if last.verdict == Verdict.SUCCEEDED:
            return Standing(Phase.SUCCEEDED, Reason.RESULT_COMMITTED, _there(s))
        return Standing(Phase.FAILED, Reason(last.reason or ""), last.message or "")
    if not (r.attempts or stall_of(s)) and (problems := check_work(Work.of(platform.spec))):
        return Standing(Phase.FAILED, Reason.SPEC_INVALID, "; ".join(map(str, problems)))
    if late := too_late(s, bool(r.active)):
        return Standing(Phase.FAILED, Reason.DEADLINE_EXCEEDED, late)
    return None if stall_of(s) else _spent(platform, r)


def _spent(platform: Platform, r: JobReview) -> Standing | None:
    """Whether a lane that would get another attempt has used up a budget."""
    backoff, barren = platform.spec.backoff_limit or 0, platform.config.no_progress_attempts
    for lane in (lane for lane in r.lanes if lane.active is None):
        spent = exhausted(lane.attempts, budget_of(lane.counts), backoff, barren)
        # What one lane has not done, others do: a job that gets on has not come to a halt.
        if spent and not (spent.reason == Reason.NO_PROGRESS and r.gets_on):
            return Standing(Phase.FAILED, spent.reason, spent.message)
    return None


def _there(s: Snapshot) -> str:
    return promised(s.videojob.spec).kept if s.videojob.spec else "the output is there"


def _finish(s: Snapshot, platform: Platform, r: JobReview, end: Standing) -> Plan:
    """The last status; what still runs is taken back."""
    r = lanes.all_withdrawn(r, s, _why_over(end), end.message)
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


def _suspend(s: Snapshot, platform: Platform, r: JobReview) -> Plan:
    """Attempts are taken back, segments stay."""
    events = r.events
    r = lanes.all_withdrawn(r, s, AttemptReason.SUSPENDED, "spec.suspend is true")
    if s.videojob.status.phase != Phase.SUSPENDED:
        events += (EventSpec("Normal", Event.SUSPENDED, "finished segments are kept", str(s.videojob.generation)),)
    standing = Standing(Phase.SUSPENDED, Reason.SUSPENDED, "suspended by spec.suspend; finished segments are kept")
    return Plan(delete_jobs=leftovers(s, r), status=status_of(s, standing, facts_of(s, platform, r)), events=events)


def _too_large(s: Snapshot, platform: Platform, r: JobReview, error: OrderTooLarge) -> Plan:
    """A spec is never made smaller, as what makes it large is immutable; the platform's share may be."""
    if error.by_spec:
        return _finish(s, platform, r, Standing(Phase.FAILED, Reason.SPEC_TOO_LARGE, str(error)))
    return _stalled(s, Stall(Reason.SPEC_TOO_LARGE, str(error)), facts_of(s, platform, r), r)


# on the way


def _stepped(s: Snapshot, platform: Platform, steps: Sequence[Step]) -> Plan:
    """The plan of a job whose lanes have taken a step each."""
    r = JobReview(tuple(step.review for step in steps))
    again = soonest(*(step.look_again for step in steps), until(_alarm(s), s.now), _turn_again(s))
    return Plan(
        delete_pods=tuple(pod for step in steps for pod in step.delete_pods),
        delete_jobs=leftovers(s, r),
        start=tuple(step.start for step in steps if step.start),
        status=status_of(s, _standing(s, platform, r, steps), _facts(s, platform, r)),
        events=(*told(r.events, len(steps)), *_woken(s), *told([e for step in steps for e in step.events], len(steps))),
        requeue_after=again,
    )


def _standing(s: Snapshot, platform: Platform, r: JobReview, steps: Sequence[Step]) -> Standing:
    if s.turn and s.turn.place and not any(step.standing for step in steps):
        return Standing(Phase.PENDING, Reason.WAITING_FOR_TURN, s.turn.words)
    times = r.counts.disruptions + r.counts.crashes
    return several.standing(steps, latest_report(s, r), parallelism(platform), times)


def _turn_again(s: Snapshot) -> timedelta | None:
    """Who is further back in line looks less often."""
    return min(timedelta(seconds=1 + s.turn.place), LONGEST_IN_LINE) if s.turn and s.turn.place else None


def _alarm(s: Snapshot) -> datetime | None:
    """The next moment at which something is due to the whole job although nothing happens."""
    # While a queue holds it back, its clocks stand still and their ends move on.
    return None if s.queued else min((m for m in (s.goal_at, s.must_end_by) if m and m > s.now), default=None)


def _is_back(s: Snapshot) -> bool:
    return s.videojob.status.phase == Phase.SUSPENDED


def _woken(s: Snapshot) -> tuple[EventSpec, ...]:
    event = EventSpec("Normal", Event.UNSUSPENDED, "goes on", str(s.videojob.generation))
    return (event,) if _is_back(s) else ()


def _facts(s: Snapshot, platform: Platform, r: JobReview) -> VideoJobStatus:
    """As batch/v1, a suspended time does not count against activeDeadlineSeconds: the clock begins anew."""
    facts = facts_of(s, platform, r)
    return facts.model_copy(update={"start_time": format_time(s.now)}) if _is_back(s) else facts
