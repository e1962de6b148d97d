"""Other releases in the cluster: two that watch one namespace would take back each other's attempts.

Each operator's Lease says which namespaces it watches. Who finds an overlapping one that is held does not begin.
First comes who holds its Lease for longer; both see the same two Leases, so both know who that is. Whoever waits
has no Lease, and begins only a while after the other was last seen at work: its restart is no reason to take over.

Whoever may edit a namespace may write Leases there. So one counts only if the ServiceAccount that it names, of its own
namespace, may write the status of VideoJobs where both watch, and create TokenReviews, which no right inside a
namespace gives. Of what it says only a little is kept, and of the Leases of one namespace only a few.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any, NamedTuple, Protocol, TypeVar

import aiohttp

from spotreel_operator.runtime.api import ACCESS_REVIEWS, LEASES, ApiError, Kind
from spotreel_operator.runtime.lease import OPERATORS
from spotreel_operator.state.reach import Reach
from videojob_api.names import ANNOTATION_ACCOUNT, ANNOTATION_WATCHES, GROUP, PLURAL

log = logging.getLogger(__name__)
Object = dict[str, Any]
Place = tuple[str, str]
Answer = TypeVar("Answer")
PATIENCE_SECONDS = 60.0
ASK_SECONDS = 5.0
CHECK_SECONDS = 60.0
"""Between looks of whoever leads: two that began at once see each other then, whatever their clocks say."""

BEGIN_SECONDS = 30.0
"""So long the first look may take while the Lease is held and nobody works."""

MAX_LEASE_SECONDS = 300.0
MAX_WATCHES, MAX_WORD = 16_384, 253
MAX_OF_NAMESPACE, MAX_ASKED = 8, 5
TROUBLE = (ApiError, aiohttp.ClientError, TimeoutError, OSError)
FORBIDDEN = 403


class Overlap(Exception):
    """Another release was first."""


class Leases(Protocol):
    """What is asked of Kubernetes."""

    def pages(
        self, kind: Kind, namespace: str | None = None, selector: str = ""
    ) -> AsyncIterator[tuple[list[Object], str]]:
        """All of a kind that have these labels."""

    async def create(self, kind: Kind, namespace: str | None, body: Object) -> Object:
        """A review, with its answer."""


class Sight(NamedTuple):
    """Of a Lease: its version, since when by the own clock, and whether it was written since it was first seen."""

    version: str
    since: float
    written: bool


class Neighbours:
    """`wait()` before the Lease is asked for, `give_way()` once it is held, `keep()` beside the work."""

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
        self._blind = -float("inf")
        """When there was last no answer: what happened meanwhile is not known, so patience begins anew."""
        self.trouble: str | None = None
        """Whom this operator waits for, and what to do about it."""

    async def wait(self) -> None:
        """Returns when no other operator overlaps; logs once whom it waits for."""
        at_work, found = -float("inf"), list[Object]()
        while True:
            before, found = found, await self._overlapping(await self._held())
            # Also of those who have let go since the last look, or lost their rights by an upgrade.
            at_work = max([at_work, *self._at_work([*before, *found]), *([self._blind] if self.trouble else [])])
            if not found and self._clock() - at_work >= self._patience:
                self._say(None)
                return
            if found:
                self._say(message(found, self._reach))
            await asyncio.sleep(ASK_SECONDS)

    async def begin(self) -> None:
        """The first look of who leads, which may not take long. Raises Overlap."""
        try:
            async with asyncio.timeout(BEGIN_SECONDS):
                await self.give_way()
        except TimeoutError:
            log.warning("not known yet whether other releases watch the same namespaces, going on")

    async def keep(self) -> None:
        """Looks again and again; never returns. Raises Overlap."""
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            await self.give_way()

    async def give_way(self) -> None:
        """Raises Overlap if another has held its Lease for longer: both began at once."""
        held = await self._held()
        own = next((lease for lease in held if place(lease) == self._own), None)
        earlier = [o for o in await self._overlapping(held) if own and _age(o) < _age(own)]
        if earlier:
            raise Overlap(message(earlier, self._reach))

    def _at_work(self, leases: Sequence[Object]) -> list[float]:
        """When they were last seen written, those that were since they were first seen; to let go is to write, too."""
        seen = [self._seen[place(lease)] for lease in leases if place(lease) in self._seen]
        return [sight.since for sight in seen if sight.written]

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
        known: dict[tuple[str, str], bool] = {}
        for lease in found:
            if (who := account(lease)) not in known:
                known[who] = await self._is_operators(lease)
        return [lease for lease in found if known[account(lease)]]

    async def _list(self) -> Sequence[Object]:
        return await self._ask(self._listed) or []

    async def _listed(self) -> Sequence[Object]:
        kept, of = [], Counter[str]()
        async for page, _ in self._api.pages(LEASES, selector=OPERATORS):
            for lease in map(excerpt, page):
                of[place(lease)[0]] += 1
                if of[place(lease)[0]] <= MAX_OF_NAMESPACE or place(lease) == self._own:
                    kept.append(lease)
        return kept

    async def _is_operators(self, lease: Object) -> bool:
        """Whether somebody wrote it who may do an operator's work."""
        both = self._reach.overlap(Reach.read(lease) or self._reach) or self._reach
        return await self._may(lease, REVIEWER) and any(
            [await self._may(lease, writer(namespace)) for namespace in both.some(MAX_ASKED)]
        )

    async def _may(self, lease: Object, what: Object) -> bool:
        answer = await self._ask(lambda: self._api.create(ACCESS_REVIEWS, None, review(account(lease), what)))
        return bool(answer and answer.get("status", {}).get("allowed"))

    async def _ask(self, question: Callable[[], Awaitable[Answer]]) -> Answer | None:
        """Asks until there is an answer. None where that is not allowed: nothing is known then, and nobody waits."""
        while True:
            try:
                return await question()
            except TROUBLE as error:
                self._blind = self._clock()
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
        lasts = min(float(lease["spec"].get("leaseDurationSeconds") or 0), MAX_LEASE_SECONDS)
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


