"""Kueue's own manager beside the testbed's control plane, with its CRDs and webhooks.

What it installs is its module's `config/default`, but for what only pods need (Deployment, Service, accounts): here the
manager is a process with the admin's rights, and the API server finds its webhooks on 127.0.0.1.
"""

import base64
from pathlib import Path
from typing import Any

import yaml
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.testbed import cache
from tests.testbed.control_plane import ControlPlane
from tests.testbed.https import self_signed
from tests.testbed.processes import Child, free_port

Object = dict[str, Any]
NAMESPACE = "kueue-system"
SERVICE, SECRET = "kueue-webhook-service", "kueue-webhook-server-cert"
HOLDERS = ("kueue-ca", f"{SERVICE}.{NAMESPACE}.svc")
"""Whom its certificate must name for Kueue to leave it as it is."""

DAYS = 365
WEBHOOKS = ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")
INSTALLED = ("CustomResourceDefinition", *WEBHOOKS)


class Kueue:
    """`start()` installs it and returns when its webhooks answer."""

    def __init__(self, folder: Path, control_plane: ControlPlane) -> None:
        self._folder, self._control_plane = folder, control_plane
        self._binary = cache.kueue()
        self._webhooks, self._health = free_port(), free_port()
        self._child: Child | None = None

    def start(self) -> None:
        """Raises with the log's end if it does not come up."""
        certificates = self._folder / "certificates"
        certificates.mkdir(parents=True)
        certificate = certificates / "tls.crt"
        # Kueue reads keys of RSA only.
        self_signed(certificate, certificates / "tls.key", HOLDERS, DAYS, rsa.generate_private_key(65537, 2048))
        # Kueue waits until what its Secret holds is mounted.
        (certificates / "ca.crt").write_bytes(certificate.read_bytes())
        kubectl = self._control_plane.kubectl
        kubectl("create", "namespace", NAMESPACE)
        kubectl("create", "-f", "-", stdin=yaml.safe_dump(_secret(certificates)))
        kubectl("apply", "--server-side", "-f", "-", stdin=yaml.safe_dump_all(self._manifests(certificate)))
        self._control_plane.wait_for_crds()
        self._run(certificates)

    def stop(self) -> None:
        """Kills the manager; what it has written stays."""
        if self._child:
            self._child.stop()

    def _run(self, certificates: Path) -> None:
        file = self._folder / "config.yaml"
        file.write_text(yaml.safe_dump(self._configuration(certificates)))
        # A server of its own, on a fixed port, for what `kubectl` shows of queues.
        command = [str(self._binary), f"--config={file}", "--feature-gates=VisibilityOnDemand=false"]
        environment = {"KUBECONFIG": str(self._control_plane.kubeconfig)}
        self._child = Child("kueue", command, self._folder / "kueue.log", environment)
        self._child.wait_until(self._admits)

    def _admits(self) -> bool:
        """Whether a flavour passes its webhooks."""
        flavour = {"apiVersion": "kueue.x-k8s.io/v1beta2", "kind": "ResourceFlavor", "metadata": {"name": "first"}}
        said = self._control_plane.kubectl(
            "create", "--dry-run=server", "-f", "-", stdin=yaml.safe_dump(flavour), check=False
        )
        return "created" in said

    def _configuration(self, certificates: Path) -> Object:
        return {
            "apiVersion": "config.kueue.x-k8s.io/v1beta2",
            "kind": "Configuration",
            "namespace": NAMESPACE,
            "health": {"healthProbeBindAddress": f"127.0.0.1:{self._health}"},
            "metrics": {"bindAddress": "0"},
            "webhook": {"port": self._webhooks, "host": "127.0.0.1", "certDir": str(certificates)},
            "leaderElection": {"leaderElect": False},
            "internalCertManagement": {"enable": True, "webhookServiceName": SERVICE, "webhookSecretName": SECRET},
            "integrations": {"frameworks": ["batch/job"]},
        }

    def _manifests(self, certificate: Path) -> list[Object]:
        """Its CRDs and webhooks as it ships them, but that they are called by address."""
        made = self._control_plane.kubectl("kustomize", str(cache.kueue_sources() / "config" / "default"))
        found = [document for document in yaml.safe_load_all(made) if document["kind"] in INSTALLED]
        for client in (client for document in found for client in _clients(document)):
            service = client.pop("service")
            client["url"] = f"https://127.0.0.1:{self._webhooks}{service['path']}"
            client["caBundle"] = _encoded(certificate)
        return found


def _clients(document: Object) -> list[Object]:
    """Where a document says how a webhook is called."""
    if document["kind"] in WEBHOOKS:
        return [webhook["clientConfig"] for webhook in document["webhooks"]]
    conversion = document["spec"].get("conversion", {}).get("webhook")
    return [conversion["clientConfig"]] if conversion else []


def _secret(certificates: Path) -> Object:
    """Its certificate is its own authority."""
    files = {"ca.crt": "tls.crt", "ca.key": "tls.key", "tls.crt": "tls.crt", "tls.key": "tls.key"}
    data = {name: _encoded(certificates / file) for name, file in files.items()}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": SECRET, "namespace": NAMESPACE}, "data": data}


def _encoded(file: Path) -> str:
    return base64.b64encode(file.read_bytes()).decode()
