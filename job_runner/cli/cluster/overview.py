"""The overview of one job that `spotreel status` shows: short, however many runners it has. Pure."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from job_runner.cli.cluster.table import aligned
from job_runner.cli.cluster.words import age, became_of, cost_of, money, seconds_of, since, spaced
from job_runner.cli.progress import size
from spotreel.job import Job
from spotreel.logs import short_name
from videojob_api.conditions import Condition
from videojob_api.names import Phase
from videojob_api.status import Attempt, OutputStatus, ResultStatus

MOST_ATTEMPTS = 8
"""Lines for attempts; of more, those at work first, then the latest."""


def overview(job: Job, now: datetime) -> list[str]:
    """Where it is, its attempts, what it costs, when it will be done, and what it has made."""
    lines = [_first(job), *_message(job)]
    lines += [f"  {line}" for line in _attempts(job.attempts, now)]
    lines += [f"  {line}" for line in _earlier(job)]
    if last := "   ".join(part for part in (_cost(job), _deadline(job, now)) if part):
        lines.append(f"  {last}")
    lines += [f"  {_output(output)}" for output in job.status.outputs or []]
    lines += [f"  {_result(result)}" for result in job.status.results or []]
    return lines


def _first(job: Job) -> str:
    """`final-reel  Running · Rendering  63%  19/30 segments  118 fps  29s left`."""
    status, at = job.status, job.status.progress
    state = job.phase + (f" · {status.reason}" if status.reason and status.reason != job.phase else "")
    parts = [job.name, state]
    if at:
        parts.append(at.summary or "")
        parts.append(f"{at.windows}/{at.total_windows} windows" if at.total_windows and not at.total_segments else "")
        parts.append(f"{at.segments}/{at.total_segments} segments" if at.total_segments else "")
    shards = status.shards
    parts.append(f"{shards.running} of {shards.total} runners" if shards and shards.total > 1 else "")
    if at and not job.finished:
        parts.append(f"{at.fps:.0f} fps" if at.fps else "")
        parts.append(f"{at.remaining} left" if at.remaining else "")
    return "  ".join(part for part in parts if part)


def _message(job: Job) -> list[str]:
    """Why it does not go on, or why it failed."""
    said = job.status.message
    return [f"  {said}"] if said and job.phase in (Phase.PENDING, Phase.FAILED, Phase.SUSPENDED) else []


def _attempts(attempts: Sequence[Attempt], now: datetime) -> list[str]:
    shown = _shown(attempts)
    return aligned([_row(attempt, now) for attempt in shown]) if shown else []


def _shown(attempts: Sequence[Attempt]) -> list[Attempt]:
    """At most so many, in their order."""
    by_weight = sorted(range(len(attempts)), key=lambda index: (bool(attempts[index].verdict), -index))
    return [attempts[index] for index in sorted(by_weight[:MOST_ATTEMPTS])]


def _row(attempt: Attempt, now: datetime) -> tuple[str, ...]:
    where = " ".join(part for part in (attempt.instance_type, attempt.zone) if part) or attempt.node or ""
    made = f"{attempt.segments} segments" if attempt.segments else f"{attempt.windows} windows"
    done = made if attempt.segments or attempt.windows else ""
    return f"attempt {short_name(attempt.name)}", attempt.tier or "", where, done, became_of(attempt, now)


def _earlier(job: Job) -> list[str]:
    """What is left out of the list: how many, and how those of them ended that status still knows."""
    shown = _shown(job.attempts)
    total = max(job.status.counts.attempts if job.status.counts else 0, len(job.attempts))
    if not (left := total - len(shown)):
        return []
    ends = Counter(spaced(a.reason or "") if a.verdict else "at work" for a in job.attempts if a not in shown)
    known = ", ".join(f"{count} {end}" for end, count in ends.most_common())
    return [f"{left} more attempt{'s' * (left != 1)}" + (f": {known}" if known else "")]


def _cost(job: Job) -> str:
    cost = job.status.cost
    if cost is None:
        return ""
    instead = cost.on_demand_estimate
    return f"cost {cost_of(cost)}" + (f" (on demand: about {money(instead, cost.currency)})" if instead else "")


def _deadline(job: Job, now: datetime) -> str:
    """Against the clock of the job, which a retry starts anew."""
    goal = seconds_of(job.spec["deadline"]) if job.spec.get("deadline") else None
    true = {c.type: c.message for c in job.status.conditions if c.status == "True"}
    if goal is None:
        return ""
    if Condition.DEADLINE_MISSED in true:
        return "deadline missed"
    retried = since(job.status.retry.time if job.status.retry else None, now)
    passed = (now - job.created).total_seconds() if retried is None else retried
    if job.finished:
        return "within its deadline" if job.succeeded else ""
    risk = true.get(Condition.DEADLINE_AT_RISK)
    return f"deadline in {age(goal - passed)}, " + ("on schedule" if risk is None else f"at risk: {risk}")


def _output(made: OutputStatus) -> str:
    return f"done  {made.uri}  {size(made.size_bytes)}  {made.duration}  sha256 {made.sha256}"


def _result(made: ResultStatus) -> str:
    return f"rows  {made.uri or f'table {made.table}'}  {made.rows} of {made.analysis}"
