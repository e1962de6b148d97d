"""What runners may connect to, by the NetworkPolicies that the chart renders."""

from ipaddress import ip_address, ip_network
from typing import Any

import pytest
import yaml

from tests.chart.render import SYSTEM, VALUES, Object, kinds, objects
from tests.generate.manifests import POLICY, runner_policy
from videojob_api.public_hosts import kind_of

SHOWN = "--show-only=templates/networkpolicy-runners.yaml"


def policies(*flags: str, **network: Any) -> list[Object]:
    """Those of runners."""
    return objects(SHOWN, *flags, values={"networkPolicy": {"enabled": True, **network}})


def reaches(policy: Object, address: str, port: int) -> bool:
    """Whether an address outside of the cluster may be connected to, by TCP."""
    rules = policy["spec"]["egress"]
    return any(_takes(rule["to"], address) and _has(rule["ports"], port) for rule in rules if "to" in rule)


def _has(ports: list[Object], port: int) -> bool:
    return {"port": port, "protocol": "TCP"} in ports


def _takes(peers: list[Object], address: str) -> bool:
    blocks = [peer["ipBlock"] for peer in peers if "ipBlock" in peer]
    return any(_inside(address, block["cidr"]) and not _in_any(address, block.get("except", [])) for block in blocks)


def _inside(address: str, network: str) -> bool:
    return ip_address(address) in ip_network(network)


def _in_any(address: str, networks: list[str]) -> bool:
    return any(_inside(address, network) for network in networks)


def test_every_watched_namespace_and_the_operators_own_has_one() -> None:
    found = objects("-f", str(VALUES / "namespaced.yaml"))
    runners = [o for o in found if o["metadata"]["name"] == "spotreel-operator-runners"]
    assert sorted(o["metadata"]["namespace"] for o in runners) == [SYSTEM, "team-a", "team-b"]
    assert len({yaml.safe_dump(o["spec"]) for o in runners}) == 1
    assert runners[0]["spec"]["policyTypes"] == ["Ingress", "Egress"] and "ingress" not in runners[0]["spec"]
    assert "NetworkPolicy" not in kinds(objects(values={"watchNamespaces": ["team-a"]}))


@pytest.mark.parametrize("address", ["8.8.8.8", "2a00:1450:4001:830::200e"])
def test_public_addresses_at_port_443_alone(address: str) -> None:
    (policy,) = policies()
    assert reaches(policy, address, 443)
    assert not reaches(policy, address, 80) and not reaches(policy, address, 8443)
    (policy,) = policies(runnerPorts=[443, 8443])
    assert reaches(policy, address, 8443)


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254", "168.63.129.16", "100.100.100.200", "10.96.0.1", "172.20.0.10", "192.168.1.1",
        "fd00:ec2::254", "fd20:ce::254", "fe80::a9fe:a9fe",
    ],
)  # fmt: skip
def test_metadata_and_the_inside_of_clusters_are_out_of_reach(address: str) -> None:
    (policy,) = policies()
    assert kind_of(address) and not reaches(policy, address, 443)


def test_stores_inside_are_reached_at_their_ports() -> None:
    pods = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "minio"}}, "podSelector": {}}
    (policy,) = policies(stores=[{"ports": [9000, 9001], **pods}, {"ports": [443], "ipBlock": {"cidr": "10.0.5.0/24"}}])
    tcp = [{"port": port, "protocol": "TCP"} for port in (9000, 9001)]
    assert {"ports": tcp, "to": [pods]} in policy["spec"]["egress"]
    assert reaches(policy, "10.0.5.7", 443)
    assert not reaches(policy, "10.0.5.7", 80) and not reaches(policy, "10.0.6.7", 443)


def test_ranges_of_ones_own_are_excepted() -> None:
    (policy,) = policies(runnerExcept=["44.0.0.0/8", "2600:1f18::/32"])
    assert not reaches(policy, "44.1.2.3", 443) and not reaches(policy, "2600:1f18::1", 443)


@pytest.mark.parametrize(
    "network",
    [
        {"stores": [{"ipBlock": {"cidr": "10.0.5.0/24"}}]},
        {"stores": [{"ports": [443]}]},
        {"stores": [{"ports": [443], "cidr": "10.0.5.0/24"}]},
        {"stores": [{"ports": ["https"], "podSelector": {}}]},
        {"runnerExcept": ["10.0.0.1"]},
        {"runnerPorts": []},
    ],
)
def test_what_would_not_do_what_it_says_is_refused(network: Object) -> None:
    with pytest.raises(RuntimeError, match="networkPolicy"):
        policies(**network)


def test_namespaces_can_be_given_theirs_later() -> None:
    """The other way that the manifest to copy names."""
    found = policies("--set", "watchNamespaces={team-a,team-b}")
    assert {o["metadata"]["namespace"] for o in found} == {SYSTEM, "team-a", "team-b"}


def test_the_manifest_to_copy_is_current_and_of_no_namespace() -> None:
    """`make verify` proves it too; here so that it is seen sooner."""
    assert POLICY.read_text().endswith(runner_policy())
    (copy,) = (o for o in yaml.safe_load_all(POLICY.read_text()) if o)
    (rendered,) = policies()
    assert copy["spec"] == rendered["spec"] and "namespace" not in copy["metadata"]
