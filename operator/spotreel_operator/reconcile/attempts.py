"""Attempts as status records them: what is learnt of each, and the verdicts that are due."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from spotreel_operator.reconcile.attempt_reasons import EVENTS
from spotreel_operator.reconcile.clocks import end_of, start_of
from spotreel_operator.reconcile.cost import bill, capacity_of, money
from spotreel_operator.reconcile.counters import budget_of, counted, counters
from spotreel_operator.reconcile.lane_review import KEPT, JobReview, Review, listed, number
from spotreel_operator.reconcile.notice import is_given, notice_event
from spotreel_operator.reconcile.offers import on_its_tier
from spotreel_operator.reconcile.placement.placed import placed
from spotreel_operator.reconcile.plan import EventSpec
from spotreel_operator.reconcile.queueing import lost_its_place, requeued
from spotreel_operator.reconcile.result import promised
from spotreel_operator.reconcile.silence import lost_at, node_of
from spotreel_operator.reconcile.starting import start_gives_up_at, why_not_started
from spotreel_operator.reconcile.verdict import DELETE_SLACK, SETTLE, Case, Ruling, has_ended, rule
from spotreel_operator.state.evidence import Evidence
from spotreel_operator.state.lane_records import LaneRecord, lane_records
from spotreel_operator.state.nodes import NodeState
from spotreel_operator.state.snapshot import Platform, Snapshot
from spotreel_operator.state.times import format_time, parse_time
from spotreel_operator.state.videojobs import VideoJob
from videojob_api.attempt_names import place_of
from videojob_api.clean import clean
from videojob_api.names import LABEL_INSTANCE_TYPE, LABEL_ZONE, AttemptReason, Event, Stage, Verdict
from videojob_api.status import MESSAGE_BYTES, Attempt, Counts


def review(snapshot: Snapshot, platform: Platform) -> JobReview:
    """Brings every attempt without a verdict up to date and judges those that have ended."""
    records = {record.lane: record for record in lane_records(snapshot.videojob.status)}
    seen = _by_lane(snapshot)
    lanes = sorted({*records, *seen, *range(platform.spec.parallelism or 1)})
    kept = KEPT if lanes == [0] else max(2, 2 * KEPT // len(lanes))
    return JobReview(
        tuple(
            _reviewed(records.get(n, LaneRecord(n, Counts())), seen.get(n, []), snapshot, platform, kept) for n in lanes
        )
    )


def _by_lane(snapshot: Snapshot) -> dict[int, list[Evidence]]:
    """What is known of attempts, by their lanes."""
    job, found = snapshot.videojob, dict[int, list[Evidence]]()
    for name, evidence in snapshot.evidence.items():
        if place := place_of(job.name, job.uid, name):
            found.setdefault(place.lane, []).append(evidence)
    return found


def _reviewed(
    record: LaneRecord, seen: Sequence[Evidence], snapshot: Snapshot, platform: Platform, kept: int
) -> Review:
    old = counters(record, platform.config.prices)
    before = _all_known(record, seen, old.attempts, snapshot.videojob)
    kills = budget_of(old).kills
    left = {a.name for a in before if not a.verdict and _was_given_up(a, record.lane, before, snapshot, platform)}
    after = [a if a.verdict else _looked_at(a, snapshot, platform, kills, a.name in left) for a in before]
    judged = tuple(a for a, b in zip(after, before, strict=True) if a.verdict and not b.verdict)
    moments = [m for a in after if not a.verdict for m in _moments(a, snapshot, platform)]
    return Review(
        attempts=listed(after, kept),
        counts=counted(old, judged, max((number(a.name) for a in after), default=0), platform.config.prices),
        judged=judged,
        events=tuple(e for a, b in zip(after, before, strict=True) for e in _events(a, b, snapshot, platform)),
        look_again=min(moments, default=None),
        lane=record.lane,
        kept=kept,
    )


def _all_known(record: LaneRecord, seen: Sequence[Evidence], counted: int, job: VideoJob) -> list[Attempt]:
    """A lane's attempts, also those that status does not have."""
    places = {a.name: place_of(job.name, job.uid, a.name) for a in record.attempts}
    known = {a.name: a for a in record.attempts if (place := places[a.name]) and place.lane == record.lane}
    for e in seen:
        # One that status has never counted was created just before an interruption; others were dropped from the list.
        # A number far ahead is no attempt's: counting on from there would soon leave no room for numbers.
        if e.name not in known and e.job and 0 < number(e.name) - counted <= KEPT:
            known[e.name] = Attempt(name=e.name, tier=e.job.tier or None, create_time=format_time(e.job.created))
    return sorted(known.values(), key=lambda a: number(a.name))


