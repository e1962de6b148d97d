"""`reconcile(snapshot) -> Plan`: pure, and the only place where decisions meet.

Whatever happened in between, the same snapshot gives the same plan, and the plan of a state that is
as it should be does nothing.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from spotreel_operator.manifests.attempt import OrderTooLarge, attempt_job, attempt_name
from spotreel_operator.reconcile import retry
from spotreel_operator.reconcile.attempts import Review, judged, listed, review, verdict_events
from spotreel_operator.reconcile.avoid import avoided
from spotreel_operator.reconcile.budgets import exhausted, out_of_memory, pause
from spotreel_operator.reconcile.conditions import Standing, is_finished
from spotreel_operator.reconcile.counters import budget_of, counted, prices_of
from spotreel_operator.reconcile.ending import too_late
from spotreel_operator.reconcile.leftovers import next_past, past
from spotreel_operator.reconcile.notes import announced
from spotreel_operator.reconcile.plan import DeleteJob, DeletePod, EventSpec, Plan
from spotreel_operator.reconcile.progress import short_duration
from spotreel_operator.reconcile.queueing import of_this_turn, waits, why_queued
from spotreel_operator.reconcile.stalls import readable, remaining, stall_of
from spotreel_operator.reconcile.standing import cannot_pull, standing_of
from spotreel_operator.reconcile.starting import unstarted
from spotreel_operator.reconcile.status import facts_of, status_of
from spotreel_operator.reconcile.tiers import gives_up_at, next_tier
from spotreel_operator.reconcile.ttl import expires_at
from spotreel_operator.reconcile.verdict import Ruling
from spotreel_operator.state.evidence import Evidence
from spotreel_operator.state.snapshot import Platform, Snapshot, Stall
from spotreel_operator.state.times import format_time, parse_time
from videojob_api.checks import check_work
from videojob_api.names import AttemptReason, Event, Phase, Reason, Verdict
from videojob_api.order import Work
from videojob_api.status import Attempt, VideoJobStatus

REJECTED_AGAIN = timedelta(seconds=30)
STALLED_AGAIN = timedelta(seconds=15)
NOT_STARTED_FIRST, NOT_STARTED_LAST = timedelta(seconds=2), timedelta(seconds=60)
NOTHING_KNOWN = Stall(Reason.SPEC_INVALID, "nothing is known of this job's platform")
HANGING = timedelta(seconds=60)
"""So long may a runner that has said its last word take to exit."""


def reconcile(s: Snapshot) -> Plan:
    """What to do about one VideoJob now."""
    if s.videojob.deleting:
        return Plan()
    s = of_this_turn(readable(s))
    plan = retry.begun_again(s) if retry.is_due(s) else retry.noted(s, _decided(s))
    return announced(s, plan)


def _decided(s: Snapshot) -> Plan:
    if is_finished(s.videojob.status):
        return _after_the_end(s)
    stall, platform = stall_of(s), remaining(s)
    if platform is None:
        return _stalled(s, stall or NOTHING_KNOWN, s.videojob.status)
    return _running(s, platform, review(s, platform))


def _after_the_end(s: Snapshot) -> Plan:
    """What still hangs is cleared, and its time to live ends a finished job for good."""
    expires = expires_at(s)
    ended = parse_time(s.videojob.status.end_time)
    if ended is None:
        return Plan()
    if expires is not None and s.now >= expires:
        return Plan(delete_videojob=True)
    running = [e.job for e in s.evidence.values() if e.job and not (e.job.finished or e.job.deleting)]
    hang = bool(running) and s.now >= ended + HANGING
    moments = [expires] if expires is not None else []
    moments += [ended + HANGING] if running and not hang else []
    moments += [moment] if (moment := next_past(s)) else []
    return Plan(
        delete_jobs=past(s) + tuple(DeleteJob(job.name, job.uid) for job in running if hang or job.suspended),
        requeue_after=_until(min(moments, default=None), s.now, None),
    )


def _stalled(s: Snapshot, stall: Stall, facts: VideoJobStatus, r: Review | None = None) -> Plan:
    """Says what is wrong, and looks again. Nothing new is begun."""
    standing = Standing(Phase.PENDING, stall.reason, stall.message, stalled=True)
    event = EventSpec("Warning", Event.FAILED, f"{stall.reason}: {stall.message}", stall.reason)
    return Plan(
        delete_jobs=_leftovers(s, r) if r else (),
        status=status_of(s, standing, facts),
        events=(*(r.events if r else ()), event),
        requeue_after=_until(s.must_end_by, s.now, STALLED_AGAIN) if _ends_soon(s) else STALLED_AGAIN,
    )


def _ends_soon(s: Snapshot) -> bool:
    return s.must_end_by is not None and s.now < s.must_end_by < s.now + STALLED_AGAIN


def _running(s: Snapshot, platform: Platform, r: Review) -> Plan:
    decided = _ended(s, platform, r)
    if decided is not None:
        return _finish(s, platform, r, decided)
    assert s.videojob.spec is not None
    if s.videojob.spec.suspend:
        return _suspend(s, platform, r)
    if r.active is not None:
        return _watch(s, platform, r, r.active)
    return _start(s, platform, r)


def _ended(s: Snapshot, platform: Platform, r: Review) -> Standing | None:
    """Whether the job is over, and how."""
    if last := r.decisive:
        if last.verdict == Verdict.SUCCEEDED:
            return Standing(Phase.SUCCEEDED, Reason.RESULT_COMMITTED, f"{_output(s)} is there")
        return Standing(Phase.FAILED, Reason(last.reason or ""), last.message or "")
    if not (r.attempts or stall_of(s)) and (problems := check_work(Work.of(platform.spec))):
        return Standing(Phase.FAILED, Reason.SPEC_INVALID, "; ".join(map(str, problems)))
    if late := too_late(s, r.active is not None):
        return Standing(Phase.FAILED, Reason.DEADLINE_EXCEEDED, late)
    if stall_of(s):
        return None
    spent = exhausted(
        r.attempts, budget_of(r.counts), platform.spec.backoff_limit or 0, platform.config.no_progress_attempts
    )
    return Standing(Phase.FAILED, spent.reason, spent.message) if spent and r.active is None else None


def _output(s: Snapshot) -> str:
    return s.videojob.spec.outputs[0].uri if s.videojob.spec else "the output"


# ends


def _finish(s: Snapshot, platform: Platform, r: Review, standing: Standing) -> Plan:
    """The last status; what still runs is taken back."""
    r = _all_withdrawn(r, s, _why_over(standing), standing.message)
    good = standing.phase == Phase.SUCCEEDED
    event = EventSpec(
        "Normal" if good else "Warning", Event.COMPLETED if good else Event.FAILED, standing.message, retry.last(s)
    )
    status = status_of(s, standing, facts_of(s, platform, r))
    return Plan(
        delete_jobs=_leftovers(s, r),
        status=status.model_copy(update={"end_time": format_time(s.now)}),
        events=(*r.events, event),
        requeue_after=timedelta(seconds=1),
    )


def _why_over(standing: Standing) -> AttemptReason:
    """Why what still runs is taken back when its job ends."""
    if standing.phase == Phase.SUCCEEDED:
        return AttemptReason.JOB_SUCCEEDED
    late = standing.reason == Reason.DEADLINE_EXCEEDED
    return AttemptReason.DEADLINE_EXCEEDED if late else AttemptReason.JOB_FAILED


def _suspend(s: Snapshot, platform: Platform, r: Review) -> Plan:
    """Attempts are taken back, segments stay."""
    events = r.events
    r = _all_withdrawn(r, s, AttemptReason.SUSPENDED, "spec.suspend is true")
    if s.videojob.status.phase != Phase.SUSPENDED:
        events += (EventSpec("Normal", Event.SUSPENDED, "finished segments are kept", str(s.videojob.generation)),)
    standing = Standing(Phase.SUSPENDED, Reason.SUSPENDED, "suspended by spec.suspend; finished segments are kept")
    return Plan(delete_jobs=_leftovers(s, r), status=status_of(s, standing, facts_of(s, platform, r)), events=events)


def _withdrawn(r: Review, s: Snapshot, reason: AttemptReason, message: str) -> Review:
    """The active attempt with the verdict that we took it back."""
    assert r.active is not None
    closed = judged(r.active, Ruling(Verdict.WITHDRAWN, reason, message), s.now)
    after = tuple(closed if a is r.active else a for a in r.attempts)
    counts = counted(r.counts, [closed], 0, prices_of(s))
    return Review(after, counts, (*r.judged, closed), r.events, None)


def _all_withdrawn(r: Review, s: Snapshot, reason: AttemptReason, message: str) -> Review:
    """Every attempt without a verdict: after an interruption there may be two."""
    while r.active:
        r = _withdrawn(r, s, reason, message)
    return r


def _leftovers(s: Snapshot, r: Review) -> tuple[DeleteJob, ...]:
    """Jobs of judged attempts that may still run something. One that said its last word ends by itself, unless a queue
    may begin it anew."""
    over = {a.name: a for a in r.attempts if a.verdict}
    return past(s) + tuple(
        DeleteJob(e.job.name, e.job.uid)
        for name, e in s.evidence.items()
        if e.job
        and name in over
        and not (e.job.finished or e.job.deleting)
        and (e.job.suspended or _may_run(e, over[name], s.now))
    )


def _may_run(evidence: Evidence, attempt: Attempt, now: datetime) -> bool:
    if attempt.verdict == Verdict.WITHDRAWN:
        return True
    ended = parse_time(attempt.end_time)
    hangs = ended is not None and now >= ended + HANGING
    return (evidence.last_word is None or hangs) and not (evidence.pod and evidence.pod.finished)


# on the way


def _watch(s: Snapshot, platform: Platform, r: Review, active: Attempt) -> Plan:
    """An attempt runs or waits."""
    evidence = s.evidence[active.name]
    if waits(evidence):
        return _queue(s, platform, r, active)
    asked = evidence.job.image if evidence.job else ""
    if stall_of(s) is None and cannot_pull(evidence.pod) and asked and asked != wanted_image(s, platform):
        return _other_image(s, platform, r, evidence)
    limit = gives_up_at(platform.tiers, active.tier, evidence.pod.created) if evidence.pod else None
    if stall_of(s) is None and limit and s.now >= limit and _found_no_node(evidence):
        return _next_tier(s, platform, r, active, evidence)
    standing = _stuck(r, platform, standing_of(s, r, active, evidence))
    return Plan(
        delete_jobs=_leftovers(s, r),
        status=status_of(s, standing, facts_of(s, platform, r)),
        events=r.events + _milestones(s, evidence),
        requeue_after=_look_again(s, r, evidence),
    )


def _queue(s: Snapshot, platform: Platform, r: Review, active: Attempt) -> Plan:
    """Somebody else decides when the attempt begins; its Job will tell."""
    message = why_queued(active, s.videojob.labels)
    event = EventSpec("Normal", Event.QUEUED, message, active.name)
    return Plan(
        delete_jobs=_leftovers(s, r),
        status=status_of(s, Standing(Phase.PENDING, Reason.WAITING_FOR_QUOTA, message), facts_of(s, platform, r)),
        events=r.events if s.videojob.status.reason == Reason.WAITING_FOR_QUOTA else (*r.events, event),
    )


def _look_again(s: Snapshot, r: Review, evidence: Evidence) -> timedelta | None:
    """Why a pod does not come or does not start is told by warnings: looked for less and less often."""
    started = evidence.pod is not None and (evidence.pod.started is not None or evidence.pod.node is None)
    fallback = None if started else _not_started_again(s, evidence)
    alarm = _until(_alarm(s, r), s.now, fallback)
    return min(alarm, fallback) if alarm and fallback else alarm


def _not_started_again(s: Snapshot, evidence: Evidence) -> timedelta:
    """After a quarter of the time that it has waited already: a crowd of held jobs costs little."""
    since = evidence.pod.created if evidence.pod else evidence.job.created if evidence.job else s.now
    return min(max((s.now - since) / 4, NOT_STARTED_FIRST), NOT_STARTED_LAST)


def _alarm(s: Snapshot, r: Review) -> datetime | None:
    """The next moment at which something is due although nothing happens."""
    return min((m for m in (s.goal_at, s.must_end_by, r.look_again) if m and m > s.now), default=None)


def _found_no_node(evidence: Evidence) -> bool:
    """A Job whose pod was refused has not waited for a tier: no tier time is used up."""
    return evidence.pod is not None and evidence.pod.node is None and not evidence.pod.gone


def _next_tier(s: Snapshot, platform: Platform, r: Review, active: Attempt, evidence: Evidence) -> Plan:
    """Takes the attempt back, unless its pod has been bound this very moment."""
    assert evidence.pod is not None
    assert evidence.job is not None
    message = f"no node for tier {active.tier}: {evidence.pod.unschedulable or 'not scheduled'}"
    r = _withdrawn(r, s, AttemptReason.NO_CAPACITY, message)
    following = next_tier(platform.tiers, r.attempts)
    changed = EventSpec("Normal", Event.TIER_CHANGED, f"{active.tier} → {following.name}", active.name)
    standing = Standing(Phase.PENDING, Reason.WAITING_FOR_CAPACITY, message)
    pod = evidence.pod
    return Plan(
        delete_pods=(DeletePod(pod.name, pod.uid, pod.resource_version),),
        delete_jobs=(DeleteJob(evidence.job.name, evidence.job.uid),),
        status=status_of(s, standing, facts_of(s, platform, r)),
        events=(*r.events, *verdict_events(r.attempts[-1]), changed),
        requeue_after=timedelta(0),
    )


def wanted_image(s: Snapshot, platform: Platform) -> str:
    """Pinned by the first attempt that started: an upgrade in mid-job mixes nothing."""
    pinned = s.videojob.status.runner
    return pinned.image if pinned else platform.job_class.image or platform.config.runner.image


def _other_image(s: Snapshot, platform: Platform, r: Review, evidence: Evidence) -> Plan:
    """The image could not be pulled, and the configuration names another by now."""
    assert evidence.job is not None
    message = f"the configuration names {wanted_image(s, platform)} now"
    r = _withdrawn(r, s, AttemptReason.IMAGE_REPLACED, message)
    standing = Standing(Phase.PENDING, Reason.RESUMING, message)
    return Plan(
        delete_jobs=(DeleteJob(evidence.job.name, evidence.job.uid),),
        status=status_of(s, standing, facts_of(s, platform, r)),
        events=r.events,
        requeue_after=timedelta(0),
    )


def _milestones(s: Snapshot, evidence: Evidence) -> tuple[EventSpec, ...]:
    """`Planned`, once: the status has no plan yet."""
    plan = evidence.heard.report.plan if evidence.heard else None
    if plan is None or s.videojob.status.plan is not None:
        return ()
    text = f"{plan.frames} frames in {plan.segments} segments, {plan.width}x{plan.height}, {plan.encoder}"
    return (EventSpec("Normal", Event.PLANNED, text),)


def _start(s: Snapshot, platform: Platform, r: Review) -> Plan:
    """The next attempt, after the pause that the last ones ask for."""
    facts = _facts(s, platform, r)
    if stall := stall_of(s):
        return _stalled(s, stall, facts, r)
    wait = _until(_not_before(r, s.now), s.now, None) or timedelta(0)
    if wait > timedelta(0):
        standing = Standing(Phase.PENDING, Reason.RESUMING, f"next attempt in {short_duration(wait.total_seconds())}")
        standing = _stuck(r, platform, standing)
        return Plan((), _leftovers(s, r), None, status_of(s, standing, facts), r.events, requeue_after=wait)
    if s.rejection:
        standing = Standing(Phase.PENDING, Reason.JOB_REJECTED, s.rejection, stalled=True)
        event = EventSpec("Warning", Event.FAILED, f"{Reason.JOB_REJECTED}: {s.rejection}", Reason.JOB_REJECTED)
        return Plan(status=status_of(s, standing, facts), events=(*r.events, event), requeue_after=REJECTED_AGAIN)
    return _create(s, platform, r)


def _facts(s: Snapshot, platform: Platform, r: Review) -> VideoJobStatus:
    """As batch/v1, a suspended time does not count against activeDeadlineSeconds: the clock begins anew."""
    facts = facts_of(s, platform, r)
    woken = s.videojob.status.phase == Phase.SUSPENDED
    return facts.model_copy(update={"start_time": format_time(s.now)}) if woken else facts


def _not_before(r: Review, now: datetime) -> datetime | None:
    """A time that is still to come was written by a clock that is ahead: nobody waits for it."""
    ended = parse_time(r.attempts[-1].end_time) if r.attempts else None
    return ended + pause(r.attempts, budget_of(r.counts)) if ended and ended <= now else None


def _stuck(r: Review, platform: Platform, standing: Standing) -> Standing:
    """Where node after node did not start the job, somebody has to look at the nodes; it is tried on and on."""
    streak = unstarted(r.attempts)
    if standing.phase != Phase.PENDING or standing.stalled or len(streak) < platform.config.no_progress_attempts:
        return standing
    words = f"no node has started any of the last {len(streak)} attempts; the last: {streak[0].message}; it is tried on"
    return replace(standing, reason=Reason.NOT_STARTED, message=words, stalled=True)


def _create(s: Snapshot, platform: Platform, r: Review) -> Plan:
    index, tier = r.counts.attempts + 1, next_tier(platform.tiers, r.attempts)
    name = attempt_name(s.videojob, index)
    image = wanted_image(s, platform)
    try:
        job = attempt_job(
            s.videojob, platform, tier, index, image, s.progress_url, _seconds_left(s),
            avoid=avoided(r.attempts, s.now), max_parallel=1 if out_of_memory(budget_of(r.counts)) else None,
            report_ca=s.report_ca,
        )  # fmt: skip
    except OrderTooLarge as error:
        return _too_large(s, platform, r, error)
    created = Attempt(name=name, tier=tier.name, create_time=format_time(s.now))
    counts = r.counts.model_copy(update={"attempts": index})
    r = Review(listed((*r.attempts, created)), counts, r.judged, r.events, None)
    reason = Reason.RESUMING if index > 1 else Reason.WAITING_FOR_CAPACITY
    standing = _stuck(r, platform, Standing(Phase.PENDING, reason, f"attempt {name} on tier {tier.name}"))
    event = EventSpec("Normal", Event.ATTEMPT_CREATED, f"asks for a node of tier {tier.name}; attempt {name}", name)
    back = s.videojob.status.phase == Phase.SUSPENDED
    woken = (EventSpec("Normal", Event.UNSUSPENDED, "goes on", str(s.videojob.generation)),) if back else ()
    facts = _facts(s, platform, r)
    return Plan(
        delete_jobs=_leftovers(s, r),
        create=job,
        status=status_of(s, standing, facts),
        events=(*r.events, *woken, event),
        requeue_after=timedelta(seconds=1),
    )


def _too_large(s: Snapshot, platform: Platform, r: Review, error: OrderTooLarge) -> Plan:
    """A spec is never made smaller, as what makes it large is immutable; the platform's share may be."""
    if error.by_spec:
        return _finish(s, platform, r, Standing(Phase.FAILED, Reason.SPEC_TOO_LARGE, str(error)))
    return _stalled(s, Stall(Reason.SPEC_TOO_LARGE, str(error)), facts_of(s, platform, r), r)


def _seconds_left(s: Snapshot) -> int | None:
    """Of the job's hard limit, for the attempt's own: it bounds the cost if the operator is gone."""
    return None if s.must_end_by is None else max(1, int((s.must_end_by - s.now).total_seconds()))


def _until(moment: datetime | None, now: datetime, otherwise: timedelta | None) -> timedelta | None:
    """A little later than the moment, so that it has really passed."""
    return max(timedelta(0), moment - now) + timedelta(milliseconds=50) if moment and moment > now else otherwise
