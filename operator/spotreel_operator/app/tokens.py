"""Who sends a report: TokenReview names the pod, the cache tells whether it is an attempt's.

A token counts for 5 minutes after its pod is gone: the last word may come late.
"""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass

from spotreel_operator.app.reviews import NamedPod, named_pod
from spotreel_operator.runtime.api import TOKEN_REVIEWS, KubernetesApi
from spotreel_operator.runtime.cache import Cache
from spotreel_operator.runtime.owners import controlling_job
from videojob_api import names

GONE_SECONDS = 300.0
CACHED_SECONDS = 60.0


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
        self._known: dict[str, tuple[NamedPod, float]] = {}

    async def sender(self, token: str) -> Sender:
        """Raises Refused or Unknown."""
        named = await self._pod(token)
        entry = self._cache.pod(named.uid)
        if entry is None:
            raise Unknown
        if entry.gone_since is not None and self._clock() - entry.gone_since > GONE_SECONDS:
            raise Refused
        if entry.body["metadata"]["namespace"] != named.namespace or controlling_job(entry.body) is None:
            raise Refused
        attempt = self._cache.attempt_of(entry.body)
        if attempt is None:
            # Its Job may come with the next event of another watch.
            raise Unknown
        return Sender(attempt.namespace, attempt.name, attempt.videojob)

    async def _pod(self, token: str) -> NamedPod:
        digest = hashlib.sha256(token.encode()).hexdigest()
        known = self._known.get(digest)
        if known and self._clock() < known[1]:
            return known[0]
        named = await self._review(token)
        self._known = {k: v for k, v in self._known.items() if v[1] > self._clock()}
        self._known[digest] = (named, self._clock() + CACHED_SECONDS)
        return named

    async def _review(self, token: str) -> NamedPod:
        spec = {"token": token, "audiences": [names.TOKEN_AUDIENCE]}
        body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "spec": spec}
        status = (await self._api.create(TOKEN_REVIEWS, None, body)).get("status", {})
        named = named_pod(status)
        if named is None:
            raise Refused
        return named
