"""Which log is meant."""

from typing import Any

import pytest

from spotreel.errors import LogsGone
from spotreel.job import Job
from spotreel.logs import chosen_attempt, gone_words, kept_at, newest, short_name
from tests.unit.client.api_server import videojob


def attempt(end: str, **more: Any) -> dict[str, Any]:
    return {"name": f"reel-1a2b3-{end}", "createTime": f"2026-01-02T03:0{end[-1]}:00Z", **more}


ENDED = [attempt("0-1", verdict="Disruption"), attempt("2-4", verdict="Crash")]
JOB = Job(videojob(attempts=[ENDED[0], attempt("0-2"), attempt("1-3"), ENDED[1]]))


def test_the_newest_at_work_else_the_last() -> None:
    assert chosen_attempt(JOB, None).name == "reel-1a2b3-1-3"
    ended = Job(videojob(attempts=[attempt("0-1", verdict="Crash"), attempt("0-2", verdict="Crash")]))
    assert chosen_attempt(ended, None).name == "reel-1a2b3-0-2"


def test_by_name() -> None:
    assert chosen_attempt(JOB, "0-1").name == chosen_attempt(JOB, "reel-1a2b3-0-1").name == "reel-1a2b3-0-1"
    with pytest.raises(LogsGone, match="reel has no attempt 0-9; the latest are 0-1, 0-2, 1-3, 2-4"):
        chosen_attempt(JOB, "0-9")


def test_none_yet() -> None:
    with pytest.raises(LogsGone, match=r"reel has had no runner yet \(Pending\): no node"):
        chosen_attempt(Job(videojob(message="no node")), None)


def test_names_of_attempts() -> None:
    assert short_name("final-reel-1a2b3-0-1") == "0-1" and short_name("reel-1a2b3-join-2") == "join-2"
    assert short_name("odd") == "odd"


def test_the_newest_pod() -> None:
    pods = [{"metadata": {"name": n, "creationTimestamp": f"2026-01-0{n}T00:00:00Z"}} for n in "132"]
    assert newest(pods)["metadata"]["name"] == "3"


def test_no_pod() -> None:
    kept = Job(videojob(attempts=ENDED, workspace="s3://media/work/media/reel-u-1/"))
    assert kept_at(kept, kept.attempts[0]) == "s3://media/work/media/reel-u-1/logs/reel-1a2b3-0-1.log"
    with pytest.raises(LogsGone, match="the pod of attempt 0-1 is gone, and its log with it"):
        kept_at(JOB, JOB.attempts[0])
    with pytest.raises(LogsGone, match="attempt 0-2 has no pod yet"):
        kept_at(JOB, JOB.attempts[1])


def test_no_log_either() -> None:
    killed, done = (Job(videojob(attempts=[attempt("0-1", verdict=v)])).attempts[0] for v in ("Crash", "Succeeded"))
    assert gone_words(killed, "s3://m/a").endswith("and there is no s3://m/a: its runner was killed before it wrote")
    assert gone_words(done, "s3://m/a").endswith("workspaces are cleared after success")
