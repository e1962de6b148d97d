"""A job watched from a desk: the progress line of `spotreel render`, and what becomes of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from job_runner.cli.cluster.words import became_of, report_of
from job_runner.cli.progress import ProgressLine, progress_text, size
from job_runner.cli.watch import analysis_line, plan_lines, result_line
from job_runner.cli.width import base, shortened
from spotreel.job import Job
from spotreel.logs import short_name
from videojob_api.names import Phase, Verdict
from videojob_api.status import OutputStatus
from videojob_api.values import parse_rate

_GOOD = (Verdict.SUCCEEDED, Verdict.SHARE_DONE)


class Followed:
    """What is known of a job, put in by one thread and shown by another."""

    def __init__(self, job: Job) -> None:
        # What has happened before somebody looked is no news, but of a job that goes on its plan is.
        self._job, self._said = job, {line for line in _events(job) if job.finished or line not in _plan(job)}

    def put(self, job: Job) -> None:
        """As it is now."""
        self._job = job

    def text(self, room: int | None) -> str:
        """The progress line."""
        job = self._job
        if job.phase != Phase.RUNNING:
            said = f"{job.name}  {job.phase.lower()}: {job.status.message or job.status.reason or 'not seen yet'}"
            return said if room is None else shortened(said, room)
        plan = job.status.plan
        rate = float(parse_rate(plan.frame_rate)) if plan and plan.frame_rate else 0.0
        return progress_text(report_of(job.status), _title(job), rate, room)

    def news(self) -> list[str]:
        """Each line once."""
        lines = [line for line in _events(self._job) if line not in self._said]
        self._said.update(lines)
        return lines


def _title(job: Job) -> str:
    inputs = job.spec.get("inputs") or [{"uri": job.name}]
    outputs = job.spec.get("outputs") or []
    made = base(outputs[0]["uri"]) if outputs else job.name
    more = f" +{len(inputs) - 1}" if len(inputs) > 1 else ""
    return f"{base(inputs[0]['uri'])}{more} → {made}"


def _plan(job: Job) -> list[str]:
    return plan_lines(report_of(job.status), 0) if job.status.plan and job.status.plan.frames else []


def _events(job: Job) -> list[str]:
    """Plan, what analyses have found, ends of attempts that were no success."""
    lines = _plan(job)
    lines += [line for each in job.status.analyses or [] if (line := analysis_line(each))]
    for attempt in job.attempts:
        if attempt.verdict and attempt.verdict not in _GOOD:
            where = " ".join(part for part in (attempt.tier, attempt.node) if part)
            lines.append(f"attempt {short_name(attempt.name)}  {where}  {became_of(attempt, job.created)}")
    return lines


@contextmanager
def shown(job: Job) -> Iterator[Followed]:
    """A progress line for what is put into it."""
    followed = Followed(job)
    with ProgressLine(followed.text, followed.news):
        yield followed


def end_lines(job: Job) -> list[str]:
    """What was made, or why it failed."""
    if not job.succeeded:
        return [f"{job.name} failed ({job.status.reason}): {job.status.message}"]
    lines = [result_line(result) for result in job.status.results or []]
    return lines + [_done(output) + _took(job) for output in job.status.outputs or []]


def _done(made: OutputStatus) -> str:
    length = f"{made.duration}  {made.frames} frames"
    return f"done  {made.uri}  {size(made.size_bytes)}  {length}  sha256 {made.sha256}"


def _took(job: Job) -> str:
    """By the operator's clock, whoever looked on and for how long."""
    start, end = job.status.start_time, job.status.end_time
    if start is None or end is None:
        return ""
    return f"  {(datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds():.0f} s"
