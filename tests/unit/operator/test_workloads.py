"""What Kueue says of a suspended Job: its words, and how seldom they are asked for."""

from typing import Any

import pytest

from spotreel_operator.runtime.api import ApiError, Gone, Kind
from spotreel_operator.runtime.workloads import ABSENT_SECONDS, FRESH_SECONDS, PER_SECOND, Workloads
from spotreel_operator.state.workloads import words_of

Object = dict[str, Any]
SHORT = "couldn't assign flavors to pod set main: insufficient unused quota for nvidia.com/gpu in flavor spot"
EVICTED = {"type": "Evicted", "status": "True", "reason": "Preempted", "message": "preempted by another"}


def condition(kind: str, status: str, message: str = "") -> Object:
    return {"type": kind, "status": status, "message": message}


def workload(*conditions: Object, **status: Any) -> Object:
    return {"metadata": {"name": "w"}, "status": {"conditions": list(conditions), **status}}


NO_QUOTA = workload(condition("QuotaReserved", "False", SHORT))


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({"metadata": {}}, ""),
        (NO_QUOTA, SHORT),
        (workload(EVICTED), "preempted by another"),
        (workload(EVICTED, condition("QuotaReserved", "False", SHORT)), SHORT),
        (workload(condition("QuotaReserved", "True", "Quota reserved in q"), condition("Admitted", "True", "in")), ""),
        (
            workload(condition("QuotaReserved", "True"), condition("Admitted", "False", "not all checks are ready")),
            "not all checks are ready",
        ),
        (
            workload(
                condition("QuotaReserved", "True"),
                admissionChecks=[
                    {"name": "nodes", "state": "Pending", "message": "waits for a node group"},
                    {"name": "budget", "state": "Ready", "message": "good"},
                    {"name": "other", "state": "Retry"},
                ],
            ),
            "admission check nodes: waits for a node group; admission check other",
        ),
    ],
)
def test_words(found: Object, words: str) -> None:
    assert words_of(found) == words


class Kueue:
    """An API server that answers with this, or refuses with this."""

    def __init__(self, answer: list[Object] | Exception) -> None:
        self.answer, self.asked, self.now = answer, list[str](), 1000.0
        self.workloads = Workloads(self, lambda: self.now)  # type: ignore[arg-type]

    async def list(self, kind: Kind, namespace: str | None, selector: str) -> tuple[list[Object], str]:
        self.asked.append(f"{kind.path(namespace)}?{selector}")
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer, "1"

    async def words(self, uid: str = "u") -> str:
        return await self.workloads.words("ns", uid)


async def test_it_is_found_by_its_jobs_uid() -> None:
    kueue = Kueue([NO_QUOTA])
    assert await kueue.words() == SHORT
    assert kueue.asked == ["/apis/kueue.x-k8s.io/v1beta2/namespaces/ns/workloads?kueue.x-k8s.io/job-uid=u"]


async def test_what_was_just_heard_is_not_asked_for_again() -> None:
    kueue = Kueue([NO_QUOTA])
    await kueue.words()
    kueue.answer = []
    assert await kueue.words() == SHORT and len(kueue.asked) == 1
    kueue.now += FRESH_SECONDS
    assert await kueue.words() == "" and len(kueue.asked) == 2


async def test_a_crowd_is_asked_for_bit_by_bit() -> None:
    kueue = Kueue([NO_QUOTA])
    for n in range(100):
        await kueue.words(str(n))
    assert len(kueue.asked) == PER_SECOND
    kueue.now += 1
    assert await kueue.words("99") == SHORT


async def test_an_older_kueue_is_asked_in_its_own_version() -> None:
    kueue = Kueue(Gone(404, "NotFound", "no such resource"))
    assert await kueue.words() == ""
    kueue.answer, kueue.now = [NO_QUOTA], kueue.now + FRESH_SECONDS
    assert await kueue.words() == SHORT and "/v1beta1/" in kueue.asked[-1]


@pytest.mark.parametrize("error", [Gone(404, "NotFound", "no such resource"), ApiError(403, "Forbidden", "no")])
async def test_where_there_is_none_nobody_is_asked_for_long(error: ApiError) -> None:
    kueue = Kueue(error)
    for _ in range(20):
        assert await kueue.words() == ""
        kueue.now += FRESH_SECONDS
    assert len(kueue.asked) == 2, "once in each version"
    kueue.answer, kueue.now = [NO_QUOTA], kueue.now + ABSENT_SECONDS
    assert await kueue.words() == SHORT, "it was installed meanwhile"


@pytest.mark.parametrize("error", [ApiError(500, "InternalError", "?"), OSError("reset"), TimeoutError()])
async def test_trouble_leaves_the_last_words(error: Exception) -> None:
    kueue = Kueue([NO_QUOTA])
    await kueue.words()
    kueue.answer, kueue.now = error, kueue.now + FRESH_SECONDS
    assert await kueue.words() == SHORT


async def test_other_jobs_are_forgotten() -> None:
    kueue = Kueue([NO_QUOTA])
    await kueue.words("a"), await kueue.words("b")
    kueue.workloads.keep({"b"})
    assert len(kueue.workloads) == 1
