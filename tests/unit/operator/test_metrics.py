"""What is counted: each verdict once, when it is written into a status."""

from typing import Any

import pytest

from spotreel_operator.app.looks import Looks
from spotreel_operator.app.metrics import Metrics
from spotreel_operator.reconcile.reconcile import reconcile
from spotreel_operator.runtime.api import JOBS, VIDEOJOBS, ApiError, Conflict, Kind
from spotreel_operator.runtime.cache import Cache
from spotreel_operator.state.snapshot import Snapshot
from tests.unit.operator.executing import executor_of
from tests.unit.operator.histories import A1, A2, attempt, lost, status_with
from tests.unit.operator.make import ended, evidence, heard, job, report, snapshot
from tests.unit.operator.raw import Object, raw_videojob
from videojob_api.names import Note
from videojob_api.report import Warning_
from videojob_api.status import VideoJobStatus

KEY = ("ns", "reel")
STOPPED = {"verdict": "Disruption", "reason": "Stopped"}


class Server:
    """Refuses Jobs, and the first status write if it is told to."""

    def __init__(self, conflicts: int = 0) -> None:
        self.conflicts = conflicts

    async def create(self, kind: Kind, namespace: Any, body: Object) -> Object:
        if kind == JOBS:
            raise ApiError(422, "Invalid", "no such priority class")
        return body

    async def get(self, kind: Kind, namespace: Any, name: str) -> Object:
        return raw_videojob(version=8)

    async def apply_status(self, kind: Kind, namespace: str, name: str, body: Object) -> Object:
        if self.conflicts:
            self.conflicts -= 1
            raise Conflict(409, "Conflict", "")
        return raw_videojob(version=9, status=body["status"])


class Prepared:
    """Snapshots, one after the other."""

    def __init__(self, *snapshots: Snapshot) -> None:
        self._left = list(snapshots)

    async def take(self, key: Any) -> Snapshot:
        return self._left.pop(0)


def made(server: Server, *snapshots: Snapshot) -> tuple[Looks, Metrics]:
    cache, metrics = Cache(lambda key: None), Metrics()
    cache.put(VIDEOJOBS, raw_videojob())
    executor = executor_of(server, cache, metrics.recorded)
    looks = Looks(cache, Prepared(*snapshots), executor, metrics, lambda: True, frozenset())  # type: ignore[arg-type]
    return looks, metrics


def counted(metrics: Metrics, labels: dict[str, str]) -> float:
    return metrics.registry.get_sample_value("spotreel_attempts_total", labels) or 0.0


def stopped(**changes: Any) -> Snapshot:
    """An attempt has just ended, with frames that are lost."""
    word = report(encoded=120, committed=90)
    return snapshot(job(status_with(attempt())), [evidence(pod=ended(75), heard=heard(word))], **changes)


async def test_a_verdict_counts_once_though_the_next_job_is_refused() -> None:
    """The first plan is not written as its Job is refused; the second says so, and has the same verdict."""
    looks, metrics = made(Server(), stopped(), stopped(rejection="no such priority class"))
    await looks.look(KEY)
    assert counted(metrics, STOPPED) == 0, "nothing is written yet"
    await looks.look(KEY)
    assert counted(metrics, STOPPED) == 1
    assert metrics.registry.get_sample_value("spotreel_lost_frames_total") == 30


async def test_a_verdict_counts_once_though_somebody_else_has_written() -> None:
    refused = {"rejection": "no such priority class"}
    looks, metrics = made(Server(conflicts=1), stopped(**refused), stopped(**refused))
    with pytest.raises(Conflict):
        await looks.look(KEY)
    assert counted(metrics, STOPPED) == 0
    await looks.look(KEY)
    assert counted(metrics, STOPPED) == 1


def test_what_stood_there_already_is_not_counted_again() -> None:
    metrics, before = Metrics(), status_with(lost(A1), attempt(A2))
    metrics.recorded(VideoJobStatus(), before)
    after = before.model_copy(update={"attempts": [lost(A1), lost(A2, verdict="Withdrawn", reason="NoCapacity")]})
    metrics.recorded(before, after)
    metrics.recorded(after, after)
    assert counted(metrics, {"verdict": "Disruption", "reason": "Preempted"}) == 1
    assert counted(metrics, {"verdict": "Withdrawn", "reason": "NoCapacity"}) == 1


def test_a_note_counts_once_for_a_job_and_is_there_before_it_is_said() -> None:
    """An increase is only seen by who knows the 0 before it."""
    metrics, told = Metrics(), heard(report(warnings=[Warning_(reason=Note.ENCODER_FALLBACK, message="no GPU here")]))
    before = job(status_with(attempt()))
    after = reconcile(snapshot(before, [evidence(heard=told)])).status
    assert after is not None and said(metrics) == 0
    metrics.recorded(before.status, after)
    metrics.recorded(after, after)
    assert said(metrics) == 1


def said(metrics: Metrics) -> float | None:
    return metrics.registry.get_sample_value("spotreel_notes_total", {"note": "EncoderFallback"})