def _looked_at(attempt: Attempt, snapshot: Snapshot, platform: Platform, kills_before: int, given_up: bool) -> Attempt:
    evidence = snapshot.evidence.get(attempt.name) or Evidence(attempt.name, None, None, None)
    chosen = on_its_tier(attempt, evidence, snapshot.nodes, platform)
    learnt = _learnt(chosen, evidence, snapshot.nodes, platform, snapshot.now)
    ruling = _ruling(learnt, evidence, snapshot, platform, kills_before, given_up)
    if not ruling:
        return learnt
    over = judged(learnt, ruling, snapshot.now, evidence)
    paid = bill(over, platform.config.prices, snapshot.now)
    return over.model_copy(update={"cost": money(paid.total)}) if paid else over


def _learnt(
    attempt: Attempt, evidence: Evidence, nodes: Mapping[str, NodeState], platform: Platform, now: datetime
) -> Attempt:
    """What was not known before. What was, stays: nodes vanish."""
    report = evidence.last_word or (evidence.heard.report if evidence.heard else None)
    first = _first_seen(attempt.name, evidence, nodes, platform, now)
    known = attempt.model_copy(update={name: value for name, value in first if getattr(attempt, name) is None})
    if report is None:
        return known
    lost = max(0, report.encoded - report.committed)
    windows = {"windows": report.windows.by_this} if report.windows.total else {}
    figures = {"segments": report.segments.by_this, **windows, "encoded_frames": report.encoded, "lost_frames": lost}
    begun = {"render_time": report.encoded > 0, "join_time": report.stage == Stage.JOINING}
    since = {name: format_time(now) for name, has in begun.items() if has and getattr(known, name) is None}
    return known.model_copy(update=figures | since)


def _first_seen(
    name: str, evidence: Evidence, nodes: Mapping[str, NodeState], platform: Platform, now: datetime
) -> Attempt:
    """Where and since when its pod runs, by this evidence alone."""
    pod = evidence.pod
    where = pod.node if pod and pod.node else None
    node = nodes.get(where) if where else None
    return Attempt(
        name=name,
        node=where,
        zone=node.labels.get(LABEL_ZONE) if node else None,
        instance_type=node.labels.get(LABEL_INSTANCE_TYPE) if node else None,
        capacity=capacity_of(node.labels, platform.config.capacity_labels) if node else None,
        bind_time=format_time(min(pod.bound, now)) if pod and pod.bound else None,
        start_time=format_time(start_of(pod, now) or now) if pod and pod.started else None,
        notice_time=format_time(now) if is_given(evidence) else None,
    )


def _ruling(
    attempt: Attempt, evidence: Evidence, snapshot: Snapshot, platform: Platform, kills_before: int, given_up: bool
) -> Ruling | None:
    node = node_of(evidence, snapshot.nodes, attempt.node)
    started = parse_time(attempt.start_time)
    lost = lost_at(evidence, node, snapshot.listening_since, platform.config.silence, started)
    silent = lost is not None and snapshot.now >= lost
    if lost_its_place(attempt, evidence):
        return _requeued(attempt, evidence, snapshot, platform, kills_before)
    if given_up:
        return Ruling(Verdict.WITHDRAWN, AttemptReason.NO_CAPACITY, f"no node for tier {attempt.tier}")
    if not silent and not has_ended(evidence, snapshot.now):
        late = start_gives_up_at(evidence, platform.job_class)
        if late is None or snapshot.now < late:
            return None
        return Ruling(Verdict.DISRUPTION, AttemptReason.NOT_STARTED, why_not_started(evidence))
    return rule(Case(evidence, node, silent, kills_before, promised(platform.spec)))


