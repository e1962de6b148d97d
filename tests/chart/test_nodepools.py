"""k8s/nodepools: the manifests are what Karpenter takes, the values what the chart and the operator take."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from spotreel_operator.manifests.affinity import node_affinity
from tests.chart.render import one
from tests.testbed.cache import ROOT
from videojob_api.config import parse_config

POOLS = ROOT / "k8s" / "nodepools"
CLOUDS = sorted(path.name for path in POOLS.iterdir())


@pytest.mark.parametrize("cloud", CLOUDS)
def test_values(cloud: str) -> None:
    text = one("ConfigMap", "-f", str(POOLS / cloud / "values.yaml"))["data"]["config.yaml"]
    config = parse_config(text)
    tiers = config.classes["gpu-spot"].placement
    assert tiers
    spot, on_demand = (node_affinity([tier], config.capacity_labels) for tier in tiers.tiers)
    assert spot and spot != on_demand
    priced = {kind for tier in tiers.tiers for kind in tier.instance_types or []}
    assert priced <= set(config.prices.table), "no price for some type of a tier"
    assert config.allowed_uris


@pytest.mark.parametrize("cloud", CLOUDS)
def test_pools_wear_what_the_classes_tolerate(cloud: str) -> None:
    """Every taint that a pool of ours sets is tolerated by the class."""
    text = one("ConfigMap", "-f", str(POOLS / cloud / "values.yaml"))["data"]["config.yaml"]
    tolerated = {t.key for t in parse_config(text).classes["gpu-spot"].pod_template.tolerations}
    assert set(_taints(POOLS / cloud)) <= tolerated


def _taints(folder: Path) -> Iterator[str]:
    for file in folder.iterdir():
        text = file.read_text()
        if file.name == "karpenter.yaml":
            pools = [d for d in yaml.safe_load_all(text) if d["kind"] == "NodePool"]
            yield from (t["key"] for pool in pools for t in pool["spec"]["template"]["spec"]["taints"])
        elif file.suffix == ".sh":
            words = text.replace("=", " ").replace(",", " ").replace(":", " ").split()
            yield from (
                key
                for key in ("nvidia.com/gpu", "cloud.google.com/gke-spot", "kubernetes.azure.com/scalesetpriority")
                if key in words
            )


@pytest.mark.parametrize("script", sorted(POOLS.rglob("*.sh")), ids=lambda p: p.parent.name)
def test_scripts_are_shell(script: Path) -> None:
    assert subprocess.run(["sh", "-n", str(script)]).returncode == 0
