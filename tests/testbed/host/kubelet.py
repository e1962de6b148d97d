"""kubelet, one for each node."""

import json
import signal
from collections.abc import Mapping
from pathlib import Path

from tests.testbed import cache
from tests.testbed.host import network
from tests.testbed.processes import Child, free_port

CGROUP = "spotreel"
"""Below this the pods' cgroups lie, a folder for each node of each world."""


class Kubelet:
    """`start()` does not wait for the node to get ready."""

    def __init__(self, name: str, cgroup: str, folder: Path, socket: Path, kubeconfig: Path, log: Path) -> None:
        """`cgroup`: its folder below CGROUP."""
        self.name, self._folder, self._socket, self._kubeconfig, self._log = name, folder, socket, kubeconfig, log
        self._cgroup = cgroup
        self.child: Child | None = None
        self._ports = free_port(), free_port()

    def start(self, labels: Mapping[str, str]) -> None:
        """Also after `kill`."""
        self._folder.mkdir(parents=True, exist_ok=True)
        config = self._folder / "config.json"
        config.write_text(json.dumps(self._config()))
        flags = [
            f"--config={config}",
            f"--kubeconfig={self._kubeconfig}",
            f"--hostname-override={self.name}",
            f"--root-dir={self._folder / 'root'}",
            f"--cert-dir={self._folder / 'certificates'}",
            f"--node-ip={network.HOST}",
            "--node-labels=" + ",".join(f"{key}={value}" for key, value in labels.items()),
        ]
        self.child = Child(f"kubelet-{self.name}", [str(cache.node()), "kubelet", *flags], self._log)

    def kill(self) -> None:
        """SIGKILL; containers run on."""
        if self.child:
            self.child.signal(signal.SIGKILL)
            self.child.stop()

    def _config(self) -> dict[str, object]:
        """For cgroup v1 and v2; quick to notice, slow to evict, and images are never collected."""
        port, health = self._ports
        return {
            "apiVersion": "kubelet.config.k8s.io/v1beta1",
            "kind": "KubeletConfiguration",
            "cgroupDriver": "cgroupfs",
            "cgroupRoot": f"/{CGROUP}/{self._cgroup}",
            "failCgroupV1": False,
            "failSwapOn": False,
            "containerRuntimeEndpoint": f"unix://{self._socket}",
            "address": network.HOST,
            "port": port,
            "healthzPort": health,
            "readOnlyPort": 0,
            "nodeStatusUpdateFrequency": "1s",
            "nodeStatusReportFrequency": "10s",
            "nodeLeaseDurationSeconds": 40,
            "syncFrequency": "5s",
            "evictionHard": {"memory.available": "100Mi", "nodefs.available": "1%", "imagefs.available": "1%"},
            "imageGCHighThresholdPercent": 100,
            "imageMaximumGCAge": "0s",
            "authentication": {"anonymous": {"enabled": True}, "webhook": {"enabled": False}},
            "authorization": {"mode": "AlwaysAllow"},
            "clusterDNS": [network.HOST],
            "clusterDomain": "cluster.local",
            "podPidsLimit": 2048,
            "podLogsDir": str(self._folder / "pod-logs"),
            "maxPods": 30,
        }
