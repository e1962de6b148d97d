"""The same calls without asyncio, also from within an event loop."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from spotreel import AsyncClient, Client, Job, SpotreelError
from spotreel.errors import NoCluster, NoSuchJob, TimedOut
from tests.unit.client.api_server import ApiServer, in_a_thread, videojob


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ApiServer]:
    with in_a_thread() as made:
        made.objects["reel"] = videojob()
        yield made


def test_calls(server: ApiServer, tmp_path: Path) -> None:
    server.watches = [[videojob(phase="Running"), videojob(phase="Succeeded")]]
    with Client(kubeconfig=str(server.kubeconfig(tmp_path, namespace="media"))) as client:
        assert client.namespace == "media"
        assert [job.phase for job in client.events("reel")] == ["Pending", "Running", "Succeeded"]
        assert [job.name for job in client.list()] == ["reel"] and client.get("reel").uid == "u-1"
        assert client.suspend("reel").spec["suspend"] and not client.apply(videojob()).created
        server.objects["reel"] = videojob()
        with pytest.raises(TimedOut):
            client.wait("reel", timeout=0.05)
        assert isinstance(client.cancel("reel"), Job)
        with pytest.raises(NoSuchJob) as said:
            client.get("reel")
        assert isinstance(said.value, SpotreelError)


async def test_within_an_event_loop(server: ApiServer, tmp_path: Path) -> None:
    """As in a notebook."""
    with Client("media", kubeconfig=str(server.kubeconfig(tmp_path))) as client:
        assert client.get("reel").name == "reel"


def test_one_that_cannot_connect_leaves_no_thread(tmp_path: Path) -> None:
    before = threading.active_count()
    with pytest.raises(NoCluster):
        Client(kubeconfig=str(tmp_path / "none"))
    assert threading.active_count() == before


def test_both_clients_have_the_same_calls() -> None:
    """What one of them lacks, somebody would miss."""
    apart = {"connect"}
    public = {name for name in vars(AsyncClient) if not name.startswith("_")} - apart
    assert public == {name for name in vars(Client) if not name.startswith("_")} - {"namespace"}


def test_events_that_nobody_takes_end_with_their_iterator(server: ApiServer, tmp_path: Path) -> None:
    with Client("media", kubeconfig=str(server.kubeconfig(tmp_path))) as client:
        events = client.events("reel")
        assert next(events).phase == "Pending"
        events.close()  # type: ignore[attr-defined]
