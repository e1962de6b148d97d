"""Which image an attempt's runner has."""

from dataclasses import replace

from spotreel_operator.reconcile.image import is_replaced, wanted_image
from spotreel_operator.state.snapshot import Platform, Snapshot
from tests.unit.operator.histories import attempt, status_with
from tests.unit.operator.make import CONFIG, batch_job, config, evidence, job, pod, snapshot
from videojob_api.config import Runner
from videojob_api.status import RunnerStatus


def platform(s: Snapshot) -> Platform:
    assert isinstance(s.platform, Platform)
    return s.platform


def test_the_pinned_one_then_the_classs_then_the_platforms() -> None:
    plain = snapshot()
    assert wanted_image(plain, platform(plain)) == Runner().image
    own = snapshot(configuration=config(classes={"gpu": CONFIG["classes"]["gpu"] | {"image": "gpu:2"}}))
    assert wanted_image(own, platform(own)) == "gpu:2"
    pinned = replace(own, videojob=job(status_with(attempt(), runner=RunnerStatus(image="old@sha256:1"))))
    assert wanted_image(pinned, platform(pinned)) == "old@sha256:1"


def test_only_one_that_cannot_be_pulled_is_replaced() -> None:
    s = snapshot()
    stuck = pod(started=None, phase="Pending", waiting_reason="ImagePullBackOff")
    asked = batch_job(image="spotreel/runner:wrong")
    assert is_replaced(s, platform(s), evidence(job=asked, pod=stuck))
    assert not is_replaced(s, platform(s), evidence(job=asked, pod=pod(started=None, phase="Pending")))
    same = batch_job(image=Runner().image)
    assert not is_replaced(s, platform(s), evidence(job=same, pod=stuck))
