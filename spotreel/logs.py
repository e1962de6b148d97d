"""Which attempt's log is meant, and which of its pods has it. Pure."""

from collections.abc import Sequence
from typing import Any

from job_runner.workspace import names
from spotreel.errors import LogsGone
from spotreel.job import Job
from videojob_api.attempt_names import lane_word, place_at_end
from videojob_api.names import Verdict
from videojob_api.status import Attempt

Object = dict[str, Any]
_MOST_NAMED = 12
_DONE = (Verdict.SUCCEEDED, Verdict.SHARE_DONE)


def chosen_attempt(job: Job, wanted: str | None) -> Attempt:
    """The one that is named, else the newest that has not ended, else the last one. Raises LogsGone."""
    if not job.attempts:
        raise LogsGone(f"{job.name} has had no runner yet ({job.phase}): {job.status.message or 'it was not seen yet'}")
    if wanted is None:
        return max(job.attempts, key=lambda attempt: (not attempt.verdict, attempt.create_time or ""))
    found = [attempt for attempt in job.attempts if wanted in (attempt.name, short_name(attempt.name))]
    if not found:
        known = [short_name(attempt.name) for attempt in job.attempts][-_MOST_NAMED:]
        raise LogsGone(f"{job.name} has no attempt {wanted}; the latest are {', '.join(known)}")
    return found[0]


def short_name(attempt: str) -> str:
    """`0-1` of `final-reel-1a2b3-0-1`: the lane, and which of its attempts."""
    place = place_at_end(attempt)
    return f"{lane_word(place.lane)}-{place.number}" if place else attempt


def newest(pods: Sequence[Object]) -> Object:
    """An attempt has one pod; where a node died, Kubernetes may show two for a while."""
    return max(pods, key=lambda pod: str(pod["metadata"]["creationTimestamp"]))


def kept_at(job: Job, attempt: Attempt) -> str:
    """The URI of the log's end that a runner keeps. Raises LogsGone where it has none."""
    name, workspace = short_name(attempt.name), job.status.workspace or ""
    if not attempt.verdict:
        raise LogsGone(f"attempt {name} has no pod yet")
    if not workspace.startswith("s3://"):
        raise LogsGone(f"the pod of attempt {name} is gone, and its log with it")
    return workspace + names.log(attempt.name)


def gone_words(attempt: Attempt, uri: str) -> str:
    """Where neither a pod nor the store has a log."""
    done = attempt.verdict in _DONE
    why = "workspaces are cleared after success" if done else "its runner was killed before it wrote"
    return f"the pod of attempt {short_name(attempt.name)} is gone, and there is no {uri}: {why}"
