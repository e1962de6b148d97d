"""When a finished job is deleted."""

from datetime import timedelta

from spotreel_operator.reconcile.reconcile import reconcile
from spotreel_operator.reconcile.ttl import expires_at
from tests.unit.operator.histories import status_with
from tests.unit.operator.make import CONFIG, at, config, job, snapshot
from videojob_api.config import OperatorConfiguration

DONE = status_with(phase="Succeeded", end_time="2026-01-01T12:00:50Z")


def with_ttl(seconds: int) -> OperatorConfiguration:
    return config(classes={"gpu": {**CONFIG["classes"]["gpu"], "ttlSecondsAfterFinished": seconds}})


def test_the_class_says_it_for_jobs_that_do_not() -> None:
    before = reconcile(snapshot(job(DONE), now=100, configuration=with_ttl(60)))
    assert not before.delete_videojob and before.requeue_after and before.requeue_after > timedelta(seconds=10)
    assert reconcile(snapshot(job(DONE), now=110, configuration=with_ttl(60))).delete_videojob


def test_the_job_comes_before_its_class() -> None:
    longer = snapshot(job(DONE, ttlSecondsAfterFinished=1000), now=110, configuration=with_ttl(60))
    assert expires_at(longer) == at(1050) and not reconcile(longer).delete_videojob
    shorter = snapshot(job(DONE, ttlSecondsAfterFinished=0), now=51, configuration=with_ttl(60))
    assert reconcile(shorter).delete_videojob


def test_without_any_it_stays() -> None:
    assert expires_at(snapshot(job(DONE))) is None
    assert expires_at(snapshot(job(status_with()), configuration=with_ttl(60))) is None, "it has not ended"


def test_a_job_whose_class_is_gone_goes_by_its_own() -> None:
    lost = snapshot(job(DONE, className="nowhere", ttlSecondsAfterFinished=5), now=100, configuration=with_ttl(60))
    assert expires_at(lost) == at(55) and reconcile(lost).delete_videojob
    assert expires_at(snapshot(job(DONE, className="nowhere"), configuration=with_ttl(60))) is None
