"""The EndpointSlice that leads runners to the leader, for a Service without a selector."""

import ipaddress
from typing import Any

from videojob_api.names import GROUP

Object = dict[str, Any]
LEADER = f"{GROUP}/leader"
"""Annotation: which process has written it, as the Lease names it."""

MANAGER = f"operator.{GROUP}"
"""Kubernetes' own controllers leave slices of other managers alone."""


def family(address: str) -> str:
    """IPv4 or IPv6. Raises ValueError if it is no address."""
    return f"IPv{ipaddress.ip_address(address).version}"


def slice_name(service: str, address: str) -> str:
    """One for each family: a slice's cannot be changed."""
    return f"{service}-{family(address).lower()}"


def reports_slice(service: Object, address: str, port: int, pod: str, leader: str) -> Object:
    """Of one endpoint, the leader's. It goes when the Service goes; a second Service of that name gets a new one."""
    metadata = service["metadata"]
    name, namespace = metadata["name"], metadata["namespace"]
    conditions = {"ready": True, "serving": True, "terminating": False}
    target = {"kind": "Pod", "namespace": namespace, "name": pod}
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {
            "name": slice_name(name, address),
            "namespace": namespace,
            "labels": {"kubernetes.io/service-name": name, "endpointslice.kubernetes.io/managed-by": MANAGER},
            "annotations": {LEADER: leader},
            "ownerReferences": [{"apiVersion": "v1", "kind": "Service", "name": name, "uid": metadata["uid"]}],
        },
        "addressType": family(address),
        "endpoints": [{"addresses": [address], "conditions": conditions, "targetRef": target}],
        "ports": [_port(service["spec"]["ports"][0], port)],
    }


def replacing(found: Object, wanted: Object) -> Object | None:
    """What to write over `found`, only if it is still that; None if it is right. Others' labels stay."""
    old, new = found["metadata"], wanted["metadata"]
    merged = {key: {**old.get(key, {}), **new[key]} for key in ("labels", "annotations")}
    same = all(old.get(key) == merged[key] for key in merged) and old.get("ownerReferences") == new["ownerReferences"]
    if same and all(found.get(key) == wanted[key] for key in ("endpoints", "ports")):
        return None
    return {**wanted, "metadata": {**new, **merged, "resourceVersion": old["resourceVersion"]}}


def withdrawn(found: Object) -> Object:
    """The same slice without an endpoint: connections are refused at once instead of waited for."""
    return {**found, "endpoints": []}


def _port(service: Object, port: int) -> Object:
    """The Service's port and the slice's belong together by name."""
    copied: Object = {key: value for key, value in service.items() if key in ("name", "appProtocol")}
    return copied | {"port": port, "protocol": "TCP"}
