"""Leads runners to this process while it leads: keeps the EndpointSlice of the reports' Service.

Who has lost the lease cannot overwrite its successor's slice: the slice is read before the lease is looked at, and
written only as it was read. Whatever a successor has written since makes that write a conflict.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import aiohttp

from spotreel_operator.manifests.reports_slice import family, replacing, reports_slice, slice_name, withdrawn
from spotreel_operator.runtime.api import ENDPOINT_SLICES, SERVICES, Api, ApiError, Conflict, Gone

log = logging.getLogger(__name__)
Object = dict[str, Any]
CHECK_SECONDS = 10.0
"""Between looks whether the slice is still right: attempts whose reports get lost count as lost after minutes."""

BEGIN_SECONDS, RETRY_SECONDS = 5.0, 0.2
WITHDRAW_SECONDS = 1.0
TOO_MANY = 429
TROUBLE = (ApiError, aiohttp.ClientError, TimeoutError, OSError)


class WrongFamily(Exception):
    """The Service has no address of the family of the pod's."""


@dataclass(frozen=True)
class Place:
    """Where runners are led to, and the Service that leads them; `leader` as the Lease names it."""

    namespace: str
    service: str
    address: str
    port: int
    pod: str
    leader: str


class Publication:
    """`begin` before work, `keep` beside it, `withdraw` when the lease is given back."""

    def __init__(self, api: Api, place: Place | None, leads: Callable[[], bool]) -> None:
        """Does nothing without a place."""
        self._api, self._place, self._leads = api, place, leads
        self._written: Object | None = None
        self._trouble = ""
        self.published = False

    async def begin(self) -> None:
        """Returns when the slice is written or refused, and after BEGIN_SECONDS whatever comes: work goes on then."""
        try:
            async with asyncio.timeout(BEGIN_SECONDS):
                while not await self._settled():
                    await asyncio.sleep(RETRY_SECONDS)
        except TimeoutError:
            log.warning("the reports' EndpointSlice is not written yet, going on without it")

    async def keep(self) -> None:
        """Repairs what others delete or change; never returns."""
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            await self._settled()

    async def withdraw(self) -> None:
        """Empties the slice if it is still as this process has left it. Raises nothing, and takes little time."""
        self.published = False
        if not self._place or not self._written:
            return
        body, self._written = self._written, None
        try:
            async with asyncio.timeout(WITHDRAW_SECONDS):
                await self._api.replace(ENDPOINT_SLICES, self._place.namespace, _name(body), withdrawn(body))
        except TROUBLE as error:
            log.debug("the reports' EndpointSlice stays: %s", error)

    async def _settled(self) -> bool:
        """False if it should be tried again soon."""
        if not self._place:
            return True
        try:
            written = await self._write(self._place)
        except Conflict:
            return False
        except (*TROUBLE, WrongFamily, ValueError, LookupError) as error:
            return self._failed(error)
        self.published, self._trouble = written, ""
        return written

    def _failed(self, error: Exception) -> bool:
        """True if it was refused. A slice that was written leads runners on while the API server is away."""
        said_no = isinstance(error, ApiError) and 400 <= error.status < 500 and error.status != TOO_MANY
        # The others: no address to publish, or a Service that leads nowhere.
        refused = said_no or not isinstance(error, TROUBLE)
        if refused:
            self.published = False
        if str(error) != self._trouble:
            log.warning("cannot lead runners here by an EndpointSlice", extra={"error": str(error)})
        self._trouble = str(error)
        return refused

    async def _write(self, place: Place) -> bool:
        """Whether it is right now; False if this process does not lead."""
        service = await self._api.get(SERVICES, place.namespace, place.service)
        if family(place.address) not in service["spec"].get("ipFamilies", [family(place.address)]):
            raise WrongFamily(f"Service {place.service} has no {family(place.address)}, which the pod's address is")
        wanted = reports_slice(service, place.address, place.port, place.pod, place.leader)
        found = await self._found(place)
        if not self._leads():
            return False
        if found is None:
            self._written = await self._api.create(ENDPOINT_SLICES, place.namespace, wanted)
        elif body := replacing(found, wanted):
            try:
                self._written = await self._api.replace(ENDPOINT_SLICES, place.namespace, _name(body), body)
            except Gone:
                # Deleted since it was read.
                return False
        else:
            self._written = found
            return True
        log.info("runners report here", extra={"service": place.service, "address": place.address})
        return True

    async def _found(self, place: Place) -> Object | None:
        try:
            return await self._api.get(ENDPOINT_SLICES, place.namespace, slice_name(place.service, place.address))
        except Gone:
            return None


def _name(body: Object) -> str:
    return str(body["metadata"]["name"])
