"""containerd, one for each node, with its own root, state and socket."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.testbed.host import network
from tests.testbed.processes import Child

PAUSE = "localhost/pause:1"
_CONFIG = """version = 2
root = "{folder}/root"
state = "{folder}/state"
[grpc]
  address = "{socket}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "{pause}"
  disable_apparmor = true
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "{folder}/cni"
[plugins."io.containerd.internal.v1.opt"]
  path = "{folder}/opt"
"""


class Containerd:
    """`start()` returns when it answers."""

    def __init__(self, folder: Path, node: int, log: Path) -> None:
        self._folder, self._node, self._log = folder, node, log
        self._child: Child | None = None
        self._network = folder / "cni" / "10-spotreel.conflist"
        self.socket = folder / "containerd.sock"

    def start(self) -> None:
        """Also after `stop`: images and snapshots are still there."""
        self._network.parent.mkdir(parents=True, exist_ok=True)
        # One network, but each node has its own record of the addresses it gave away.
        self._network.write_text(json.dumps(network.conflist(self._node)))
        config = self._folder / "config.toml"
        config.write_text(_CONFIG.format(folder=self._folder, socket=self.socket, pause=PAUSE))
        self._child = Child(f"containerd-{self._node}", ["containerd", "--config", str(config)], self._log)
        self._child.wait_until(self._answers)

    def load(self, archive: Path) -> None:
        """An image from an OCI archive."""
        self.ctr("images", "import", "--snapshotter", "overlayfs", str(archive))

    def ctr(self, *arguments: str) -> str:
        """Runs ctr in kubelet's namespace of images and containers."""
        command = ["ctr", "--address", str(self.socket), "--namespace", "k8s.io", *arguments]
        result = subprocess.run(command, capture_output=True, text=True)
        if result.returncode:
            raise RuntimeError(f"{' '.join(command)}: {result.stderr.strip()}")
        return result.stdout

    @contextmanager
    def without_network(self) -> Iterator[None]:
        """New pods get no sandbox, as where a CNI plugin is broken; the node stays Ready."""
        whole = self._network.read_text()
        self._network.write_text(whole.replace('"type": "bridge"', '"type": "absent"'))
        try:
            yield
        finally:
            self._network.write_text(whole)

    def stop(self) -> None:
        """The daemon alone; containers live on in their shims."""
        if self._child:
            self._child.stop()

    def _answers(self) -> bool:
        try:
            return "SERVER" in self.ctr("version").upper()
        except RuntimeError:
            return False
