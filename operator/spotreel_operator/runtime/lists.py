"""Full lists: before the first decision, and every few minutes, against what watches lose.

Objects go into the cache page by page, so that no list is ever in memory as a whole; of a list only
the uids are kept until its end, to tell what is gone.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from spotreel_operator.runtime.api import JOBS, NODES, PODS, VIDEOJOBS, ApiError, Kind, Objects
from spotreel_operator.runtime.cache import Cache
from videojob_api import names

log = logging.getLogger(__name__)
OURS = f"{names.LABEL_MANAGED_BY}={names.MANAGED_BY}"
SELECTORS = {NODES: "", PODS: OURS, JOBS: OURS, VIDEOJOBS: ""}
OF_A_NAMESPACE = (PODS, JOBS, VIDEOJOBS)
"""Evidence first: VideoJobs last, so that all is known when work on them begins."""

LIST_TRIES = 3
EXPIRED, REFUSALS = 410, (403, 404)


class Pages(Protocol):
    """What lists ask of Kubernetes."""

    def pages(
        self, kind: Kind, namespace: str | None = None, selector: str = "", fields: str = ""
    ) -> AsyncIterator[tuple[Objects, str]]:
        """Objects and the list's resourceVersion. Raises Gone (410) if that is lost."""


@dataclass(frozen=True)
class Scope:
    """A kind in one namespace, or in all of them (None)."""

    kind: Kind
    namespace: str | None = None

    @property
    def selector(self) -> str:
        """The label selector of what is listed."""
        return SELECTORS[self.kind]

    def __str__(self) -> str:
        return f"{self.kind.plural} in {self.namespace}" if self.namespace else self.kind.plural


def scopes(namespaces: Sequence[str], kinds: Sequence[Kind]) -> list[Scope]:
    """One a kind, or one a kind and namespace."""
    everywhere: Sequence[str | None] = [None]
    return [Scope(kind, n) for kind in kinds for n in (namespaces if namespaces and kind.namespaced else everywhere)]


async def list_scope(api: Pages, cache: Cache, scope: Scope) -> str:
    """The list's resourceVersion; what the scope no longer has is gone from the cache, too."""
    for tries_left in reversed(range(LIST_TRIES)):
        try:
            return await _list_once(api, cache, scope)
        except ApiError as error:
            if error.status != EXPIRED or not tries_left:
                raise
            log.info("the list has taken too long, beginning anew", extra={"scope": str(scope)})
    raise AssertionError("unreachable")


async def _list_once(api: Pages, cache: Cache, scope: Scope) -> str:
    listed: set[str] = set()
    version = "0"
    async for page, at in api.pages(scope.kind, scope.namespace, scope.selector):
        version = at
        for body in page:
            listed.add(body["metadata"]["uid"])
            cache.put(scope.kind, body)
        # Decoding and keeping a page takes a while; whoever waits comes first.
        await asyncio.sleep(0)
    cache.retain(scope.kind, listed, version, scope.namespace)
    return version


class Lists:
    """`refresh()` lists everything, namespace by namespace: one that refuses leaves the others alone."""

    def __init__(self, api: Pages, cache: Cache, namespaces: Sequence[str]) -> None:
        self._api, self._cache, self._namespaces = api, cache, namespaces
        self._turn, self._first = asyncio.Lock(), asyncio.Event()
        self._versions: dict[Scope, str] = {}
        self.refused: dict[str, ApiError] = {}
        """Namespaces that could not be listed last time, and why: of their jobs too little is known to decide."""

    @property
    def busy(self) -> bool:
        """Whether a full list is under way."""
        return self._turn.locked()

    async def refresh(self) -> None:
        """Raises ApiError if no namespace at all can be listed."""
        async with self._turn:
            await self._keep(Scope(NODES))
            for namespace in self._namespaces:
                await self._try(namespace)
            if not self._namespaces:
                await self._namespace(None)
            elif len(self.refused) == len(self._namespaces):
                raise next(iter(self.refused.values()))
        self._first.set()

    async def begin(self, scope: Scope) -> str:
        """Where a watch begins: at the last full list, or at a new one if it has begun there before."""
        await self._first.wait()
        return self._versions.pop(scope, "") or await list_scope(self._api, self._cache, scope)

    async def _keep(self, scope: Scope) -> None:
        self._versions[scope] = await list_scope(self._api, self._cache, scope)

    async def _namespace(self, namespace: str | None) -> None:
        for kind in OF_A_NAMESPACE:
            await self._keep(Scope(kind, namespace))

    async def _try(self, namespace: str) -> None:
        """A refusal is remembered; any other error is raised."""
        try:
            await self._namespace(namespace)
        except ApiError as error:
            if error.status not in REFUSALS:
                raise
            if namespace not in self.refused:
                log.error("namespace left out: not listed", extra={"namespace": namespace, "error": str(error)})
            self.refused[namespace] = error
        else:
            if self.refused.pop(namespace, None):
                log.info("namespace listed again", extra={"namespace": namespace})
