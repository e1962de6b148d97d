import json
from dataclasses import replace

from spotreel_operator.manifests.attempt import attempt_name
from spotreel_operator.reconcile.platform import platform_of
from spotreel_operator.runtime.api import JOBS
from spotreel_operator.runtime.trim import trimmed
from spotreel_operator.state.jobs import JobState
from spotreel_operator.state.snapshot import Platform
from spotreel_operator.state.videojobs import VideoJob
from tests.unit.operator.make import attempt_manifest, config, job
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


def test_without_an_output_work_is_kept_beside_the_first_file() -> None:
    results = [{"sql": {"secretRef": {"name": "db"}}}, {"uri": "s3://n/seen/a.json"}, {"uri": "s3://m/b.json"}]
    own = job(outputs=None, analyses=[{"motion": {}}], results=results)
    text = json.loads(json.dumps(manifest(own)))["spec"]["template"]["metadata"]["annotations"]["spotreel.dev/order"]
    assert Order.model_validate_json(text).workspace == f"s3://n/seen/ns/reel-{own.uid}/"


def test_tier_is_required_affinity() -> None:
    made = json.loads(json.dumps(manifest(job())))
    terms = made["spec"]["template"]["spec"]["affinity"]["nodeAffinity"][
        "requiredDuringSchedulingIgnoredDuringExecution"
    ]
    assert terms["nodeSelectorTerms"][0]["matchExpressions"] == [
        {"key": "karpenter.sh/capacity-type", "operator": "In", "values": ["spot"]}
    ]


def test_the_jobs_settings_win_over_the_classs() -> None:
    changed = config(
        classes={"gpu": {"video": {"quality": "Low", "preset": "Fast"}, "checkpoint": {"segmentFrames": 60}}}
    )
    own = job(outputs=[{"uri": "s3://m/o.mp4", "video": {"encoder": "CPU", "crf": 19}}])
    platform = platform_of(own, changed, {})
    assert isinstance(platform, Platform) and platform.spec.outputs
    video = platform.spec.outputs[0].video
    assert video and (video.crf, video.quality, video.preset) == (19, None, "Fast")
    assert platform.spec.checkpoint and platform.spec.checkpoint.segment_frames == 60
