"""The executor: whose a Job is that is there already."""

from typing import Any

import pytest

from spotreel_operator.app.metrics import Metrics
from spotreel_operator.reconcile.plan import Plan
from spotreel_operator.runtime.api import JOBS, VIDEOJOBS, Conflict, Kind
from spotreel_operator.runtime.cache import Cache
from spotreel_operator.runtime.executor import Executor, ForeignJob, Writes
from tests.unit.operator.make import snapshot
from tests.unit.operator.raw import A1, UID, Object, owned, raw, raw_job, raw_videojob

PLAN = Plan(create={"metadata": {"name": A1}})


class Taken:
    """An API server where the attempt's name is taken by this Job."""

    def __init__(self, job: Object) -> None:
        self.job = job

    async def create(self, kind: Kind, namespace: Any, body: Object) -> Object:
        raise Conflict(409, "AlreadyExists", "")

    async def get(self, kind: Kind, namespace: Any, name: str) -> Object:
        assert (kind, namespace, name) == (JOBS, "ns", A1)
        return self.job


async def applied(job: Object) -> Cache:
    cache = Cache(lambda key: None, lambda: 0.0)
    cache.put(VIDEOJOBS, raw_videojob())
    executor = Executor(Taken(job), cache, Writes(), 1.0, lambda uid, why: None, Metrics().recorded)  # type: ignore[arg-type]
    await executor.apply(snapshot(), PLAN)
    return cache


async def test_our_own_from_before_an_interruption_counts() -> None:
    cache = await applied(raw_job())
    assert [e.body["metadata"]["name"] for e in cache.jobs_of("ns", UID)] == [A1]


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
    with pytest.raises(ForeignJob, match="not controlled by this VideoJob"):
        await applied(job)


class Writable:
    """An API server that takes every status."""

    async def apply_status(self, kind: Kind, namespace: str, name: str, body: Object) -> Object:
        return raw_videojob(version=9)


@pytest.mark.parametrize(("change", "looks"), [({"message": "19 of 30"}, 0), ({"phase": "Running"}, 1)])
async def test_figures_alone_lead_to_no_second_look(change: dict[str, Any], looks: int) -> None:
    """With 500 runners these looks once filled the first lane, before which a lost node had to wait."""
    told: list[tuple[str, str]] = []
    cache = Cache(told.append, lambda: 0.0)
    cache.put(VIDEOJOBS, raw_videojob())
    executor = Executor(Writable(), cache, Writes(), 0.0, lambda uid, why: None, Metrics().recorded)  # type: ignore[arg-type]
    seen, before = snapshot(), len(told)
    await executor.apply(seen, Plan(status=seen.videojob.status.model_copy(update=change)))
    assert len(told) - before == looks
    written = cache.videojob(("ns", "reel"))
    assert written and written["metadata"]["resourceVersion"] == "9"
