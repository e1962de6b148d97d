"""Who leads is where runners are led to, whoever wakes up late."""

import asyncio
import copy
from typing import Any

import aiohttp
import pytest

from spotreel_operator.manifests.reports_slice import LEADER
from spotreel_operator.runtime import publication as module
from spotreel_operator.runtime.api import ENDPOINT_SLICES, SERVICES, ApiError, Conflict, Gone, Kind
from spotreel_operator.runtime.publication import Place, Publication

Object = dict[str, Any]


class Server:
    """One Service and its slice, with the API server's conflicts."""

    def __init__(self) -> None:
        spec = {"ports": [{"name": "http", "port": 8080}], "ipFamilies": ["IPv4"]}
        self.service: Object = {"metadata": {"name": "r", "namespace": "ns", "uid": "uid-1"}, "spec": spec}
        self.slice: Object | None = None
        self.problem: Exception | None = None
        self.version, self.writes = 0, 0

    async def get(self, kind: Kind, namespace: str, name: str) -> Object:
        if self.problem:
            raise self.problem
        body = self.service if kind == SERVICES else self.slice
        if body is None or body["metadata"]["name"] != name:
            raise Gone(404, "NotFound", name)
        return copy.deepcopy(body)

    async def create(self, kind: Kind, namespace: str, body: Object) -> Object:
        if self.slice is not None:
            raise Conflict(409, "AlreadyExists", "")
        return self._put(kind, body)

    async def replace(self, kind: Kind, namespace: str, name: str, body: Object) -> Object:
        if self.slice is None:
            raise Gone(404, "NotFound", name)
        if body["metadata"]["resourceVersion"] != self.slice["metadata"]["resourceVersion"]:
            raise Conflict(409, "Conflict", "")
        return self._put(kind, body)

    def _put(self, kind: Kind, body: Object) -> Object:
        assert kind == ENDPOINT_SLICES
        self.version, self.writes = self.version + 1, self.writes + 1
        self.slice = copy.deepcopy(body)
        self.slice["metadata"]["resourceVersion"] = str(self.version)
        return copy.deepcopy(self.slice)

    @property
    def leads_to(self) -> list[str]:
        assert self.slice
        return [address for endpoint in self.slice["endpoints"] for address in endpoint["addresses"]]


class Process:
    """One replica's publication, and whether it holds the lease."""

    def __init__(self, server: Server, number: int) -> None:
        self.leads = True
        place = Place("ns", "r", f"10.0.0.{number}", 8080, f"op-{number}", f"op-{number}-1")
        self.publication = Publication(server, place, lambda: self.leads)  # type: ignore[arg-type]


async def test_each_new_leader_takes_over() -> None:
    server = Server()
    one, two = Process(server, 1), Process(server, 2)
    await one.publication.begin()
    assert server.leads_to == ["10.0.0.1"] and one.publication.published
    await two.publication.begin()
    assert server.leads_to == ["10.0.0.2"] and server.slice
    assert server.slice["metadata"]["annotations"][LEADER] == "op-2-1"


async def test_a_deposed_leader_that_wakes_up_late_changes_nothing() -> None:
    """Whether it slept before its look at the lease, or between that and its write."""
    server = Server()
    one, two = Process(server, 1), Process(server, 2)
    await one.publication.begin()
    one.leads = False
    await two.publication.begin()
    assert not await one.publication._settled() and not one.publication.published
    assert server.leads_to == ["10.0.0.2"]
    await one.publication.withdraw()
    assert server.leads_to == ["10.0.0.2"]


async def test_what_was_written_after_its_look_at_the_lease_is_a_conflict() -> None:
    server = Server()
    one, two = Process(server, 1), Process(server, 2)
    await one.publication.begin()
    assert server.slice
    server.slice["endpoints"] = []
    read = server.get

    async def overtaken(kind: Kind, namespace: str, name: str) -> Object:
        """The successor writes after this process has read, and before it writes."""
        body = await read(kind, namespace, name)
        if kind == ENDPOINT_SLICES:
            server.get = read  # type: ignore[method-assign]
            await two.publication.begin()
        return body

    server.get = overtaken  # type: ignore[method-assign]
    assert not await one.publication._settled()
    assert server.leads_to == ["10.0.0.2"]


