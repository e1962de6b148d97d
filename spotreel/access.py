"""Which cluster, who asks, and in which namespace: as kubectl finds it."""

import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from kubernetes.aio import config
from kubernetes.aio.client.configuration import Configuration
from kubernetes.aio.config.config_exception import ConfigException

from spotreel.errors import NoCluster
from spotreel_operator.runtime.api import SERVICE_ACCOUNT_DIR, load_as_pod

RENEW_SECONDS = 60.0
"""Between looks whether credentials of a login program or an identity provider have expired."""


@dataclass
class Access:
    """A cluster's address with credentials, and the namespace that is meant where none is named."""

    configuration: Any
    namespace: str
    context: str = ""
    loader: Any = None
    renewed: float = field(default_factory=time.monotonic)

    async def renew(self) -> None:
        """Asks the login program again once its token has expired; a follower may outlive many."""
        if self.loader is not None and time.monotonic() - self.renewed > RENEW_SECONDS:
            self.renewed = time.monotonic()
            await self.loader.load_and_set(self.configuration)


async def find_access(kubeconfig: str | None = None, context: str | None = None) -> Access:
    """By `kubeconfig`, the variable KUBECONFIG (which may name several files), ~/.kube/config, or as a pod.

    Raises NoCluster.
    """
    given = kubeconfig or os.environ.get("KUBECONFIG")
    files = given or str(Path.home() / ".kube" / "config")
    there = [part for part in files.split(os.pathsep) if part and Path(part).expanduser().is_file()]
    if there:
        return await _of_files(os.pathsep.join(there), context)
    if not given and not context and "KUBERNETES_SERVICE_HOST" in os.environ:
        return _as_pod()
    raise NoCluster(f"there is no kubeconfig {files}: name one in KUBECONFIG or with --kubeconfig")


async def _of_files(files: str, context: str | None) -> Access:
    configuration = Configuration()
    try:
        loader = await config.load_kube_config(
            files, context=context, client_configuration=configuration, persist_config=False
        )
        chosen = loader.current_context
    except (ConfigException, yaml.YAMLError, OSError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise NoCluster(_why(files, context, error)) from error
    inside = chosen.get("context") or {}
    return Access(configuration, inside.get("namespace") or "default", str(chosen.get("name", "")), loader)


def _why(files: str, context: str | None, error: Exception) -> str:
    first = str(error).splitlines()[0] if str(error) else type(error).__name__
    if context and f"name {context} in" in first:
        return f"kubeconfig {files} has no context {context}: kubectl config get-contexts lists those that it has"
    return f"kubeconfig {files} cannot be used: {first}"


def _as_pod() -> Access:
    configuration = Configuration()
    try:
        load_as_pod(configuration)
    except ConfigException as error:
        raise NoCluster(f"this pod has no ServiceAccount token that can be used: {error}") from error
    file = Path(os.environ.get("SERVICEACCOUNT_DIR", SERVICE_ACCOUNT_DIR)) / "namespace"
    return Access(configuration, file.read_text().strip() if file.exists() else "default")