def _requeued(
    attempt: Attempt, evidence: Evidence, snapshot: Snapshot, platform: Platform, kills_before: int
) -> Ruling:
    """What its runner has done before counts, and how it failed; all else is the queue's doing."""
    if has_ended(evidence, snapshot.now):
        node = node_of(evidence, snapshot.nodes, attempt.node)
        own = rule(Case(evidence, node, False, kills_before, promised(platform.spec)))
        if own.verdict != Verdict.DISRUPTION:
            return own
    return requeued(attempt, snapshot.videojob.labels)


def _was_given_up(
    attempt: Attempt, lane: int, attempts: Sequence[Attempt], snapshot: Snapshot, platform: Platform
) -> bool:
    """Its pod never had a node and is gone, as late as we would have taken it back: we did, and were interrupted."""
    evidence = snapshot.evidence.get(attempt.name)
    pod = evidence.pod if evidence else None
    if pod is None or pod.node is not None or not (pod.gone or pod.delete_by):
        return False
    return placed(snapshot, platform, lane, attempts, attempt).leave


def judged(attempt: Attempt, ruling: Ruling, now: datetime, evidence: Evidence | None = None) -> Attempt:
    """With its verdict, for ever."""
    ended = end_of(evidence.pod if evidence else None, parse_time(attempt.start_time), now)
    return attempt.model_copy(
        update={
            "verdict": str(ruling.verdict),
            "reason": str(ruling.reason),
            "message": clean(ruling.message, MESSAGE_BYTES),
            "exit_code": evidence.exit_code if evidence else None,
            "end_time": format_time(ended),
        }
    )


def _moments(attempt: Attempt, snapshot: Snapshot, platform: Platform) -> Iterable[datetime]:
    """When something may be due although nothing happens."""
    evidence = snapshot.evidence.get(attempt.name)
    if evidence is None or evidence.job is None:
        return
    node = node_of(evidence, snapshot.nodes, attempt.node)
    started = parse_time(attempt.start_time)
    if lost := lost_at(evidence, node, snapshot.listening_since, platform.config.silence, started):
        yield lost
    if late := start_gives_up_at(evidence, platform.job_class):
        yield late
    if evidence.pod and evidence.pod.delete_by:
        yield evidence.pod.delete_by + DELETE_SLACK
    if evidence.job.finished_at:
        yield evidence.job.finished_at + SETTLE


def _events(after: Attempt, before: Attempt, snapshot: Snapshot, platform: Platform) -> Iterable[EventSpec]:
    if after.start_time and not before.start_time:
        resumed = number(after.name) > 1 and bool(snapshot.videojob.status.progress or None)
        place = f"{after.instance_type or 'unknown type'}, {after.zone or 'unknown zone'}"
        where = f"on node {after.node} ({place}); attempt {after.name}"
        yield EventSpec("Normal", Event.RESUMED if resumed else Event.STARTED, where, after.name)
    if after.notice_time and not (before.notice_time or after.verdict):
        yield from _notice(after, snapshot, platform)
    if after.verdict and not before.verdict:
        yield from verdict_events(after)


def _notice(attempt: Attempt, snapshot: Snapshot, platform: Platform) -> Iterable[EventSpec]:
    if pod := snapshot.evidence[attempt.name].pod:
        grace = platform.job_class.termination_grace_period_seconds
        yield notice_event(pod, attempt.name, grace, snapshot.now)


def verdict_events(attempt: Attempt) -> Iterable[EventSpec]:
    """What is said of an attempt's end; success and failure are said of the job."""
    if attempt.verdict in (Verdict.DISRUPTION, Verdict.CRASH):
        fallback = Event.DISRUPTED if attempt.verdict == Verdict.DISRUPTION else Event.CRASHED
        yield EventSpec("Warning", EVENTS.get(attempt.reason or "", fallback), _ended(attempt), attempt.name)
    elif attempt.reason == AttemptReason.NO_CAPACITY:
        yield EventSpec("Warning", Event.NO_CAPACITY, _ended(attempt), attempt.name)


def _ended(attempt: Attempt) -> str:
    """Why, and what is kept of it."""
    counts = {"segment": attempt.segments or 0, "window": attempt.windows or 0}
    kept = " and ".join(f"{count} {what}{'s' * (count > 1)}" for what, count in counts.items() if count)
    return f"{attempt.message}; attempt {attempt.name}{f', its {kept} kept' if kept else ''}"