async def test_what_others_delete_or_change_is_repaired(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHECK_SECONDS", 0)
    server = Server()
    one = Process(server, 1)
    await one.publication.begin()
    keeping = asyncio.create_task(one.publication.keep())
    for spoil in (lambda body: None, lambda body: {**body, "endpoints": []}):
        server.slice, before = spoil(server.slice), server.writes
        async with asyncio.timeout(5):
            while server.writes == before:
                await asyncio.sleep(0)
        assert server.leads_to == ["10.0.0.1"]
    for _ in range(20):
        await asyncio.sleep(0)
    assert server.writes == 3, "what is right is left alone"
    keeping.cancel()


async def test_a_service_of_the_same_name_that_came_later_owns_it() -> None:
    server = Server()
    one = Process(server, 1)
    await one.publication.begin()
    server.service["metadata"]["uid"] = "uid-2"
    assert await one.publication._settled() and server.slice
    assert server.slice["metadata"]["ownerReferences"][0]["uid"] == "uid-2"


@pytest.mark.parametrize("error", [ApiError(403, "Forbidden", "endpointslices"), Gone(404, "NotFound", "r")])
async def test_a_refusal_holds_up_nothing(error: Exception) -> None:
    server = Server()
    one = Process(server, 1)
    server.problem = error
    await one.publication.begin()
    assert not one.publication.published and server.slice is None
    server.problem = None
    assert await one.publication._settled() and one.publication.published


async def test_trouble_is_tried_again_and_waited_for_so_long_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BEGIN_SECONDS", 0.05)
    monkeypatch.setattr(module, "RETRY_SECONDS", 0)
    server = Server()
    one = Process(server, 1)
    server.problem = ApiError(500, "InternalError", "")
    await one.publication.begin()
    assert not one.publication.published
    server.problem = None
    await one.publication.begin()
    server.problem = aiohttp.ClientConnectionError("away")
    assert not await one.publication._settled()
    assert one.publication.published, "the slice leads runners here while the API server is away"


async def test_a_service_of_the_other_family_leads_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    server = Server()
    server.service["spec"]["ipFamilies"] = ["IPv6"]
    one = Process(server, 1)
    await one.publication.begin()
    assert not one.publication.published and server.slice is None
    assert "Service r has no IPv4" in str(caplog.records[-1].__dict__["error"])


async def test_withdrawn_when_the_lease_is_given_back() -> None:
    server = Server()
    one = Process(server, 1)
    await one.publication.begin()
    one.leads = False
    await one.publication.withdraw()
    assert server.leads_to == [] and not one.publication.published
    await one.publication.withdraw()
    assert server.writes == 2


async def test_without_a_service_nothing_is_asked_for() -> None:
    nothing = Publication(None, None, lambda: True)  # type: ignore[arg-type]
    await nothing.begin()
    await nothing.withdraw()
    assert not nothing.published


async def test_too_many_requests_are_no_refusal() -> None:
    server = Server()
    one = Process(server, 1)
    server.problem = ApiError(429, "TooManyRequests", "")
    assert not await one.publication._settled()
    server.problem = None
    assert await one.publication._settled() and one.publication.published


async def test_a_slice_deleted_since_it_was_read_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server()
    one = Process(server, 1)
    await one.publication.begin()
    assert server.slice
    server.slice["endpoints"] = []
    replace = server.replace

    async def too_late(kind: Kind, namespace: str, name: str, body: Object) -> Object:
        server.slice = None
        return await replace(kind, namespace, name, body)

    monkeypatch.setattr(server, "replace", too_late)
    assert not await one.publication._settled()
    assert await one.publication._settled() and server.leads_to == ["10.0.0.1"]


async def test_a_service_that_leads_nowhere_does_not_end_the_leader() -> None:
    """Edited to an ExternalName, or the pod has no address."""
    server = Server()
    one = Process(server, 1)
    server.service["spec"] = {"type": "ExternalName", "externalName": "elsewhere.example"}
    await one.publication.begin()
    assert not one.publication.published
    nowhere = Publication(server, Place("ns", "r", "", 8080, "op", "op-1"), lambda: True)  # type: ignore[arg-type]
    await nowhere.begin()
    assert not nowhere.published
