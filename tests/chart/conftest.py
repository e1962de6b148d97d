"""A cluster without Spotreel, with other people's CRDs: what a platform team has before it installs the chart."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chart.render import SYSTEM
from tests.testbed import cache
from tests.testbed.world import World

KARPENTER = "github.com/aws/karpenter-provider-aws"
PROMETHEUS = "github.com/prometheus-operator/prometheus-operator"
KEDA = "github.com/kedacore/keda/v2"


def others() -> list[Path]:
    """CRDs of Karpenter, Prometheus Operator, KEDA and Kueue, their own files."""
    karpenter = cache.module(KARPENTER) / "pkg" / "apis" / "crds"
    prometheus = cache.module(PROMETHEUS) / "example" / "prometheus-operator-crd"
    names = ("podmonitors", "servicemonitors", "prometheusrules")
    found = [karpenter / "karpenter.sh_nodepools.yaml", karpenter / "karpenter.k8s.aws_ec2nodeclasses.yaml"]
    found.append(karpenter / "autoscaling.x-k8s.io_capacitybuffers.yaml")
    found.append(cache.module(KEDA) / "config" / "crd" / "bases" / "keda.sh_scaledobjects.yaml")
    found += sorted((cache.kueue_sources() / "config" / "components" / "crd" / "bases").glob("*.yaml"))
    return found + [prometheus / f"monitoring.coreos.com_{name}.yaml" for name in names]


class BareWorld(World):
    """The chart brings our CRD."""

    crds = others()


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    with BareWorld() as made:
        made.upload_footage()
        made.make_namespace(SYSTEM)
        yield made
