"""Jobs and pods of attempts that have their verdict: what may still run goes, others stay a while for their logs."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from spotreel_operator.reconcile.lane_review import JobReview
from spotreel_operator.reconcile.plan import DeleteJob
from spotreel_operator.reconcile.stalls import remaining
from spotreel_operator.state.evidence import Evidence
from spotreel_operator.state.jobs import JobState
from spotreel_operator.state.lane_records import attempts_of, lane_records
from spotreel_operator.state.snapshot import Snapshot
from spotreel_operator.state.times import parse_time
from videojob_api.attempt_names import place_of
from videojob_api.config import AttemptHistory
from videojob_api.names import Verdict
from videojob_api.status import Attempt
from videojob_api.values import parse_duration

HANGING = timedelta(seconds=60)
"""So long may a runner that has said its last word take to exit."""


def leftovers(s: Snapshot, r: JobReview) -> tuple[DeleteJob, ...]:
    """Jobs of judged attempts that may still run something, and those that go now.

    One that said its last word ends by itself, unless a queue may begin it anew.
    """
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


def hanging(s: Snapshot, ended: datetime) -> tuple[DeleteJob, ...]:
    """Jobs of a finished VideoJob that should have ended by themselves."""
    late = s.now >= ended + HANGING
    return tuple(DeleteJob(job.name, job.uid) for job in _unfinished(s) if late or job.suspended)


def hang_from(s: Snapshot, ended: datetime) -> datetime | None:
    """When Jobs that have not ended will count as hanging."""
    return ended + HANGING if _unfinished(s) else None


def _unfinished(s: Snapshot) -> list[JobState]:
    return [e.job for e in s.evidence.values() if e.job and not (e.job.finished or e.job.deleting)]


def history_of(s: Snapshot) -> AttemptHistory:
    """As the job's class says, or what is built in."""
    platform = remaining(s)
    return platform.job_class.attempt_history if platform else AttemptHistory()


def past(s: Snapshot) -> tuple[DeleteJob, ...]:
    """Jobs that go now. Their verdicts are in status already: evidence is not touched before."""
    expired = {name for name, moment in _expiries(s) if s.now >= moment}
    return tuple(
        DeleteJob(e.job.name, e.job.uid)
        for name, e in s.evidence.items()
        if e.job and not e.job.deleting and ((name in expired and e.job.finished) or _is_forgotten(s, name))
    )


def next_past(s: Snapshot) -> datetime | None:
    """When the next past attempt's Job is to be deleted; None if there is none."""
    there = {name for name, e in s.evidence.items() if e.job and e.job.finished and not e.job.deleting}
    return min((moment for name, moment in _expiries(s) if name in there and moment > s.now), default=None)


def _expiries(s: Snapshot) -> Iterator[tuple[str, datetime]]:
    """By attempt. The last one of all has none: it stays as long as its VideoJob."""
    ended = [a for a in attempts_of(s.videojob.status) if a.verdict]
    history, judged = history_of(s), sorted(ended, key=lambda a: a.create_time or "")
    shown_for = timedelta(seconds=float(parse_duration(history.keep_for)))
    for age, attempt in enumerate(reversed(judged)):
        if age > 0:
            yield attempt.name, _ended(attempt, s.now) + (shown_for if age < history.keep else timedelta(0))


def _ended(attempt: Attempt, now: datetime) -> datetime:
    return parse_time(attempt.end_time) or now


def _is_forgotten(s: Snapshot, name: str) -> bool:
    """One that status has counted, and no longer lists: it had its verdict."""
    place = place_of(s.videojob.name, s.videojob.uid, name)
    record = next((r for r in lane_records(s.videojob.status) if place and r.lane == place.lane), None)
    if place is None or record is None:
        return False
    return place.number <= record.counts.attempts and all(a.name != name for a in record.attempts)
