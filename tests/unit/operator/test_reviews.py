"""Whose report it is: the pod that TokenReview names, if its controllers are a Job and a VideoJob of its namespace."""

from functools import partial
from typing import Any

import pytest

from spotreel_operator.app.gate import FairGate
from spotreel_operator.app.refusals import Refused, Unknown
from spotreel_operator.app.reviews import NamedPod, named_pod
from spotreel_operator.app.tokens import Sender, Tokens, review
from spotreel_operator.runtime.api import JOBS, PODS, VIDEOJOBS
from spotreel_operator.runtime.cache import Cache
from tests.unit.operator.raw import A1, Object, owned, raw, raw_job, raw_pod, raw_videojob
from tests.unit.operator.web import token


def answer(pod: str = "pod-1", namespace: str = "ns", **changes: Any) -> Object:
    """A TokenReview's status."""
    extra = {"authentication.kubernetes.io/pod-uid": [pod]}
    user = {"username": f"system:serviceaccount:{namespace}:default", "extra": extra}
    return {"authenticated": True, "audiences": ["spotreel"], "user": user, **changes}


def test_the_pod_that_a_token_names() -> None:
    assert named_pod(answer()) == NamedPod("ns", "pod-1")


@pytest.mark.parametrize(
    "status",
    [
        {},
        answer(authenticated=False),
        answer(audiences=["other"]),
        answer(audiences=None),
        answer(user=None),
        answer(user={"username": "system:serviceaccount:ns:default", "extra": None}),
        answer(user={**answer()["user"], "username": "alice"}),
        answer(user={**answer()["user"], "username": "x:system:serviceaccount:ns:default"}),
    ],
)
def test_no_other_token_names_a_pod(status: Object) -> None:
    assert named_pod(status) is None


class Reviews:
    """Of the API only TokenReview."""

    def __init__(self, status: Object) -> None:
        self.status = status

    async def create(self, *_: Any) -> Object:
        return {"status": self.status}


async def sender(status: Object, *pods: Object, job: Object | None = None) -> Sender:
    cache = Cache(lambda key: None, lambda: 0.0)
    for kind, body in ((VIDEOJOBS, raw_videojob()), (JOBS, job or raw_job()), *((PODS, pod) for pod in pods)):
        cache.put(kind, body)
    api: Any = Reviews(status)
    tokens = Tokens(partial(review, api), cache, FairGate(10, 10, lambda: 0.0), lambda: 0.0)
    uids = status["user"]["extra"]["authentication.kubernetes.io/pod-uid"]
    return await tokens.sender(token(uids[0]), "client")


async def test_a_runners_report_counts_for_its_attempt() -> None:
    assert await sender(answer(), raw_pod()) == Sender("ns", A1, "reel")


async def test_labels_are_no_proof() -> None:
    """A pod with all of our labels could report for another tenant's attempt by its Job's name."""
    with pytest.raises(Refused):
        await sender(answer("forged"), raw_pod(), raw("forged", 9, "forged"))
    with pytest.raises(Refused):
        await sender(answer("forged"), owned(raw("forged", 9, "forged"), "VideoJob", "reel", "12345678"))


async def test_a_pod_of_another_namespace_than_its_token_is_refused() -> None:
    with pytest.raises(Refused):
        await sender(answer(namespace="theirs"), raw_pod())


async def test_owners_in_another_namespace_do_not_count() -> None:
    pod = raw_pod()
    pod["metadata"]["namespace"] = "theirs"
    with pytest.raises(Unknown):
        await sender(answer(namespace="theirs"), pod)


async def test_a_pod_whose_job_is_not_known_yet_tries_again() -> None:
    with pytest.raises(Unknown):
        await sender(answer(), raw_pod(owner="not-seen"))
