"""Attempts as Kubernetes Jobs: whose a Job is that is there already, and what is refused."""

from dataclasses import replace
from typing import Any

import pytest

from spotreel_operator.backends.kubernetes_job import ForeignJob, KubernetesJobs, manifest_of
from spotreel_operator.reconcile.plan import DeleteJob, DeletePod, StartAttempt
from spotreel_operator.reconcile.reconcile import reconcile
from spotreel_operator.runtime.api import JOBS, VIDEOJOBS, ApiError, Conflict, Gone, Kind
from spotreel_operator.runtime.cache import Cache
from spotreel_operator.runtime.writes import Writes
from spotreel_operator.state.snapshot import Snapshot
from tests.unit.operator.make import snapshot
from tests.unit.operator.raw import A1, UID, Object, owned, raw, raw_job, raw_videojob


class Server:
    """An API server that answers a creation or a deletion with an error; `job` is the Job that is there."""

    def __init__(self, answer: ApiError | None, job: Object | None = None) -> None:
        self.answer, self.job = answer, job
        self.asked: list[tuple[str, Any]] = []

    async def create(self, kind: Kind, namespace: Any, body: Object) -> Object:
        self.asked.append(("create", body))
        if self.answer:
            raise self.answer
        return raw_job()

    async def get(self, kind: Kind, namespace: Any, name: str) -> Object | None:
        assert (kind, namespace, name) == (JOBS, "ns", A1)
        return self.job

    async def delete(self, kind: Kind, namespace: Any, name: str, options: Object) -> None:
        self.asked.append((name, options))
        if self.answer:
            raise self.answer


def begun() -> tuple[Snapshot, StartAttempt]:
    seen = snapshot()
    return seen, reconcile(seen).start[0]


def backend(server: Server) -> tuple[KubernetesJobs, Cache, Writes, list[tuple[str, str]]]:
    cache, writes, refused = Cache(lambda key: None, lambda: 0.0), Writes(), list[tuple[str, str]]()
    cache.put(VIDEOJOBS, raw_videojob())
    made = KubernetesJobs(server, cache, writes, lambda uid, why: refused.append((uid, why)))  # type: ignore[arg-type]
    return made, cache, writes, refused


def jobs(cache: Cache) -> list[str]:
    return [entry.body["metadata"]["name"] for entry in cache.jobs_of("ns", UID)]


async def test_what_was_created_is_known_at_once() -> None:
    made, cache, writes, _ = backend(server := Server(None))
    seen, start = begun()
    assert await made.start(seen, start)
    assert jobs(cache) == [A1] and writes.count == 1
    assert server.asked == [("create", manifest_of(seen, start))]


async def test_our_own_from_before_an_interruption_counts() -> None:
    made, cache, writes, _ = backend(Server(Conflict(409, "AlreadyExists", ""), raw_job()))
    assert await made.start(*begun())
    assert jobs(cache) == [A1] and writes.count == 0


@pytest.mark.parametrize(
    "job",
    [
        raw(A1, 5, "s"),
        owned(raw(A1, 5, "s"), "VideoJob", "reel", UID, controller=False),
        owned(raw(A1, 5, "s"), "VideoJob", "reel", "other"),
        owned(raw(A1, 5, "s"), "CronJob", "reel", UID),
    ],
)
async def test_a_job_that_it_does_not_control_is_not_ours(job: Object) -> None:
    made, *_ = backend(Server(Conflict(409, "AlreadyExists", ""), job))
    with pytest.raises(ForeignJob, match="not controlled by this VideoJob"):
        await made.start(*begun())


@pytest.mark.parametrize("status", [400, 403, 422])
async def test_who_waits_is_told_what_was_refused(status: int) -> None:
    made, cache, _, refused = backend(Server(ApiError(status, "Forbidden", "exceeded quota")))
    assert not await made.start(*begun())
    assert refused == [(UID, "exceeded quota")] and jobs(cache) == []


async def test_what_may_be_better_in_a_moment_is_raised() -> None:
    made, _, _, refused = backend(Server(ApiError(503, "Unavailable", "")))
    with pytest.raises(ApiError):
        await made.start(*begun())
    assert refused == []


async def test_a_pod_that_has_been_bound_meanwhile_stays() -> None:
    """The guard is the version that was seen; who finds it changed takes a new snapshot."""
    made, *_ = backend(server := Server(Conflict(409, "Conflict", "")))
    with pytest.raises(Conflict):
        await made.take_back(snapshot().videojob, DeletePod("p", "pod-1", "5"))
    assert server.asked == [("p", {"preconditions": {"uid": "pod-1", "resourceVersion": "5"}})]


@pytest.mark.parametrize("answer", [None, Gone(404, "NotFound", ""), Conflict(409, "Conflict", "")])
async def test_what_is_gone_or_another_by_now_needs_no_withdrawal(answer: ApiError | None) -> None:
    made, *_ = backend(server := Server(answer))
    await made.withdraw(replace(snapshot().videojob), DeleteJob(A1, "job-1"))
    assert server.asked[0][1]["preconditions"] == {"uid": "job-1"}
