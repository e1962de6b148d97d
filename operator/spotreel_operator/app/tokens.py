"""Who sends a report: the token names a pod, TokenReview proves it, the cache tells whether the pod is an attempt's.

A token counts for 5 minutes after its pod is gone: the last word may come late. All this runs in the HTTP thread. Of
the cache, which the main loop fills meanwhile, it asks for single entries by uid only: that needs no lock.
"""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from spotreel_operator.app.answers import Answers
from spotreel_operator.app.claims import claimed_pod
from spotreel_operator.app.gate import FairGate
from spotreel_operator.app.refusals import Refused, Unknown
from spotreel_operator.app.reviews import NamedPod
from spotreel_operator.app.reviews import named_pod as reviewed_pod
from spotreel_operator.runtime.api import TOKEN_REVIEWS, KubernetesApi
from spotreel_operator.runtime.cache import Cache
from spotreel_operator.runtime.owners import controlling_job
from videojob_api import names

GONE_SECONDS = 300.0


@dataclass(frozen=True)
class Sender:
    """An attempt, by namespace and name, and the VideoJob it belongs to."""

    namespace: str
    attempt: str
    videojob: str


class Tokens:
    """`review` gives the pod that a token is bound to, or raises Refused."""

    def __init__(
        self,
        review: Callable[[str], Awaitable[NamedPod]],
        cache: Cache,
        gate: FairGate,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._reviews, self._cache, self._clock, self._wall = Answers(review, gate, clock), cache, clock, wall

    def knows(self, token: str) -> bool:
        """Whether this token was proved to be a runner's."""
        return self._reviews.knows(token)

    async def sender(self, token: str, client: str) -> Sender:
        """Raises Refused, Unknown, Limited, Unavailable."""
        uid = claimed_pod(token, self._wall())
        if uid is None:
            raise Refused
        # Before the review: a token that names no attempt's pod costs the API server nothing.
        sender = self._sender(uid)
        if await self._reviews.of(token, client) != NamedPod(sender.namespace, uid):
            raise Refused
        return sender

    def _sender(self, uid: str) -> Sender:
        entry = self._cache.pod(uid)
        if entry is None:
            raise Unknown
        if entry.gone_since is not None and self._clock() - entry.gone_since > GONE_SECONDS:
            raise Refused
        if controlling_job(entry.body) is None:
            raise Refused
        attempt = self._cache.attempt_of(entry.body)
        if attempt is None:
            # Its Job may come with the next event of another watch.
            raise Unknown
        return Sender(attempt.namespace, attempt.name, attempt.videojob)


async def review(api: KubernetesApi, token: str) -> NamedPod:
    """The pod that TokenReview names. Raises Refused, ApiError."""
    spec = {"token": token, "audiences": [names.TOKEN_AUDIENCE]}
    body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "spec": spec}
    pod = reviewed_pod((await api.create(TOKEN_REVIEWS, None, body)).get("status", {}))
    if pod is None:
        raise Refused
    return pod
