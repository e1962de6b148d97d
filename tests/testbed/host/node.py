"""A node: containerd, kubelet, and the ways in which both may go."""

import os
import signal
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from tests.testbed.host.kubelet import CGROUP, Kubelet
from tests.testbed.host.runtime import Containerd

_CGROUPS = Path("/sys/fs/cgroup")


class RealNode:
    """`runtime.start()`, `load`, `start_kubelet()`; it registers itself."""

    def __init__(self, name: str, number: int, labels: Mapping[str, str], folder: Path, kubeconfig: Path) -> None:
        """`folder` is the world's own, and so are the cgroups that are named after it."""
        self.name, self._labels = name, labels
        own, logs = folder / name, folder / "logs"
        self._cgroup = f"{folder.parent.name}-{name}"
        self.runtime = Containerd(own / "c", number, logs / f"containerd-{name}.log")
        socket = self.runtime.socket
        self.kubelet = Kubelet(name, self._cgroup, own / "kubelet", socket, kubeconfig, logs / f"kubelet-{name}.log")

    def load(self, images: tuple[Path, ...]) -> None:
        """Images are there before the first pod is."""
        for image in images:
            self.runtime.load(image)

    def kill_kubelet(self) -> None:
        """Containers run on, nobody tells of them."""
        self.kubelet.kill()

    def start_kubelet(self) -> None:
        """For the first time, or back with what it remembers on disk."""
        self._make_cgroup()
        self.kubelet.start(self._labels)

    def reboot(self) -> None:
        """Power off and on: kubelet, runtime and every container are gone at once, disks stay."""
        self.kubelet.kill()
        self.kill_containers()
        self.runtime.stop()
        self.runtime.start()
        self.start_kubelet()

    def kill_containers(self) -> None:
        """SIGKILL to every process in this node's pods, until there is none."""
        deadline = time.monotonic() + 10
        while (pids := self._pids()) and time.monotonic() < deadline:
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.05)

    def stop(self) -> None:
        """All of it; its cgroups too."""
        self.kubelet.kill()
        self.kill_containers()
        self.runtime.stop()
        _remove_cgroups(self._cgroup)

    def commands(self) -> list[str]:
        """Command lines of what runs in this node's pods."""
        found = (Path(f"/proc/{pid}/cmdline") for pid in self._pids())
        return [" ".join(_words(path, "\0")) for path in found]

    def _pids(self) -> set[int]:
        folders = [below for folder in _cgroup_folders(self._cgroup) for below in folders_in(folder)]
        return {int(line) for folder in folders for line in _words(folder / "cgroup.procs") if line != "0"}

    def _make_cgroup(self) -> None:
        """kubelet wants its cgroup root to be there, in every hierarchy."""
        for parent in _hierarchies():
            (parent / CGROUP / self._cgroup).mkdir(parents=True, exist_ok=True)
            _delegate(parent, parent / CGROUP, parent / CGROUP / self._cgroup)
        _copy_cpuset(self._cgroup)


def _words(file: Path, separator: str | None = None) -> list[str]:
    """Of a file of the kernel's, which may be gone by now."""
    try:
        return file.read_text().split(separator)
    except OSError:
        return []


def _hierarchies() -> list[Path]:
    """The mount points of cgroup v1's controllers, or v2's only one."""
    if (_CGROUPS / "cgroup.controllers").exists():
        return [_CGROUPS]
    return [path for path in _CGROUPS.iterdir() if path.is_dir() and path.name != "unified"]


def _remove_cgroups(name: str) -> None:
    """Empty by now; the kernel keeps them otherwise. The last node removes the folder above too."""
    for parent in (_CGROUPS, *_CGROUPS.iterdir()):
        own = parent / CGROUP / name
        for folder in (*sorted(folders_in(own), reverse=True), own.parent):
            with suppress(OSError):
                folder.rmdir()


def folders_in(folder: Path) -> list[Path]:
    """The folder and all below it. Containers end meanwhile: what is gone by then is passed over."""
    return [Path(path) for path, _, _ in os.walk(folder)]


def _cgroup_folders(name: str) -> list[Path]:
    return [folder for parent in _hierarchies() if (folder := parent / CGROUP / name).exists()]


def _delegate(*folders: Path) -> None:
    """cgroup v2 hands a controller down only where it is told to."""
    for folder in folders:
        if (offered := folder / "cgroup.controllers").exists():
            wanted = " ".join(f"+{name}" for name in offered.read_text().split())
            with suppress(OSError):
                (folder / "cgroup.subtree_control").write_text(wanted)


def _copy_cpuset(name: str) -> None:
    """A new cpuset of v1 is empty, and nothing can be started in it."""
    root = _CGROUPS / "cpuset"
    for folder in (root / CGROUP, root / CGROUP / name) if root.exists() else ():
        for file in ("cpuset.cpus", "cpuset.mems"):
            (folder / file).write_text((root / file).read_text())
