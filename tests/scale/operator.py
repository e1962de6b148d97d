"""The operator as a process of its own, with its defaults, watched from outside."""

import os
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from tests.testbed.processes import Child, free_port, resident
from tests.testbed.world import World, config

EVERY_SECONDS = 0.5
PROBE_SECONDS = 5.0
"""As the chart's liveness probe: an answer that takes longer is none."""


class WatchedOperator:
    """Cluster-wide, with the default lease and resync. Memory and probes are looked at twice a second."""

    def __init__(self, world: World, **changes: Any) -> None:
        """`changes`: of its configuration."""
        self._world, self._changes, self._number = world, changes, 0
        self.flags: Sequence[str] = ()
        self.port, self._probe_port = free_port(), free_port()
        self.most_memory = 0
        self.probes_failed: list[str] = []
        self.slowest_probe = 0.0
        self.lost = 0
        self._child: Child | None = None
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._look, daemon=True)
        self._began = 0.0

    @property
    def progress_url(self) -> str:
        """Where runners report."""
        return f"http://127.0.0.1:{self.port}/v1/progress"

    @property
    def log(self) -> Path:
        """Of the process that runs now."""
        assert self._child is not None
        return self._child.log

    def start(self) -> None:
        """Returns at once."""
        self._number += 1
        name = f"operator-{self._number}"
        file = self._world.folder / "operator.yaml"
        file.write_text(
            yaml.safe_dump(config("http://127.0.0.1:1", progressInterval="5s", silence={}, **self._changes))
        )
        command = [sys.executable, "-m", "spotreel_operator.app.main", f"--config={file}"]
        command += [f"--listen-port={self.port}", f"--progress-url={self.progress_url}"]
        # All stand-in runners have one address, and a thousand connections.
        command += [f"--probe-port={self._probe_port}", "--max-connections-per-client=2048", *self.flags]
        env = {"KUBECONFIG": str(self._world.control_plane.kubeconfig), "POD_NAMESPACE": "default"}
        self._child = Child(name, command, self._world.folder / "logs" / f"{name}.log", env)
        self._world.children.append(self._child)
        self._began = time.monotonic()
        if not self._watch.is_alive():
            self._watch.start()

    def is_ready(self) -> bool:
        """Whether it leads and works: the readiness probe alone is content with a follower that could."""
        try:
            return "\nspotreel_leader 1.0\n" in self._read(self.port, "metrics")
        except OSError:
            return False

    def wait_ready(self, seconds: float = 120) -> float:
        """Seconds from its start to readiness."""
        self._world.wait_for(self.is_ready, seconds)
        return time.monotonic() - self._began

    def kill(self) -> None:
        """SIGKILL: nothing is released."""
        assert self._child is not None
        child, self._child = self._child, None
        self._count_lost(child)
        child.stop()

    def stop(self) -> None:
        """With SIGTERM; the watching ends too."""
        self._over.set()
        if self._child:
            child, self._child = self._child, None
            self._count_lost(child)
            child.stop(grace=10)

    def _count_lost(self, child: Child) -> None:
        self.lost += child.log.read_text(errors="replace").count("lease lost")

    def cpu_seconds(self) -> float:
        """Of the process that runs now."""
        assert self._child is not None
        fields = Path(f"/proc/{self._child.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _look(self) -> None:
        while not self._over.wait(EVERY_SECONDS):
            child = self._child
            if child is None:
                continue
            self.most_memory = max(self.most_memory, resident(child.process.pid))
            self._look_at_probe(child)

    def _look_at_probe(self, child: Child) -> None:
        began = time.monotonic()
        problem = self._probe("healthz")
        # Before it listens there is nobody to ask.
        if child is self._child and began - self._began > PROBE_SECONDS:
            self.slowest_probe = max(self.slowest_probe, time.monotonic() - began)
            if problem:
                self.probes_failed.append(problem)

    def _probe(self, name: str) -> str:
        """Empty if all is well, else what is wrong."""
        try:
            self._read(self._probe_port, name)
            return ""
        except urllib.error.HTTPError as error:
            return error.read().decode(errors="replace")[:200]
        except OSError as error:
            return str(error)

    def _read(self, port: int, path: str) -> str:
        """Raises OSError."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"http://127.0.0.1:{port}/{path}", timeout=PROBE_SECONDS) as answer:
            return str(answer.read().decode())
