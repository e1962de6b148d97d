"""Other releases in the cluster: two that watch one namespace would take back each other's attempts.

Each operator's Lease says which namespaces it watches. Who finds an overlapping one that is held does not begin.
First comes who holds its Lease for longer; both see the same two Leases, so both know who that is. Whoever waits
has no Lease, and begins only a while after the other was last seen at work: its restart is no reason to take over.

Whoever may edit a namespace may write Leases there. So one counts only if the ServiceAccount that it names, of its own
namespace, may write the status of VideoJobs where both watch: that is an operator's right and nobody else's.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NamedTuple, Protocol, TypeVar

import aiohttp

from spotreel_operator.runtime.api import ACCESS_REVIEWS, LEASES, ApiError, Kind
from spotreel_operator.runtime.lease import OPERATORS
from spotreel_operator.state.reach import Reach
from videojob_api.names import ANNOTATION_ACCOUNT, GROUP, PLURAL

log = logging.getLogger(__name__)
Object = dict[str, Any]
Place = tuple[str, str]
Answer = TypeVar("Answer")
PATIENCE_SECONDS = 60.0
ASK_SECONDS = 5.0
TROUBLE = (ApiError, aiohttp.ClientError, TimeoutError, OSError)
FORBIDDEN = 403


class Overlap(Exception):
    """Another release was first."""


class Leases(Protocol):
    """What is asked of Kubernetes."""

    async def list(self, kind: Kind, namespace: str | None = None, selector: str = "") -> tuple[Sequence[Object], str]:
        """All of a kind that have these labels."""

    async def create(self, kind: Kind, namespace: str | None, body: Object) -> Object:
        """A review, with its answer."""


class Sight(NamedTuple):
    """Of a Lease: its version, since when by the own clock, and whether it was renewed since it was first seen."""

    version: str
    since: float
    renewed: bool


class Neighbours:
    """`wait()` before the Lease is asked for, `give_way()` once it is held."""

    def __init__(
        self,
        api: Leases,
        own: Place,
        reach: Reach,
        clock: Callable[[], float] = time.monotonic,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._api, self._own, self._reach, self._clock, self._patience = api, own, reach, clock, patience
        self._seen: dict[Place, Sight] = {}
        self.trouble: str | None = None
        """Whom this operator waits for, and what to do about it."""

    async def wait(self) -> None:
        """Returns when no other operator overlaps; logs once whom it waits for."""
        at_work = -float("inf")
        while True:
            found = await self._overlapping(await self._held())
            at_work = max([at_work, *(self._seen[place(o)].since for o in found if self._seen[place(o)].renewed)])
            if not found and self._clock() - at_work >= self._patience:
                self._say(None)
                return
            if found:
                self._say(message(found, self._reach))
            await asyncio.sleep(ASK_SECONDS)

    async def give_way(self) -> None:
        """Raises Overlap if another has held its Lease for longer: both began at once."""
        held = await self._held()
        own = next((lease for lease in held if place(lease) == self._own), None)
        earlier = [o for o in await self._overlapping(held) if own and _age(o) < _age(own)]
        if earlier:
            raise Overlap(message(earlier, self._reach))

    def _say(self, trouble: str | None) -> None:
        if trouble and trouble != self.trouble:
            log.error("not begun: %s", trouble)
        elif self.trouble and not trouble:
            log.info("no other operator overlaps any more")
        self.trouble = trouble

    async def _held(self) -> list[Object]:
        """Leases of operators that somebody holds."""
        leases = await self._list()
        self._seen = {place(lease): self._sight(lease) for lease in leases}
        return [lease for lease in leases if self._alive(lease)]

    async def _overlapping(self, held: Sequence[Object]) -> list[Object]:
        found = overlapping(held, self._own, self._reach)
        return [lease for lease in found if await self._is_operators(lease)]

    async def _list(self) -> Sequence[Object]:
        answer = await self._ask(lambda: self._api.list(LEASES, selector=OPERATORS))
        return answer[0] if answer else []

    async def _is_operators(self, lease: Object) -> bool:
        """Whether somebody wrote it who may do an operator's work."""
        answer = await self._ask(lambda: self._api.create(ACCESS_REVIEWS, None, review(lease, self._reach)))
        return bool(answer and answer.get("status", {}).get("allowed"))

    async def _ask(self, question: Callable[[], Awaitable[Answer]]) -> Answer | None:
        """Asks until there is an answer. None where that is not allowed: nothing is known then, and nobody waits."""
        while True:
            try:
                return await question()
            except TROUBLE as error:
                log.warning("not known whether other releases watch the same namespaces: %s", error)
                if isinstance(error, ApiError) and error.status == FORBIDDEN:
                    return None
            await asyncio.sleep(ASK_SECONDS)

    def _sight(self, lease: Object) -> Sight:
        version = lease["metadata"]["resourceVersion"]
        before = self._seen.get(place(lease))
        if before and before.version == version:
            return before
        return Sight(version, self._clock(), before is not None)

    def _alive(self, lease: Object) -> bool:
        lasts = float(lease["spec"].get("leaseDurationSeconds") or 0)
        return bool(lease["spec"].get("holderIdentity")) and self._clock() - self._seen[place(lease)].since <= lasts


def place(lease: Object) -> Place:
    """Namespace and name."""
    return lease["metadata"]["namespace"], lease["metadata"]["name"]


def _age(lease: Object) -> tuple[str, Place]:
    return str(lease["spec"].get("acquireTime")), place(lease)


def overlapping(leases: Sequence[Object], own: Place, reach: Reach) -> list[Object]:
    """Those of other operators that watch what `reach` has."""
    others = [(lease, Reach.read(lease)) for lease in leases if place(lease) != own]
    return [lease for lease, other in others if other and reach.overlap(other)]


def review(lease: Object, reach: Reach) -> Object:
    """Asks whether a Lease's ServiceAccount may write the status of VideoJobs where both watch."""
    account = lease["metadata"]["annotations"].get(ANNOTATION_ACCOUNT, "")
    both = reach.overlap(Reach.read(lease) or reach) or reach
    what = {
        "group": GROUP,
        "resource": PLURAL,
        "subresource": "status",
        "verb": "patch",
        "namespace": both.first() or "",
    }
    user = f"system:serviceaccount:{lease['metadata']['namespace']}:{account}"
    head = {"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview"}
    return {**head, "spec": {"user": user, "resourceAttributes": what}}


def message(leases: Sequence[Object], reach: Reach) -> str:
    """Who watches what, and what to do."""
    first = min(leases, key=_age)
    both = (reach.overlap(Reach.read(first) or reach) or reach).words()
    return (
        f"the operator {'/'.join(place(first))} watches {both}, too. Uninstall one of the two, "
        "or give each release `watchNamespaces` that the other does not have"
    )
