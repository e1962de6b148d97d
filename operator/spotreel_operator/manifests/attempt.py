"""The Kubernetes Job of one attempt. Pure: the same arguments give the same manifest.

One pod, no retries: an attempt is never reused. podFailurePolicy makes the Job's message name the
exit code or the disruption, which is all that remains if the operator was away.
"""

from collections.abc import Sequence
from typing import Any

from spotreel_operator.manifests import class_parts
from spotreel_operator.manifests.affinity import node_affinity
from spotreel_operator.manifests.propagation import passed_annotations, passed_labels, queue_labels
from spotreel_operator.manifests.secret_files import secret_sources
from spotreel_operator.state.snapshot import Platform
from spotreel_operator.state.videojobs import VideoJob
from videojob_api import attempt_names, names
from videojob_api.config import ClassTier
from videojob_api.exit_codes import permanent_codes
from videojob_api.runner_pod import ORDER_DIR, SCRATCH_DIR, SECRETS_DIR, TERMINATION_LOG, TOKEN_DIR

Object = dict[str, Any]

UNREACHABLE_SECONDS = 30
TOKEN_SECONDS = 3600


def attempt_name(job: VideoJob, number: int, lane: int = 0) -> str:
    """Of this job's Kubernetes Job with this number in its lane."""
    return attempt_names.attempt_name(job.name, job.uid, number, lane)


def attempt_job(
    job: VideoJob,
    platform: Platform,
    tier: ClassTier,
    number: int,
    image: str,
    order: str,
    seconds: int | None = None,
    avoid: Sequence[str] = (),
    lane: int = 0,
    also: Sequence[ClassTier] = (),
    shun: Sequence[str] = (),
) -> Object:
    """The Job's manifest. `order`: what its runner is told; `seconds`: what is left of the VideoJob's own limit.

    `platform` as the lane sees it; `also`: tiers that do as well as `tier`, for a queue to choose among.
    """
    tiers = (tier, *also)
    job_class = platform.job_class
    limit, template = job_class.active_deadline_seconds, job_class.pod_template
    labels = passed_labels(job.labels, job_class) | _labels(job, tiers, lane, number)
    passed = passed_annotations(job.annotations, job_class)
    annotations = {**passed, **template.annotations, names.ANNOTATION_ORDER: order}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": _metadata(job, attempt_name(job, number, lane), labels, passed | _read_back(image, tiers)),
        "spec": {
            "backoffLimit": 0,
            "completions": 1,
            "parallelism": 1,
            "activeDeadlineSeconds": min(limit, seconds) if seconds else limit,
            "podFailurePolicy": {"rules": _failure_rules()},
            "template": {
                "metadata": {"labels": template.labels | labels, "annotations": annotations},
                "spec": _pod(platform, image, node_affinity(tiers, platform.config.capacity_labels, avoid, shun)),
            },
        },
    }


def _metadata(job: VideoJob, name: str, labels: dict[str, str], annotations: dict[str, str]) -> Object:
    return {
        "name": name,
        "namespace": job.namespace,
        "labels": labels,
        "annotations": annotations,
        "ownerReferences": [_owner(job)],
    }


def _read_back(image: str, tiers: Sequence[ClassTier]) -> dict[str, str]:
    """Annotations, as the cache keeps no templates. The image as it was asked for: a webhook may change the pod's."""
    choice = {names.ANNOTATION_TIERS: ",".join(tier.name for tier in tiers)} if len(tiers) > 1 else {}
    return {names.ANNOTATION_IMAGE: image, **choice}


def _labels(job: VideoJob, tiers: Sequence[ClassTier], lane: int, number: int) -> dict[str, str]:
    own = {
        names.LABEL_MANAGED_BY: names.MANAGED_BY,
        names.LABEL_VIDEOJOB: job.name,
        names.LABEL_VIDEOJOB_UID: job.uid,
        names.LABEL_SHARD: attempt_names.lane_word(lane),
        names.LABEL_ATTEMPT: str(number),
    }
    tier = {names.LABEL_TIER: tiers[0].name} if len(tiers) == 1 else {}
    return own | tier | queue_labels(job.labels)


