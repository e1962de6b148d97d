"""etcd, kube-apiserver, kube-controller-manager and kube-scheduler as local processes."""

import json
import secrets
import ssl
import subprocess
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.testbed import cache
from tests.testbed.processes import Child, free_port

LOOPBACK = "127.0.0.1"


class ControlPlane:
    """`start()` brings it up with the given CRDs; `kubeconfig` is the admin's."""

    def __init__(self, folder: Path, address: str = LOOPBACK, controller_flags: Sequence[str] = ()) -> None:
        """`address`: where the API server listens; pods of real nodes cannot reach loopback."""
        self._folder, self._logs, self._address = folder, folder / "logs", address
        self._controller_flags = controller_flags
        self._binary = cache.control_plane()
        self._token = secrets.token_hex(16)
        self._children: list[Child] = []
        self._api_server: Child | None = None
        self._etcd = ""
        self.port = 0
        self.kubeconfig = folder / "kubeconfig"

    @property
    def url(self) -> str:
        """Of the API server."""
        return f"https://{self._address}:{self.port}"

    @property
    def ca(self) -> Path:
        """The API server's self-signed certificate, which is its own authority."""
        return self._folder / "apiserver" / "apiserver.crt"

    def start(self, crds: list[Path]) -> None:
        """CRDs come before the controller-manager, whose garbage collector learns of later ones only after 30 s."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._etcd = self._start_etcd()
        self._write_keys()
        self.port = free_port()
        self.start_api_server()
        self._write_kubeconfig()
        for crd in crds:
            self.kubectl("apply", "--server-side", "-f", str(crd))
        self._start_controllers()
        self._children[-2].wait_until(lambda: self._has("serviceaccount/default", "-n", "default"))

    def stop(self) -> None:
        """Kills all; nothing here is worth a farewell."""
        for child in reversed(self._children):
            child.stop()

    def kubectl(self, *arguments: str, stdin: str | None = None, check: bool = True) -> str:
        """Runs kubectl as the admin; gives its output. Raises with what it said."""
        result = subprocess.run(
            [str(self._binary), "kubectl", "--kubeconfig", str(self.kubeconfig), *arguments],
            input=stdin or "",
            capture_output=True,
            text=True,
        )
        if check and result.returncode:
            raise RuntimeError(f"kubectl {' '.join(arguments)}: {result.stderr.strip()}")
        return result.stdout if not result.returncode else result.stdout + result.stderr

    def wait_for_crds(self) -> None:
        """Returns when all are served. `kubectl wait` refuses one that has no conditions yet."""
        assert self._api_server
        self._api_server.wait_until(self._serves_crds)

    def _serves_crds(self) -> bool:
        found = self.read("/apis/apiextensions.k8s.io/v1/customresourcedefinitions")["items"]
        conditions = [crd.get("status", {}).get("conditions") or [] for crd in found]
        return all(any(c["type"] == "Established" and c["status"] == "True" for c in some) for some in conditions)

    def read(self, path: str) -> Any:
        """GET, as JSON: quicker than kubectl for those who look often. None if it is not there."""
        try:
            with self._open(path) as answer:
                return json.load(answer)
        except urllib.error.HTTPError:
            return None

    def _open(self, path: str) -> Any:
        context = ssl._create_unverified_context()
        request = urllib.request.Request(self.url + path, headers={"Authorization": f"Bearer {self._token}"})
        https = urllib.request.HTTPSHandler(context=context)
        return urllib.request.build_opener(urllib.request.ProxyHandler({}), https).open(request, timeout=5)

    def _has(self, what: str, *scope: str) -> bool:
        return what in self.kubectl("get", what, *scope, "-o", "name", check=False)

    def _run(self, name: str, *flags: str) -> Child:
        child = Child(name, [str(self._binary), name, *flags], self._logs / f"{name}.log")
        self._children.append(child)
        return child

    def _start_etcd(self) -> str:
        client, peer = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
        self._run(
            "etcd",
            "--name=one",
            f"--data-dir={self._folder / 'etcd'}",
            f"--listen-client-urls={client}",
            f"--advertise-client-urls={client}",
            f"--listen-peer-urls={peer}",
            f"--initial-advertise-peer-urls={peer}",
            f"--initial-cluster=one={peer}",
            "--unsafe-no-fsync",
            "--log-level=warn",
        )
        return client

    def _write_keys(self) -> None:
        key = self._folder / "service-account.key"
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import rsa

        pair = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        key.write_bytes(
            pair.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
            )
        )
        (self._folder / "tokens.csv").write_text(f'{self._token},admin,admin,"system:masters"\n')

    def stop_api_server(self) -> None:
        """SIGKILL; etcd keeps what it has."""
        if self._api_server:
            self._api_server.stop()

    def start_api_server(self) -> None:
        """Also after `stop_api_server`, on the same port; returns when it is ready."""
        key = self._folder / "service-account.key"
        # Without nodes nobody asks for the endpoints of Service `kubernetes`, and loopback is not allowed there.
        reconciler = "none" if self._address == LOOPBACK else "lease"
        self._api_server = self._run(
            "kube-apiserver",
            f"--etcd-servers={self._etcd}",
            f"--secure-port={self.port}",
            f"--bind-address={self._address}",
            f"--advertise-address={self._address}",
            f"--endpoint-reconciler-type={reconciler}",
            "--kubelet-preferred-address-types=InternalIP",
            f"--cert-dir={self._folder / 'apiserver'}",
            f"--token-auth-file={self._folder / 'tokens.csv'}",
            "--authorization-mode=Node,RBAC",
            "--service-cluster-ip-range=10.0.0.0/24",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-signing-key-file={key}",
            f"--service-account-key-file={key}",
        )
        self._api_server.wait_until(self._ready)

    def _ready(self) -> bool:
        try:
            return bool(self._open("/readyz").status == 200)
        except OSError:
            return False

    def _write_kubeconfig(self) -> None:
        """kubectl reads JSON as well."""
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "testbed", "cluster": {"server": self.url, "certificate-authority": str(self.ca)}}],
            "users": [{"name": "admin", "user": {"token": self._token}}],
            "contexts": [{"name": "testbed", "context": {"cluster": "testbed", "user": "admin"}}],
            "current-context": "testbed",
        }
        self.kubeconfig.write_text(json.dumps(config))
        self.kubeconfig.chmod(0o600)

    def _start_controllers(self) -> None:
        common = [f"--kubeconfig={self.kubeconfig}", "--leader-elect=false", "--bind-address=127.0.0.1"]
        self._run(
            "kube-controller-manager",
            *common,
            f"--secure-port={free_port()}",
            f"--cert-dir={self._folder / 'controller-manager'}",
            f"--service-account-private-key-file={self._folder / 'service-account.key'}",
            "--use-service-account-credentials=true",
            f"--root-ca-file={self.ca}",
            *self._controller_flags,
        )
        self._run("kube-scheduler", *common, f"--secure-port={free_port()}", f"--cert-dir={self._folder / 'scheduler'}")