def excerpt(lease: Object) -> Object:
    """What counts of a Lease: what others may write into it has no end."""
    metadata, spec = lease["metadata"], lease.get("spec") or {}
    notes = metadata.get("annotations") or {}
    watches = str(notes.get(ANNOTATION_WATCHES, ""))
    return {
        "metadata": {
            **{key: metadata[key] for key in ("namespace", "name", "resourceVersion")},
            "annotations": {
                ANNOTATION_WATCHES: watches if len(watches) <= MAX_WATCHES else "",
                ANNOTATION_ACCOUNT: str(notes.get(ANNOTATION_ACCOUNT, ""))[:MAX_WORD],
            },
        },
        "spec": {
            "holderIdentity": str(spec.get("holderIdentity") or "")[:MAX_WORD],
            "leaseDurationSeconds": spec.get("leaseDurationSeconds"),
            "acquireTime": spec.get("acquireTime"),
        },
    }


def account(lease: Object) -> tuple[str, str]:
    """Namespace and name of the ServiceAccount that a Lease says it was written by."""
    return lease["metadata"]["namespace"], lease["metadata"]["annotations"].get(ANNOTATION_ACCOUNT, "")


REVIEWER: Object = {"group": "authentication.k8s.io", "resource": "tokenreviews", "verb": "create"}


def writer(namespace: str) -> Object:
    """What an operator may do in a namespace; an empty one is all."""
    return {"group": GROUP, "resource": PLURAL, "subresource": "status", "verb": "patch", "namespace": namespace}


def review(who: tuple[str, str], what: Object) -> Object:
    """Asks whether a ServiceAccount may do something."""
    namespace, name = who
    groups = ["system:serviceaccounts", f"system:serviceaccounts:{namespace}", "system:authenticated"]
    spec = {"user": f"system:serviceaccount:{namespace}:{name}", "groups": groups, "resourceAttributes": what}
    return {"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "spec": spec}


def message(leases: Sequence[Object], reach: Reach) -> str:
    """Who watches what, and what to do."""
    first = min(leases, key=_age)
    both = (reach.overlap(Reach.read(first) or reach) or reach).words()
    return (
        f"the operator {'/'.join(place(first))} watches {both}, too. Uninstall one of the two, "
        "or give each release `watchNamespaces` that the other does not have"
    )
