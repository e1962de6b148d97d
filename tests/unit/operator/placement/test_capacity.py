"""The capacity memory of all jobs, learnt from their statuses."""

from typing import Any

from spotreel_operator.reconcile.placement.cooling import times_of
from spotreel_operator.reconcile.placement.tiers_of import tiers_of
from spotreel_operator.runtime.capacity import Capacity
from spotreel_operator.state.capacity import Pool
from tests.unit.operator.histories import lost, status_with
from tests.unit.operator.make import at, config, job
from tests.unit.operator.raw import Object, raw_videojob
from videojob_api.status import VideoJobStatus

DIED: dict[str, Any] = {"capacity": "Spot", "zone": "a", "instance_type": "g5.xlarge"}
POOL = Pool("Spot", frozenset({"g5.xlarge"}), "a")


def test_what_one_job_learns_all_know_until_it_is_over() -> None:
    capacity = Capacity()
    for _ in range(2):
        capacity.learn(job(status_with(lost(**DIED))), config(), at(60))
    assert capacity.known(at(60)) == {POOL: at(630)} and len(capacity) == 1
    assert not capacity.known(at(630)) and len(capacity) == 0


def test_the_platform_sets_the_times() -> None:
    capacity, short = Capacity(), config(capacityMemory={"afterPreemption": "1m", "afterNoCapacity": "20s"})
    capacity.learn(job(status_with(lost(**DIED))), short, at(60))
    assert capacity.known(at(60)) == {POOL: at(90)}
    assert times_of(short).after_no_capacity.total_seconds() == 20


def test_after_a_restart_it_is_rebuilt_from_all_jobs_also_from_those_that_are_over() -> None:
    def body(ended: str) -> Object:
        attempt = {"name": "reel-12345-0-1", "tier": "spot", "verdict": "Disruption", "reason": "Preempted",
                   "endTime": ended, "capacity": "Spot", "zone": "a", "instanceType": "g5.xlarge"}  # fmt: skip
        return raw_videojob(status={"phase": "Succeeded", "attempts": [attempt]})

    capacity = Capacity()
    capacity.rebuild([body("2026-01-01T12:00:30Z"), body("2025-12-01T12:00:00Z"), raw_videojob()], config(), at(60))
    assert capacity.known(at(60)) == {POOL: at(630)}


def test_tiers_are_the_jobs_own_else_its_classs_and_those_of_joining() -> None:
    own: dict[str, Any] = {"placement": {"tiers": [{"name": "mine", "capacity": "Spot"}]}}
    joining = {"join": {"tiers": [{"name": "cheap"}]}}
    wide = config(classes={"gpu": config().classes["gpu"].plain() | joining})
    assert [t.name for t in tiers_of(job(), config())] == ["spot", "od"]
    assert [t.name for t in tiers_of(job(**own), wide)] == ["mine", "cheap"]
    gone = VideoJobStatus.model_validate({"class": {"name": "gone", "hash": "x"}})
    assert tiers_of(job(gone), config()) == ()
