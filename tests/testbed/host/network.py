"""The network of this machine's real nodes: one bridge, in the tests' own network namespace."""

import subprocess
from pathlib import Path

BRIDGE = "spotreel0"
HOST = "10.88.0.1"
"""This machine, as pods see it: the API server, S3 and DNS listen here."""

PODS = "10.88.0.0/16"
SERVICES = "10.0.0.0/24"


def make() -> None:
    """The bridge, forwarding, and NAT for traffic between pods of the bridge, which Services need."""
    _run("ip", "link", "set", "lo", "up")
    _run("ip", "link", "add", BRIDGE, "type", "bridge")
    _run("ip", "address", "add", f"{HOST}/16", "dev", BRIDGE)
    _run("ip", "link", "set", BRIDGE, "up")
    # kube-proxy and kubelet want a default route; nothing behind it answers.
    _run("ip", "route", "add", "default", "dev", BRIDGE)
    Path("/proc/sys/net/ipv4/ip_forward").write_text("1")
    bridged = Path("/proc/sys/net/bridge/bridge-nf-call-iptables")
    if bridged.exists():
        bridged.write_text("1")


def conflist(node: int) -> dict[str, object]:
    """CNI's configuration for a node; each hands out a /24 of its own on the shared bridge."""
    subnet = {"subnet": PODS, "rangeStart": f"10.88.{node}.2", "rangeEnd": f"10.88.{node}.250", "gateway": HOST}
    ipam = {"type": "host-local", "ranges": [[subnet]], "routes": [{"dst": "0.0.0.0/0"}]}
    bridge = {"type": "bridge", "bridge": BRIDGE, "isGateway": True, "ipMasq": True, "hairpinMode": True, "ipam": ipam}
    return {
        "cniVersion": "0.4.0",
        "name": "spotreel",
        "plugins": [bridge, {"type": "portmap", "capabilities": {"portMappings": True}}],
    }


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
