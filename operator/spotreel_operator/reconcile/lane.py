"""One lane of a job: attempts one after the other, up the ladder of tiers, until one of them settles it.

How many lanes there are, none of them knows; what ends all of them is decided in `job`.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from spotreel_operator.manifests.attempt import attempt_name
from spotreel_operator.manifests.orders import fitting, order
from spotreel_operator.reconcile.attempts import judged, verdict_events
from spotreel_operator.reconcile.avoid import avoided
from spotreel_operator.reconcile.budgets import out_of_memory, pause, unstarted_in_a_row
from spotreel_operator.reconcile.conditions import Standing
from spotreel_operator.reconcile.counters import budget_of, counted, prices_of
from spotreel_operator.reconcile.image import is_replaced, wanted_image
from spotreel_operator.reconcile.lane_review import Review, listed
from spotreel_operator.reconcile.moments import soonest, until
from spotreel_operator.reconcile.offers import words
from spotreel_operator.reconcile.placement.placed import placed
from spotreel_operator.reconcile.placement.situation import Choice
from spotreel_operator.reconcile.plan import DeletePod, EventSpec, StartAttempt
from spotreel_operator.reconcile.progress import short_duration
from spotreel_operator.reconcile.queueing import asked_again, waits, why_queued
from spotreel_operator.reconcile.shards import shard_of
from spotreel_operator.reconcile.stalls import stall_of
from spotreel_operator.reconcile.standing import standing_of
from spotreel_operator.reconcile.starting import unstarted
from spotreel_operator.reconcile.verdict import Ruling
from spotreel_operator.state.evidence import Evidence
from spotreel_operator.state.snapshot import Platform, Snapshot
from spotreel_operator.state.times import format_time, parse_time
from videojob_api.names import AttemptReason, Event, Phase, Verdict
from videojob_api.reasons import Reason
from videojob_api.status import Attempt

REJECTED_AGAIN = timedelta(seconds=30)
NOT_STARTED_FIRST, NOT_STARTED_LAST = timedelta(seconds=2), timedelta(seconds=60)
AT_ONCE, SOON = timedelta(0), timedelta(seconds=1)


@dataclass(frozen=True)
class Step:
    """What a lane does now: its attempts as they are afterwards, and how it stands.

    Attempts that the review says are over and that may still run are taken back by who asked for the step.
    """

    review: Review
    standing: Standing | None
    """None of a lane that has nothing to do."""
    start: StartAttempt | None = None
    delete_pods: tuple[DeletePod, ...] = ()
    events: tuple[EventSpec, ...] = ()
    look_again: timedelta | None = None


def step(s: Snapshot, platform: Platform, r: Review) -> Step:
    """Watches the attempt that there is, or begins the next one. Raises OrderTooLarge."""
    if r.active is None:
        return _begin(s, platform, r)
    evidence = s.evidence[r.active.name]
    if waits(evidence):
        return _queue(s, r, r.active, evidence)
    if is_replaced(s, platform, evidence):
        return _other_image(s, platform, r)
    choice = placed(s, platform, r.lane, r.attempts, r.active)
    if choice.leave and _may_be_left(s, evidence):
        return _next_tier(s, r, r.active, evidence, choice)
    return _watch(s, platform, r, r.active, evidence, choice)


def all_withdrawn(r: Review, s: Snapshot, reason: AttemptReason, message: str) -> Review:
    """Every attempt without a verdict: after an interruption there may be two."""
    while r.active:
        r = _withdrawn(r, s, reason, message)
    return r


def _withdrawn(r: Review, s: Snapshot, reason: AttemptReason, message: str) -> Review:
    """The active attempt with the verdict that we took it back."""
    assert r.active is not None
    closed = judged(r.active, Ruling(Verdict.WITHDRAWN, reason, message), s.now)
    after = tuple(closed if a is r.active else a for a in r.attempts)
    counts = counted(r.counts, [closed], 0, prices_of(s))
    return replace(r, attempts=after, counts=counts, judged=(*r.judged, closed), look_again=None)


# an attempt is there


def _watch(s: Snapshot, platform: Platform, r: Review, active: Attempt, evidence: Evidence, choice: Choice) -> Step:
    standing = _stuck(r, platform, standing_of(s, r, active, evidence))
    again = soonest(until(r.look_again, s.now), until(choice.until, s.now), _not_started_again(s, evidence, choice))
    return Step(r, standing, events=_milestones(s, evidence), look_again=again)


def _queue(s: Snapshot, r: Review, active: Attempt, evidence: Evidence) -> Step:
    """Somebody else decides when the attempt begins; its Job will tell."""
    message = why_queued(active, s.videojob.labels, evidence)
    again = asked_again(evidence, s.videojob.labels, s.now)
    # Beside lanes that run it is no news of the job's; its message says so.
    known = s.videojob.status.reason == Reason.WAITING_FOR_QUOTA or s.videojob.status.phase == Phase.RUNNING
    event = EventSpec("Normal", Event.QUEUED, message, active.name)
    standing = Standing(Phase.PENDING, Reason.WAITING_FOR_QUOTA, message)
    return Step(r, standing, events=() if known else (event,), look_again=again)


def _not_started_again(s: Snapshot, evidence: Evidence, choice: Choice) -> timedelta | None:
    """Why a pod does not come, gets no node or does not start is told by events: looked for less and less often.

    After a quarter of the time that it has waited already: a crowd of held jobs costs little.
    """
    pod, job = evidence.pod, evidence.job
    if pod is not None and (pod.started is not None or (pod.node is None and choice.until is None)):
        return None
    since = pod.created if pod else job.created if job else s.now
    return min(max((s.now - since) / 4, NOT_STARTED_FIRST), NOT_STARTED_LAST)


def _may_be_left(s: Snapshot, evidence: Evidence) -> bool:
    """Not where nothing new may be begun, and not if its pod was refused: such a Job has not waited for a tier."""
    pod = evidence.pod
    return not stall_of(s) and pod is not None and not pod.gone


def _next_tier(s: Snapshot, r: Review, active: Attempt, evidence: Evidence, choice: Choice) -> Step:
    """Takes the attempt back, unless its pod has been bound this very moment."""
    pod = evidence.pod
    assert pod is not None
    if pod.node is not None:
        return _moved(s, r, active, choice)
    message = f"no node for tier {active.tier}: {pod.unschedulable or 'not scheduled'}"
    r = _withdrawn(r, s, AttemptReason.NO_CAPACITY, message)
    return Step(
        r,
        Standing(Phase.PENDING, Reason.WAITING_FOR_CAPACITY, message),
        delete_pods=(DeletePod(pod.name, pod.uid, pod.resource_version),),
        events=(*verdict_events(r.attempts[-1]), _tier_changed(active, choice)),
        look_again=AT_ONCE,
    )


def _moved(s: Snapshot, r: Review, active: Attempt, choice: Choice) -> Step:
    """From on-demand back to spot, as the job is well ahead of its deadline; its Job is taken back as any other."""
    message = f"well ahead of the deadline: goes back from tier {active.tier} to {choice.tier.name}"
    r = _withdrawn(r, s, AttemptReason.MOVED, message)
    standing = Standing(Phase.PENDING, Reason.RESUMING, message)
    return Step(r, standing, events=(_tier_changed(active, choice),), look_again=AT_ONCE)


def _tier_changed(active: Attempt, choice: Choice) -> EventSpec:
    return EventSpec("Normal", Event.TIER_CHANGED, f"{active.tier} → {words((choice.tier, *choice.also))}", active.name)


def _other_image(s: Snapshot, platform: Platform, r: Review) -> Step:
    """The image could not be pulled, and the configuration names another by now."""
    message = f"the configuration names {wanted_image(s, platform)} now"
    r = _withdrawn(r, s, AttemptReason.IMAGE_REPLACED, message)
    return Step(r, Standing(Phase.PENDING, Reason.RESUMING, message), look_again=AT_ONCE)


def _milestones(s: Snapshot, evidence: Evidence) -> tuple[EventSpec, ...]:
    """`Planned`, once: the status has no plan yet."""
    plan = evidence.heard.report.plan if evidence.heard else None
    if plan is None or s.videojob.status.plan is not None:
        return ()
    text = f"{plan.frames} frames in {plan.segments} segments, {plan.width}x{plan.height}, {plan.encoder}"
    return (EventSpec("Normal", Event.PLANNED, text),)


# none is there


def _begin(s: Snapshot, platform: Platform, r: Review) -> Step:
    """The next attempt, after the pause that the last ones ask for."""
    if wait := until(_not_before(r, s.now), s.now):
        message = f"next attempt in {short_duration(wait.total_seconds())}"
        return Step(r, _stuck(r, platform, Standing(Phase.PENDING, Reason.RESUMING, message)), look_again=wait)
    if s.rejection:
        words = f"Kubernetes refuses its Job: {s.rejection}"
        standing = Standing(Phase.PENDING, Reason.JOB_REJECTED, words, stalled=True)
        event = EventSpec("Warning", Event.FAILED, f"{Reason.JOB_REJECTED}: {words}", Reason.JOB_REJECTED)
        return Step(r, standing, events=(event,), look_again=REJECTED_AGAIN)
    return _start(s, platform, r)


def _not_before(r: Review, now: datetime) -> datetime | None:
    """A time that is still to come was written by a clock that is ahead: nobody waits for it."""
    ended = parse_time(r.attempts[-1].end_time) if r.attempts else None
    return ended + pause(r.attempts, budget_of(r.counts)) if ended and ended <= now else None


def _start(s: Snapshot, platform: Platform, r: Review) -> Step:
    start = _attempt(s, platform, r)
    tier = None if start.also else start.tier.name
    asked = words((start.tier, *start.also))
    made = Attempt(name=start.name, tier=tier, create_time=format_time(s.now))
    counts = r.counts.model_copy(update={"attempts": start.number})
    reason = Reason.RESUMING if start.number > 1 else Reason.WAITING_FOR_CAPACITY
    message = f"asks for a node of tier {asked}; attempt {start.name}"
    after = replace(r, attempts=listed((*r.attempts, made), r.kept), counts=counts, look_again=None)
    standing = Standing(Phase.PENDING, reason, f"attempt {start.name} on tier {asked}")
    event = EventSpec("Normal", Event.ATTEMPT_CREATED, message, start.name)
    return Step(after, _stuck(after, platform, standing), start, events=(event,), look_again=SOON)


def _attempt(s: Snapshot, platform: Platform, r: Review) -> StartAttempt:
    """The next attempt on the tier that is due. Raises OrderTooLarge."""
    number = r.counts.attempts + 1
    name = attempt_name(s.videojob, number, r.lane)
    careful = 1 if out_of_memory(budget_of(r.counts)) else None
    shard = shard_of(platform, r.lane)
    told = order(s.videojob, platform, name, s.progress_url, careful, s.report_ca, shard)
    choice = placed(s, platform, r.lane, (*r.unfit, *r.attempts))
    return StartAttempt(
        name=name,
        lane=r.lane,
        number=number,
        tier=choice.tier,
        also=choice.also,
        image=wanted_image(s, platform),
        order=fitting(s.videojob, told),
        seconds=_seconds_left(s),
        avoid=tuple(avoided((*r.unfit, *r.attempts), s.now)),
        shun=choice.shun,
    )


def _seconds_left(s: Snapshot) -> int | None:
    """Of the job's hard limit, for the attempt's own: it bounds the cost if the operator is gone."""
    return None if s.must_end_by is None else max(1, int((s.must_end_by - s.now).total_seconds()))


def _stuck(r: Review, platform: Platform, standing: Standing) -> Standing:
    """Where node after node did not start the job, somebody has to look at the nodes; it is tried on and on."""
    streak, listed_ones = unstarted_in_a_row(r.attempts, budget_of(r.counts)), unstarted(r.attempts)
    if standing.phase != Phase.PENDING or standing.stalled or streak < platform.config.no_progress_attempts:
        return standing
    last = f"; the last: {listed_ones[0].message}" if listed_ones else ""
    words = f"no node has started any of the last {streak} attempts{last}; it is tried on"
    return replace(standing, reason=Reason.NOT_STARTED, message=words, stalled=True)
