"""Pure: a container's command and environment, from its pod's spec."""

import re
from collections.abc import Callable, Mapping
from math import ceil
from typing import Any

Object = dict[str, Any]
ReadKey = Callable[[str, str], str | None]
"""Secret or ConfigMap name and key -> value."""


def field(pod: Object, path: str) -> str:
    """The downward API: `metadata.name`, `metadata.annotations['a/b']`, `status.podIP`, `spec.nodeName` …"""
    if path.endswith("']"):
        path, _, key = path[:-2].partition("['")
        return str((_walk(pod, path) or {}).get(key, ""))
    return str(_walk(pod, path))


def _walk(pod: Object, path: str) -> Any:
    node: Any = pod
    for part in path.split("."):
        node = node.get(part, "") if isinstance(node, dict) else ""
    return node


def rewritten(text: str, mounts: Mapping[str, str]) -> str:
    """`text` with every mount path replaced, in one pass, by the folder that stands in for it."""
    paths = "|".join(re.escape(path) for path in sorted(mounts, key=len, reverse=True))
    return re.sub(rf"(?:{paths})(?![\w-])", lambda match: mounts[match[0]], text) if paths else text


def variables(container: Object, pod: Object, secret: ReadKey, config: ReadKey) -> dict[str, str]:
    """The container's env; raises KeyError for a Secret or ConfigMap key that is not there."""
    result: dict[str, str] = {}
    for item in container.get("env", []):
        value = _value(item, container, pod, secret, config)
        if value is not None:
            result[item["name"]] = value
    return result


Objects = Mapping[tuple[str, str], Mapping[str, str]]
"""Keys of Secrets and ConfigMaps, by `secretRef` or `configMapRef` and name."""


def whole_objects(container: Object, objects: Objects) -> dict[str, str]:
    """What `envFrom` brings; the last one wins. Raises KeyError for an object that is not there."""
    result: dict[str, str] = {}
    for source in container.get("envFrom", []):
        kind = next(key for key in ("secretRef", "configMapRef") if key in source)
        result |= {source.get("prefix", "") + key: v for key, v in objects[kind, source[kind]["name"]].items()}
    return result


def _value(item: Object, container: Object, pod: Object, secret: ReadKey, config: ReadKey) -> str | None:
    source = item.get("valueFrom")
    if not source:
        return str(item.get("value", ""))
    if reference := source.get("fieldRef"):
        return field(pod, reference["fieldPath"])
    if reference := source.get("resourceFieldRef"):
        return str(cores(container) or "")
    kind, read = ("secretKeyRef", secret) if "secretKeyRef" in source else ("configMapKeyRef", config)
    reference = source[kind]
    value = read(reference["name"], reference["key"])
    if value is None and not reference.get("optional"):
        raise KeyError(f"{kind[:-6]} {reference['name']} has no key {reference['key']}")
    return value


def cores(container: Object) -> int | None:
    """Whole cores of the CPU limit; None without one."""
    limit = container.get("resources", {}).get("limits", {}).get("cpu")
    return max(1, ceil(quantity(str(limit)))) if limit else None


def memory(container: Object) -> float | None:
    """Bytes of the memory limit."""
    limit = container.get("resources", {}).get("limits", {}).get("memory")
    return quantity(str(limit)) if limit else None


_SUFFIXES = {"m": 1e-3, "k": 1e3, "M": 1e6, "G": 1e9, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30}


def quantity(text: str) -> float:
    """A Kubernetes quantity."""
    suffix = next((s for s in sorted(_SUFFIXES, key=len, reverse=True) if text.endswith(s)), "")
    return float(text.removesuffix(suffix)) * _SUFFIXES.get(suffix, 1.0)
