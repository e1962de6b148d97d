"""The command that runs a test in namespaces of its own, and what it needs from this machine."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence

COMMANDS = {
    "containerd": "containerd",
    "ctr": "containerd",
    "runc": "runc",
    "buildah": "buildah",
    "mmdebstrap": "mmdebstrap",
    "iptables": "iptables",
    "conntrack": "conntrack",
    "dnsmasq": "dnsmasq-base",
    "ip": "iproute2",
    "unshare": "util-linux",
    "/usr/lib/cni/bridge": "containernetworking-plugins",
    "/bin/busybox": "busybox-static",
}
"""What is run, and the Debian package that it comes from."""


def why_not() -> str | None:
    """Why no real node can run here; None if one can."""
    if sys.platform != "linux":
        return "a real kubelet needs Linux"
    if os.geteuid():
        return "a real kubelet needs root"
    missing = sorted({package for command, package in COMMANDS.items() if not shutil.which(command)})
    if missing:
        return f"missing: apt-get install --no-install-recommends {' '.join(missing)}"
    probe = subprocess.run(isolated(["ip", "link", "add", "probe", "type", "bridge"]), capture_output=True, text=True)
    return f"no namespaces or bridges here ({probe.stderr.strip()})" if probe.returncode else None


def isolated(command: Sequence[str]) -> list[str]:
    """The command in new mount, PID and network namespaces; all that it starts dies with it."""
    return ["unshare", "--mount", "--pid", "--net", "--fork", "--kill-child=SIGKILL", "--mount-proc", *command]
