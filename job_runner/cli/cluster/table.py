"""The table of `spotreel list`. Pure."""

from collections.abc import Sequence
from datetime import datetime

from job_runner.cli.cluster.words import age, cost_of
from job_runner.cli.width import columns
from spotreel.job import Job

_HEAD = ("NAME", "PHASE", "PROGRESS", "COST", "AGE", "REASON")


def table(jobs: Sequence[Job], now: datetime, namespaces: bool) -> list[str]:
    """A line for each job below a head; `namespaces`: with a column of them."""
    head = (("NAMESPACE",) if namespaces else ()) + _HEAD
    rows = [((job.namespace,) if namespaces else ()) + _row(job, now) for job in jobs]
    return aligned([head, *rows])


def _row(job: Job, now: datetime) -> tuple[str, ...]:
    at, status = job.status.progress, job.status
    passed = age((now - job.created).total_seconds())
    return job.name, job.phase, (at and at.summary) or "", cost_of(status.cost), passed, status.reason or ""


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns as wide as their widest cell, three blanks apart."""
    widths = [max(columns(row[index]) for row in rows) for index in range(len(rows[0]))]
    return ["   ".join(_padded(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _padded(cell: str, width: int) -> str:
    return cell + " " * (width - columns(cell))
