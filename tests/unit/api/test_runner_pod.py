"""What every runner's pod has is what a class may not take away."""

from spotreel_operator.reconcile.platform import platform_of
from spotreel_operator.state.snapshot import Platform
from tests.unit.api.test_egress import KEY
from tests.unit.operator.make import CONFIG, attempt_manifest, config, job
from videojob_api.pod_volumes import contains
from videojob_api.runner_pod import RESERVED_FOLDERS, TERMINATION_LOG, VOLUMES


def test_its_volumes_and_mounts_are_reserved() -> None:
    platform = platform_of(
        job(), config(classes={"gpu": CONFIG["classes"]["gpu"] | {"caBundle": {"secretKeyRef": KEY}}}), {}
    )
    assert isinstance(platform, Platform)
    pod = attempt_manifest(job(), platform)["spec"]["template"]["spec"]
    assert {volume["name"] for volume in pod["volumes"]} == VOLUMES
    mounts = [mount["mountPath"] for mount in pod["containers"][0]["volumeMounts"]]
    assert len(mounts) == len(VOLUMES)
    for path in (*mounts, TERMINATION_LOG):
        assert any(contains(folder, path) for folder in RESERVED_FOLDERS), path
