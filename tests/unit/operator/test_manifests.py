import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from spotreel_operator.manifests.attempt import attempt_name
from spotreel_operator.manifests.orders import OrderTooLarge
from spotreel_operator.reconcile.platform import platform_of
from spotreel_operator.runtime.api import JOBS
from spotreel_operator.runtime.trim import trimmed
from spotreel_operator.state.jobs import JobState
from spotreel_operator.state.snapshot import Platform
from spotreel_operator.state.videojobs import VideoJob
from tests.unit.api.large import KINDS
from tests.unit.api.test_sizes import largest
from tests.unit.operator.make import attempt_manifest, config, job
from videojob_api.config import with_class
from videojob_api.names import MAX_ORDER_BYTES
from videojob_api.order import Order


def manifest(videojob: VideoJob, number: int = 1) -> dict[str, object]:
    platform = platform_of(videojob, config(), {})
    assert isinstance(platform, Platform)
    return attempt_manifest(videojob, platform, number)


def test_names_fit_into_labels() -> None:
    assert len(attempt_name(replace(job(), name="a" * 40), 9_999_999_999)) <= 63


def test_one_pod_no_retries_no_rights() -> None:
    made = json.loads(json.dumps(manifest(job())))
    spec, pod = made["spec"], made["spec"]["template"]["spec"]
    assert (spec["backoffLimit"], pod["restartPolicy"], pod["automountServiceAccountToken"]) == (0, "Never", False)
    assert [r["action"] for r in spec["podFailurePolicy"]["rules"]] == ["FailJob"] * 3
    assert spec["podFailurePolicy"]["rules"][0]["onExitCodes"]["values"] == [64, 65, 66, 70, 73, 77, 78]
    assert spec["activeDeadlineSeconds"] > 0
    assert "ttlSecondsAfterFinished" not in spec, "it would delete the evidence"


def test_image_is_read_back_from_what_the_cache_keeps() -> None:
    made = json.loads(json.dumps(manifest(job())))
    stored = made | {"metadata": made["metadata"] | {"uid": "u", "creationTimestamp": "2026-01-01T12:00:00Z"}}
    assert JobState.read(trimmed(JOBS, stored)).image == "image"


def test_order_travels_in_the_annotation_without_secrets() -> None:
    made = json.loads(json.dumps(manifest(job())))
    text = made["spec"]["template"]["metadata"]["annotations"]["spotreel.dev/order"]
    order = Order.model_validate_json(text)
    assert order.attempt == made["metadata"]["name"]
    assert order.workspace == f"s3://m/out/ns/reel-{job().uid}/"
    assert order.work.storage and order.work.storage.secret_ref and order.work.storage.secret_ref.name == "keys"
    assert not made["spec"]["template"]["spec"]["containers"][0]["env"][1:]


def test_runners_log_as_the_configuration_says() -> None:
    platform = platform_of(job(), config(runner={"logFormat": "text", "logLevel": "debug"}), {})
    assert isinstance(platform, Platform)
    made = json.loads(json.dumps(attempt_manifest(job(), platform)))
    order = Order.model_validate_json(made["spec"]["template"]["metadata"]["annotations"]["spotreel.dev/order"])
    assert (order.log_format, order.log_level) == ("text", "debug")


def test_tier_is_required_affinity() -> None:
    made = json.loads(json.dumps(manifest(job())))
    terms = made["spec"]["template"]["spec"]["affinity"]["nodeAffinity"][
        "requiredDuringSchedulingIgnoredDuringExecution"
    ]
    assert terms["nodeSelectorTerms"][0]["matchExpressions"] == [
        {"key": "karpenter.sh/capacity-type", "operator": "In", "values": ["spot"]}
    ]


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


def test_the_jobs_settings_win_over_the_classs() -> None:
    changed = config(
        classes={"gpu": {"video": {"quality": "Low", "preset": "Fast"}, "checkpoint": {"segmentFrames": 60}}}
    )
    own = job(outputs=[{"uri": "s3://m/o.mp4", "video": {"encoder": "CPU", "crf": 19}}])
    platform = platform_of(own, changed, {})
    assert isinstance(platform, Platform)
    video = platform.spec.outputs[0].video
    assert video and (video.crf, video.quality, video.preset) == (19, None, "Fast")
    assert platform.spec.checkpoint and platform.spec.checkpoint.segment_frames == 60
