"""Who sends a report: TokenReview names the pod, the cache tells whether it is an attempt's.

A token counts for 5 minutes after its pod is gone: the last word may come late.
"""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from spotreel_operator.runtime.api import TOKEN_REVIEWS, KubernetesApi
from spotreel_operator.runtime.cache import Cache
from videojob_api import names

GONE_SECONDS = 300.0
CACHED_SECONDS = 60.0
_EXTRA = "authentication.kubernetes.io/pod-uid"


@dataclass(frozen=True)
class Sender:
    """An attempt, by namespace and name, and the VideoJob it belongs to."""

    namespace: str
    attempt: str
    videojob: str


class Unknown(Exception):
    """The token is good, but its pod is not in the cache (yet): try again."""


class Refused(Exception):
    """No such token, or not a runner's."""


class Tokens:
    """Answers are cached for a minute, by a digest of the token."""

    def __init__(self, api: KubernetesApi, cache: Cache, clock: Callable[[], float] = time.monotonic) -> None:
        self._api, self._cache, self._clock = api, cache, clock
        self._known: dict[str, tuple[str, float]] = {}

    async def sender(self, token: str) -> Sender:
        """Raises Refused or Unknown."""
        entry = self._cache.pod(await self._pod_uid(token))
        if entry is None:
            raise Unknown
        if entry.gone_since is not None and self._clock() - entry.gone_since > GONE_SECONDS:
            raise Refused
        metadata: dict[str, Any] = entry.body["metadata"]
        labels = metadata.get("labels", {})
        attempt = labels.get("batch.kubernetes.io/job-name", "")
        if labels.get(names.LABEL_MANAGED_BY) != names.MANAGED_BY or not attempt:
            raise Refused
        return Sender(metadata["namespace"], attempt, labels.get(names.LABEL_VIDEOJOB, ""))

    async def _pod_uid(self, token: str) -> str:
        digest = hashlib.sha256(token.encode()).hexdigest()
        uid, until = self._known.get(digest, ("", 0.0))
        if self._clock() < until:
            return uid
        uid = await self._review(token)
        self._known = {k: v for k, v in self._known.items() if v[1] > self._clock()}
        self._known[digest] = (uid, self._clock() + CACHED_SECONDS)
        return uid

    async def _review(self, token: str) -> str:
        spec = {"token": token, "audiences": [names.TOKEN_AUDIENCE]}
        body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "spec": spec}
        status = (await self._api.create(TOKEN_REVIEWS, None, body)).get("status", {})
        uids = status.get("user", {}).get("extra", {}).get(_EXTRA, [])
        if not status.get("authenticated") or names.TOKEN_AUDIENCE not in status.get("audiences", []) or not uids:
            raise Refused
        return str(uids[0])
