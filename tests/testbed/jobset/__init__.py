"""JobSet's own manager beside the testbed's control plane: the yardstick of `make scale`.

Its webhooks are left out, which is to its advantage: what they would fill in, whoever creates a JobSet writes.
"""

from pathlib import Path
from typing import Any

import yaml

from tests.testbed import cache
from tests.testbed.control_plane import ControlPlane
from tests.testbed.https import self_signed
from tests.testbed.processes import Child, free_port

Object = dict[str, Any]
API_VERSION = "jobset.x-k8s.io/v1alpha2"
CRD = Path("config/components/crd/bases/jobset.x-k8s.io_jobsets.yaml")
DAYS = 365


class JobSet:
    """`start()` installs its CRD and returns when the manager is ready."""

    def __init__(self, folder: Path, control_plane: ControlPlane) -> None:
        self._folder, self._control_plane = folder, control_plane
        self._binary = cache.jobset()
        self._health = free_port()
        self._child: Child | None = None

    def start(self) -> None:
        """Raises with the log's end if it does not come up."""
        certificates = self._folder / "certificates"
        certificates.mkdir(parents=True)
        self_signed(certificates / "tls.crt", certificates / "tls.key", ("localhost",), DAYS)
        kubectl = self._control_plane.kubectl
        kubectl("apply", "--server-side", "-f", str(cache.jobset_sources() / CRD))
        self._control_plane.wait_for_crds()
        file = self._folder / "config.yaml"
        file.write_text(yaml.safe_dump(self._configuration(certificates)))
        environment = {"KUBECONFIG": str(self._control_plane.kubeconfig)}
        log = self._folder / "jobset.log"
        self._child = Child("jobset", [str(self._binary), f"--config={file}"], log, environment)
        self._child.wait_until(lambda: "Starting workers" in log.read_text(errors="replace"))

    def stop(self) -> None:
        """Kills the manager."""
        if self._child:
            self._child.stop()

    def _configuration(self, certificates: Path) -> Object:
        return {
            "apiVersion": "config.jobset.x-k8s.io/v1alpha1",
            "kind": "Configuration",
            "health": {"healthProbeBindAddress": f"127.0.0.1:{self._health}"},
            "metrics": {"bindAddress": "0"},
            "webhook": {"port": free_port(), "host": "127.0.0.1", "certDir": str(certificates)},
            "leaderElection": {"leaderElect": False},
            "internalCertManagement": {"enable": False},
        }
