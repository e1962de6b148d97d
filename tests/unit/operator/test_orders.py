"""What attempts are told, and whether it fits into an annotation."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from spotreel_operator.manifests.orders import OrderTooLarge
from spotreel_operator.reconcile.platform import platform_of
from spotreel_operator.state.snapshot import Platform
from spotreel_operator.state.videojobs import VideoJob
from tests.unit.api.large import KINDS
from tests.unit.api.test_sizes import largest
from tests.unit.operator.make import attempt_manifest, config, job
from videojob_api.config import with_class
from videojob_api.names import MAX_ORDER_BYTES
from videojob_api.order import Order


def manifest(videojob: VideoJob) -> dict[str, object]:
    platform = platform_of(videojob, config(), {})
    assert isinstance(platform, Platform)
    return attempt_manifest(videojob, platform)


def test_runners_log_as_the_configuration_says() -> None:
    platform = platform_of(job(), config(runner={"logFormat": "text", "logLevel": "debug"}), {})
    assert isinstance(platform, Platform)
    made = json.loads(json.dumps(attempt_manifest(job(), platform)))
    order = Order.model_validate_json(made["spec"]["template"]["metadata"]["annotations"]["spotreel.dev/order"])
    assert (order.log_format, order.log_level) == ("text", "debug")


def test_too_large() -> None:
    keys = [
        {"time": f"{n}s", "left": 0.123456, "top": 0.1, "width": 0.5, "height": 0.5, "easing": "EaseInOut"}
        for n in range(256)
    ]
    clips = [{"framing": {"keyframes": keys}} for _ in range(20)]
    with pytest.raises(OrderTooLarge, match="use fewer clips or keyframes") as raised:
        manifest(job(timeline={"clips": clips}))
    assert raised.value.by_spec


def test_too_large_by_the_platforms_share() -> None:
    wide = config(allowedURIs=["s3://m/", *(f"s3://bucket-{n}/prefix/" for n in range(9000))])
    platform = platform_of(job(), wide, {})
    assert isinstance(platform, Platform)
    with pytest.raises(OrderTooLarge, match="shorten allowedURIs") as raised:
        attempt_manifest(job(), platform)
    assert not raised.value.by_spec


@pytest.mark.parametrize(("make", "most"), KINDS, ids=[make.__name__ for make, _ in KINDS])
def test_what_the_crd_admits_fits_with_all_that_a_class_adds(make: Callable[[int], Any], most: int) -> None:
    full = replace(job(**largest(make, most)), namespace="n" * 63, name="a" * 40)
    storage = {"endpoint": "https://" + "e" * 500, "region": "r" * 64, "secretRef": {"name": "s" * 63}}
    options = {f"{n}".rjust(32, "o"): "v" * 128 for n in range(32)}
    filled = {"video": {"encoder": "CPU", "encoderOptions": options}, "onDamage": "Continue", "storage": storage}
    platform = platform_of(job(), config(classes={"gpu": filled}), {})
    assert isinstance(platform, Platform)
    assert full.spec
    # Not by platform_of: no platform allows endpoints that are made of control characters.
    platform = replace(platform, spec=with_class(full.spec, platform.job_class))
    made = json.loads(json.dumps(attempt_manifest(full, platform)))
    order = made["spec"]["template"]["metadata"]["annotations"]["spotreel.dev/order"]
    assert len(order.encode()) <= MAX_ORDER_BYTES