def _owner(job: VideoJob) -> Object:
    return {
        "apiVersion": names.API_VERSION,
        "kind": names.KIND,
        "name": job.name,
        "uid": job.uid,
        "controller": True,
        "blockOwnerDeletion": False,
    }


def _failure_rules() -> list[Object]:
    """Order matters: the first that fits gives the Job's message."""
    codes = {"containerName": names.CONTAINER, "operator": "In", "values": permanent_codes()}
    return [
        {"action": "FailJob", "onExitCodes": codes},
        {"action": "FailJob", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]},
        {"action": "FailJob", "onExitCodes": {"containerName": names.CONTAINER, "operator": "NotIn", "values": [0]}},
    ]


def _pod(platform: Platform, image: str, affinity: Object | None) -> Object:
    spec, template = platform.spec, platform.job_class.pod_template
    optional = {
        "serviceAccountName": spec.service_account_name,
        "priorityClassName": spec.priority_class_name,
        "nodeSelector": template.node_selector or None,
        "imagePullSecrets": template.image_pull_secrets or None,
        "affinity": affinity,
    }
    return {
        "restartPolicy": "Never",
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": platform.job_class.termination_grace_period_seconds,
        "tolerations": [*_tolerations(), *(t.plain() for t in template.tolerations)],
        **class_parts.pod_parts(platform.job_class),
        "containers": [_container(platform, image)],
        "volumes": [*_volumes(platform), *class_parts.volumes(platform.job_class)],
        **{key: value for key, value in optional.items() if value},
    }


def _tolerations() -> list[Object]:
    """Belt to the braces of silence: a dead node's pods are let go after 30 s, not 300."""
    return [
        {
            "key": f"node.kubernetes.io/{trouble}",
            "operator": "Exists",
            "effect": "NoExecute",
            "tolerationSeconds": UNREACHABLE_SECONDS,
        }
        for trouble in ("not-ready", "unreachable")
    ]


def _container(platform: Platform, image: str) -> Object:
    resources = platform.spec.resources
    return {
        "name": names.CONTAINER,
        "image": image,
        # What a runner says that dies before it can leave a last word.
        "terminationMessagePolicy": "FallbackToLogsOnError",
        "imagePullPolicy": platform.config.runner.image_pull_policy,
        "command": ["spotreel", "attempt"],
        "args": [f"--order={ORDER_DIR}/order.json", f"--token={TOKEN_DIR}/token", f"--secrets={SECRETS_DIR}"],
        "env": [
            {"name": "SPOTREEL_TERMINATION_LOG", "value": TERMINATION_LOG},
            *class_parts.variables(platform.job_class),
        ],
        **class_parts.container_parts(platform.job_class),
        "resources": resources.plain() if resources else {},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": [
            {"name": "order", "mountPath": ORDER_DIR, "readOnly": True},
            {"name": "token", "mountPath": TOKEN_DIR, "readOnly": True},
            {"name": "secrets", "mountPath": SECRETS_DIR, "readOnly": True},
            {"name": "scratch", "mountPath": SCRATCH_DIR},
            *class_parts.mounts(platform.job_class),
        ],
    }


def _volumes(platform: Platform) -> list[Object]:
    order_item = {
        "path": "order.json",
        "fieldRef": {"fieldPath": f"metadata.annotations['{names.ANNOTATION_ORDER}']"},
    }
    token = {"path": "token", "audience": names.TOKEN_AUDIENCE, "expirationSeconds": TOKEN_SECONDS}
    return [
        {"name": "order", "downwardAPI": {"items": [order_item]}},
        {"name": "token", "projected": {"sources": [{"serviceAccountToken": token}]}},
        {
            "name": "secrets",
            "projected": {"sources": secret_sources(platform.spec)},
        },
        {"name": "scratch", "emptyDir": {}},
    ]
