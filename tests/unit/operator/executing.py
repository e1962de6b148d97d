"""An executor over a stand-in for the API server."""

from collections.abc import Callable
from typing import Any

from spotreel_operator.backends.kubernetes_job import KubernetesJobs
from spotreel_operator.runtime.cache import Cache
from spotreel_operator.runtime.executor import Executor
from spotreel_operator.runtime.writes import Writes

Told = Callable[[Any, Any], None]


def nobody(before: Any, after: Any) -> None:
    """Is told, and does nothing."""


def executor_of(
    api: Any, cache: Cache, recorded: Told = nobody, interval: float = 1.0, rejected: Told = nobody
) -> Executor:
    """With the backend of Kubernetes Jobs."""
    writes = Writes()
    backend = KubernetesJobs(api, cache, writes, rejected)
    return Executor(api, cache, backend, writes, interval, recorded)
