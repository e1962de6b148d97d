"""Labels and annotations that a VideoJob's Jobs and pods get from it: Kueue's always, others if its class says so."""

from collections.abc import Iterable, Mapping

from videojob_api import names
from videojob_api.config import JobClass

MAX_BYTES = 16_384
"""Of keys and values together: the order needs most of what Kubernetes allows."""

_KUEUE = f"{names.KUEUE}/"
_BY_KUEUE = tuple(f"{_KUEUE}{name}" for name in ("managed", "podset", "prebuilt-workload-name"))
"""Set by Kueue itself; the last one names one Workload, and each attempt is one of its own."""

_NEVER = (f"{names.GROUP}/", "batch.kubernetes.io/", "kubectl.kubernetes.io/")
_OURS = (names.LABEL_MANAGED_BY, "job-name", "controller-uid")
"""Set by the operator, by Kubernetes, or about the VideoJob itself."""


def queue_labels(found: Mapping[str, str]) -> dict[str, str]:
    """Kueue's labels of a VideoJob. It reads them on the Job: the queue, the priority, the longest time."""
    return {key: value for key, value in found.items() if key.startswith(_KUEUE) and key not in _BY_KUEUE}


def passed_labels(found: Mapping[str, str], job_class: JobClass) -> dict[str, str]:
    """Those of a VideoJob that its class names, but what the pod template sets itself."""
    others = {key: value for key, value in found.items() if not key.startswith(_KUEUE)}
    return _passed(others, job_class.propagate.labels, job_class.pod_template.labels)


def passed_annotations(found: Mapping[str, str], job_class: JobClass) -> dict[str, str]:
    """Those of a VideoJob that its class names, but what the pod template sets itself."""
    return _passed(found, job_class.propagate.annotations, job_class.pod_template.annotations)


def _passed(found: Mapping[str, str], patterns: Iterable[str], kept: Mapping[str, str]) -> dict[str, str]:
    wanted = tuple(patterns)
    chosen = {k: v for k, v in sorted(found.items()) if k not in kept and _free(k) and _named(k, wanted)}
    return _bounded(chosen)


def _free(key: str) -> bool:
    return key not in _OURS and not key.startswith(_NEVER)


def _named(key: str, patterns: Iterable[str]) -> bool:
    return any(key.startswith(p[:-1]) if p.endswith("*") else key == p for p in patterns)


def _bounded(chosen: Mapping[str, str]) -> dict[str, str]:
    """In the order of their keys, what still fits; the rest is left out."""
    fitting, size = dict[str, str](), 0
    for key, value in chosen.items():
        weight = len(key.encode()) + len(value.encode())
        if size + weight <= MAX_BYTES:
            fitting[key], size = value, size + weight
    return fitting
