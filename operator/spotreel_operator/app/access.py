"""Who may read metrics, if that is asked: whoever may GET the non-resource URL /metrics, as the API server sees it."""

import time
from collections.abc import Awaitable, Callable
from typing import Any

from spotreel_operator.app.answers import Answers
from spotreel_operator.app.gate import FairGate
from spotreel_operator.app.refusals import Refused
from spotreel_operator.runtime.api import ACCESS_REVIEWS, TOKEN_REVIEWS, KubernetesApi

PATH = "/metrics"
MAX_TOKEN_CHARACTERS = 8192


class Access:
    """`review` returns for a token whose owner may read metrics, and raises Refused for any other."""

    def __init__(
        self,
        review: Callable[[str], Awaitable[None]],
        gate: FairGate,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._reviews = Answers(review, gate, clock)

    async def check(self, token: str, client: str) -> None:
        """Raises Refused, Limited, Unavailable."""
        if len(token) > MAX_TOKEN_CHARACTERS:
            raise Refused
        await self._reviews.of(token, client)


async def may_read_metrics(api: KubernetesApi, token: str) -> None:
    """TokenReview tells who it is, SubjectAccessReview whether they may. Raises Refused, ApiError."""
    body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "spec": {"token": token}}
    status = (await api.create(TOKEN_REVIEWS, None, body)).get("status", {})
    if not status.get("authenticated"):
        raise Refused
    answer = await api.create(ACCESS_REVIEWS, None, _question(status.get("user", {})))
    if not answer.get("status", {}).get("allowed"):
        raise Refused


def _question(user: dict[str, Any]) -> dict[str, Any]:
    spec = {
        "user": user.get("username", ""),
        "uid": user.get("uid", ""),
        "groups": user.get("groups", []),
        "extra": user.get("extra", {}),
        "nonResourceAttributes": {"path": PATH, "verb": "get"},
    }
    return {"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "spec": spec}
