"""What is asked of a VideoJob's object."""

import pytest

from spotreel.job import Job
from tests.unit.client.api_server import videojob
from videojob_api.exit_codes import ENDS_BY_CODE


def test_a_job_that_nobody_has_seen_is_pending() -> None:
    job = Job({**videojob(), "status": None})
    assert (job.phase, job.finished, job.succeeded, job.attempts) == ("Pending", False, False, [])
    assert (job.name, job.namespace, job.uid, job.created.year) == ("reel", "media", "u-1", 2026)


def test_success_is_zero() -> None:
    assert Job(videojob(phase="Succeeded", reason="ResultCommitted")).exit_code == 0


@pytest.mark.parametrize("end", [end for end in ENDS_BY_CODE.values() if end.permanent], ids=lambda end: end.reason)
def test_a_failure_has_the_code_that_render_ends_with(end: object) -> None:
    assert Job(videojob(phase="Failed", reason=str(end.reason))).exit_code == end.code  # type: ignore[attr-defined]


def test_other_failures_are_one() -> None:
    assert Job(videojob(phase="Failed", reason="BackoffLimitExceeded")).exit_code == 1
