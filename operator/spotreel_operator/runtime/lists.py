"""Full lists: before the first decision, and every few minutes, against what watches lose."""

from collections.abc import Sequence

from spotreel_operator.runtime.api import JOBS, NODES, PODS, VIDEOJOBS, KubernetesApi
from spotreel_operator.runtime.cache import Cache
from videojob_api import names

OURS = f"{names.LABEL_MANAGED_BY}={names.MANAGED_BY}"
KINDS = ((NODES, ""), (PODS, OURS), (JOBS, OURS), (VIDEOJOBS, ""))


async def list_all(api: KubernetesApi, cache: Cache, namespaces: Sequence[str]) -> None:
    """Evidence first: nodes, pods, Jobs; VideoJobs last, so that all is known when work on them begins."""
    for kind, selector in KINDS:
        scopes: Sequence[str | None] = (namespaces or [None]) if kind.namespaced else [None]
        found = [await api.list(kind, scope, selector) for scope in scopes]
        oldest = min((version for _, version in found), key=int)
        cache.replace(kind, [item for items, _ in found for item in items], oldest)
