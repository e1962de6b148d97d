"""The EndpointSlice of the reports' Service, as it is written and as it is found."""

import copy
from typing import Any

import pytest

from spotreel_operator.manifests.reports_slice import (
    LEADER,
    MANAGER,
    family,
    replacing,
    reports_slice,
    slice_name,
    withdrawn,
)  # fmt: skip

Object = dict[str, Any]
SERVICE: Object = {
    "metadata": {"name": "op-reports", "namespace": "ns", "uid": "uid-1"},
    "spec": {"ports": [{"name": "http", "port": 80, "targetPort": 8080, "appProtocol": "https"}]},
}


def made(address: str = "10.1.2.3") -> Object:
    return reports_slice(SERVICE, address, 8080, "op-abc", "op-abc-1")


def found(**changes: Any) -> Object:
    body = copy.deepcopy(made())
    body["metadata"] |= {"resourceVersion": "7", "uid": "u", "generation": 1, "creationTimestamp": "…"}
    return body | changes


def test_it_leads_to_the_pod_and_belongs_to_the_service() -> None:
    body = made()
    (endpoint,), (port,) = body["endpoints"], body["ports"]
    assert endpoint["addresses"] == ["10.1.2.3"] and endpoint["conditions"]["ready"] is True
    assert endpoint["targetRef"] == {"kind": "Pod", "namespace": "ns", "name": "op-abc"}
    assert port == {"name": "http", "appProtocol": "https", "port": 8080, "protocol": "TCP"}, "the pod's, by its name"
    assert body["metadata"]["labels"] == {
        "kubernetes.io/service-name": "op-reports",
        "endpointslice.kubernetes.io/managed-by": MANAGER,
    }
    assert body["metadata"]["annotations"] == {LEADER: "op-abc-1"}
    (owner,) = body["metadata"]["ownerReferences"]
    assert owner == {"apiVersion": "v1", "kind": "Service", "name": "op-reports", "uid": "uid-1"}


@pytest.mark.parametrize(("address", "kind"), [("10.1.2.3", "IPv4"), ("fd00::5", "IPv6")])
def test_families(address: str, kind: str) -> None:
    assert family(address) == kind == made(address)["addressType"]
    assert made(address)["metadata"]["name"] == slice_name("op-reports", address) == f"op-reports-{kind.lower()}"
    with pytest.raises(ValueError, match="nowhere"):
        family("nowhere")


def test_what_is_right_is_not_written() -> None:
    assert replacing(found(), made()) is None
    other = found()
    other["metadata"]["labels"]["team"] = "video"
    assert replacing(other, made()) is None


@pytest.mark.parametrize(
    "change",
    [
        {"endpoints": []},
        {"endpoints": made("10.9.9.9")["endpoints"]},
        {"ports": [{"name": "http", "port": 9, "protocol": "TCP"}]},
    ],
)
def test_what_is_wrong_is_replaced_as_it_was_read(change: Object) -> None:
    body = replacing(found(**change), made())
    assert body and body["metadata"]["resourceVersion"] == "7"
    assert (body["endpoints"], body["ports"]) == (made()["endpoints"], made()["ports"])


@pytest.mark.parametrize("part", ["labels", "annotations", "ownerReferences"])
def test_lost_metadata_comes_back(part: str) -> None:
    other = found()
    del other["metadata"][part]
    body = replacing(other, made())
    assert body and body["metadata"][part] == made()["metadata"][part]


def test_labels_of_others_stay() -> None:
    other = found(endpoints=[])
    other["metadata"]["labels"]["team"] = "video"
    body = replacing(other, made())
    assert body and body["metadata"]["labels"]["team"] == "video"


def test_withdrawn_leads_nowhere_and_keeps_its_version() -> None:
    assert withdrawn(found()) == found(endpoints=[])
