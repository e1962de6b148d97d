"""Calls of the client, and a job that is followed through what happens to the connection."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from spotreel import async_client
from spotreel.async_client import AsyncClient
from spotreel.errors import ClusterUnreachable, NoSuchJob, TimedOut
from tests.unit.client.api_server import ApiServer, api_server, videojob

RUNNING, DONE = videojob(phase="Running"), videojob(phase="Succeeded")


@pytest.fixture
async def server() -> AsyncIterator[ApiServer]:
    async with api_server() as made:
        made.objects["reel"] = videojob()
        yield made


@pytest.fixture
async def client(server: ApiServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[AsyncClient]:
    monkeypatch.setattr(async_client, "FIRST_PAUSE", 0.01)
    async with await AsyncClient.connect(kubeconfig=str(server.kubeconfig(tmp_path, namespace="media"))) as made:
        yield made


async def phases(client: AsyncClient) -> list[str]:
    return [job.phase async for job in client.events("reel", timeout=5)]


async def test_events_end_with_the_end(server: ApiServer, client: AsyncClient) -> None:
    server.watches = [[RUNNING, DONE, RUNNING]]
    assert await phases(client) == ["Pending", "Running", "Succeeded"]


@pytest.mark.parametrize("breaks", ["cut", "gone"])
async def test_events_go_on_after_a_watch_that_breaks(server: ApiServer, client: AsyncClient, breaks: str) -> None:
    server.watches = [[RUNNING, breaks], [DONE]]
    assert await phases(client) == ["Pending", "Running", "Succeeded"]


async def test_a_watch_that_ends_by_itself_is_begun_again(server: ApiServer, client: AsyncClient) -> None:
    server.watches = [[RUNNING], [DONE]]
    assert await phases(client) == ["Pending", "Running", "Succeeded"]


async def test_a_deleted_job(server: ApiServer, client: AsyncClient) -> None:
    server.watches = [[RUNNING, "deleted"]]
    with pytest.raises(NoSuchJob, match="VideoJob reel in namespace media was deleted"):
        await phases(client)


async def test_another_job_of_the_name_is_not_taken_for_it(server: ApiServer, client: AsyncClient) -> None:
    server.watches = [[RUNNING, videojob(uid="u-2", phase="Succeeded")]]
    with pytest.raises(NoSuchJob, match="another one has its name now"):
        await phases(client)


async def test_a_cluster_that_was_never_there_is_said_at_once(server: ApiServer, client: AsyncClient) -> None:
    server.refusal = (503, {"message": "starting"})
    with pytest.raises(ClusterUnreachable, match="answers 503: starting"):
        await phases(client)


async def test_a_cluster_that_stays_away(
    server: ApiServer, client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(async_client, "PATIENCE", 0.1)
    server.watches = [[RUNNING], []]
    seen = []
    with pytest.raises(ClusterUnreachable):
        async for job in client.events("reel", timeout=5):
            seen.append(job.phase)
            server.refusal = (500, {"message": "away"}) if len(seen) == 2 else None
    assert seen == ["Pending", "Running"]


async def test_waiting_has_an_end(client: AsyncClient) -> None:
    with pytest.raises(TimedOut, match=r"reel has not ended after 0\.1 s; it goes on"):
        await client.wait("reel", timeout=0.1)


async def test_no_such_job(client: AsyncClient) -> None:
    for call in (client.get, client.wait, client.cancel):
        with pytest.raises(NoSuchJob, match="there is no VideoJob other"):
            await call("other")


async def test_apply_knows_whether_it_made_a_job(server: ApiServer, client: AsyncClient) -> None:
    made = await client.apply(videojob("new"))
    assert made.created and made.job.name == "new"
    assert not (await client.apply(videojob("new"))).created
    query = server.asked[-1][1]
    assert "fieldManager=spotreel-client" in query and "fieldValidation=Strict" in query and "force" not in query


async def test_suspend_list_cancel(server: ApiServer, client: AsyncClient) -> None:
    assert (await client.suspend("reel")).spec["suspend"] is True
    assert (await client.suspend("reel", False)).spec["suspend"] is False
    assert [job.name for job in await client.list()] == ["reel"]
    assert (await client.list(all_namespaces=True)) and "/namespaces/" not in server.asked[-1][1]
    assert (await client.cancel("reel")).name == "reel" and not server.objects
    assert server.asked[-1][2]["preconditions"] == {"uid": "u-1"}
