"""What one replica needs, and what several do."""

from typing import Any

import pytest

from tests.chart.render import SYSTEM, Object, kinds, objects, one
from tests.chart.test_templates import container, flag

TWO = ["--set", "replicas=2"]
FLAGS = {"1": [], "2": TWO}
BOTH = pytest.mark.parametrize("flags", FLAGS.values(), ids=FLAGS.keys())


def service(name: str, *flags: str) -> Object:
    found = [o for o in objects(*flags) if o["kind"] == "Service" and o["metadata"]["name"] == name]
    assert len(found) == 1
    return found[0]


def pod(*flags: str, values: Object | None = None) -> Object:
    found: Object = one("Deployment", *flags, values=values)["spec"]["template"]
    return found


@BOTH
def test_metrics_and_older_attempts_come_by_a_service_of_all_replicas(flags: list[str]) -> None:
    spec = service("spotreel-operator", *flags)["spec"]
    labels = pod(*flags)["metadata"]["labels"]
    assert spec["selector"].items() <= labels.items()
    assert spec["publishNotReadyAddresses"] is True, "also while every node is NotReady"


@BOTH
def test_reports_come_by_a_service_without_a_selector(flags: list[str]) -> None:
    made = service("spotreel-operator-reports", *flags)
    assert "selector" not in made["spec"]
    (port,) = made["spec"]["ports"]
    assert (port["name"], port["targetPort"]) == ("http", container(one("Deployment"))["ports"][0]["containerPort"])
    deployment = one("Deployment", *flags)
    assert flag(deployment, "reports-service") == ["spotreel-operator-reports"]
    assert flag(deployment, "progress-url") == [f"http://spotreel-operator-reports.{SYSTEM}.svc:8080/v1/progress"]
    assert flag(deployment, "fallback-url") == [f"http://spotreel-operator.{SYSTEM}.svc:8080/v1/progress"]


def test_a_url_of_ones_own_has_no_fallback() -> None:
    deployment = one("Deployment", "--set", "operator.progressURL=https://reports.example.com/v1/progress")
    assert flag(deployment, "fallback-url") == [] and flag(deployment, "reports-service")


def test_no_replica_is_scraped_twice() -> None:
    flags = ["--set", "metrics.serviceMonitor.enabled=true"]
    selector = one("ServiceMonitor", *flags)["spec"]["selector"]["matchLabels"]
    selected = [
        o for o in objects(*flags) if o["kind"] == "Service" and selector.items() <= o["metadata"]["labels"].items()
    ]
    assert [s["metadata"]["name"] for s in selected] == ["spotreel-operator"]


def rules(*flags: str) -> list[Object]:
    found: list[Object] = one("Role", *flags, name="-lease")["rules"]
    return found


@pytest.mark.parametrize(("name", "full"), [("", "spotreel-operator"), ("mine", "mine")])
def test_the_right_to_lead_runners_is_for_these_slices_alone(name: str, full: str) -> None:
    found = rules("--set", f"fullnameOverride={name}")
    slices = [r for r in found if r["apiGroups"] == ["discovery.k8s.io"]]
    assert slices == [
        {
            "apiGroups": ["discovery.k8s.io"],
            "resources": ["endpointslices", "endpointslices/restricted"],
            "verbs": ["create"],
        },
        {
            "apiGroups": ["discovery.k8s.io"],
            "resources": ["endpointslices"],
            "resourceNames": [f"{full}-reports-ipv4", f"{full}-reports-ipv6"],
            "verbs": ["get", "update"],
        },
    ]
    (read,) = [r for r in found if r["resources"] == ["services"]]
    assert (read["resourceNames"], read["verbs"]) == ([f"{full}-reports"], ["get"])


def test_one_replica() -> None:
    assert one("Deployment")["spec"]["strategy"] == {"type": "Recreate"}
    assert "topologySpreadConstraints" not in pod()["spec"] and "PodDisruptionBudget" not in kinds(objects())


def test_two_replicas() -> None:
    strategy = one("Deployment", *TWO)["spec"]["strategy"]
    assert strategy == {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}}
    labels = pod(*TWO)["metadata"]["labels"]
    (spread,) = pod(*TWO)["spec"]["topologySpreadConstraints"]
    assert (spread["topologyKey"], spread["whenUnsatisfiable"]) == ("kubernetes.io/hostname", "ScheduleAnyway")
    budget = one("PodDisruptionBudget", *TWO)["spec"]
    assert (budget["minAvailable"], budget["unhealthyPodEvictionPolicy"]) == (1, "AlwaysAllow")
    for selector in (spread["labelSelector"], budget["selector"]):
        assert selector["matchLabels"].items() <= labels.items()


def test_what_a_user_says_counts() -> None:
    zone = {"topologyKey": "topology.kubernetes.io/zone", "maxSkew": 1, "whenUnsatisfiable": "DoNotSchedule"}
    strategy: Any = {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1, "maxSurge": 0}}
    values = {"replicas": 3, "topologySpreadConstraints": [zone], "strategy": strategy}
    assert pod(values=values)["spec"]["topologySpreadConstraints"] == [zone]
    assert one("Deployment", values=values)["spec"]["strategy"] == strategy
