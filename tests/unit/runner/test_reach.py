"""What a runner may reach; S3 stores above all."""

import socket
from typing import Any

import pytest

from job_runner.errors import ConfigInvalid, StoreUnreachable
from job_runner.workspace.places import Places
from job_runner.workspace.reach import EVERYTHING, Reach
from tests.testbed.local_server import LocalServer, QuietHandler
from tests.unit.runner.resolver import note_connections
from videojob_api.inputs import Storage

CORP = "http://minio.store.svc:9000"
ARN = "arn:aws:s3:us-west-2:123456789012:accesspoint:foo"


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.delenv(name, raising=False)


def places(reach: Reach, endpoint: str | None = None) -> Places:
    return Places(Storage(endpoint=endpoint, region="us-east-1"), None, 0, reach)


@pytest.mark.parametrize("endpoint", ["http://169.254.169.254", f"{CORP}0", f"{CORP}@evil.example", "", None])
def test_endpoints_are_those_listed(endpoint: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = note_connections(monkeypatch)
    with pytest.raises(ConfigInvalid, match="is none of those this platform allows"):
        places(Reach(None, [CORP], files=False), endpoint).folder("s3://media/").list("")
    assert not asked


def test_without_any_storage_it_is_aws() -> None:
    with pytest.raises(ConfigInvalid, match=r"\(AWS\) is none of those"):
        Places(None, None, 0, Reach(None, [CORP], files=False)).folder("s3://media/").list("")


@pytest.mark.parametrize("endpoint", [CORP, "https://s3.example.com"])
def test_a_bucket_that_is_an_arn_leads_to_no_other_host(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """boto3 would ask foo-123456789012.minio.store.svc."""
    asked = note_connections(monkeypatch)
    with pytest.raises(
        ConfigInvalid, match=rf"would go to foo-123456789012\..*, not to the storage endpoint {endpoint}"
    ):
        places(Reach(None, [endpoint], files=False), endpoint).folder(f"s3://{ARN}/").list("")
    assert not asked


@pytest.mark.parametrize(("endpoint", "region"), [(None, "x.evil.example/#"), ("minio:9000", "us-east-1")])
def test_a_region_or_endpoint_that_is_none(endpoint: str | None, region: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = note_connections(monkeypatch)
    odd = Storage(endpoint=endpoint, region=region)
    with pytest.raises(ConfigInvalid, match="storage cannot be used: "):
        Places(odd, None, 0, Reach(None, [endpoint or ""], files=False)).folder("s3://media/").list("")
    assert not asked


def test_an_empty_endpoint_is_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = note_connections(monkeypatch)
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda seconds: None)
    with pytest.raises(StoreUnreachable):
        places(Reach(None, [""], files=False), "").folder("s3://media/").list("")
    assert set(asked) == {"media.s3.amazonaws.com"}


def test_a_store_that_redirects_leads_to_no_other_host(monkeypatch: pytest.MonkeyPatch) -> None:
    """boto3 follows S3's hint at a region, at the same endpoint."""
    with _Elsewhere() as store:
        asked = _spied(monkeypatch)
        with pytest.raises(ConfigInvalid, match="301"):
            places(Reach(None, [store.endpoint], files=False), store.endpoint).folder("s3://media/").list("")
        assert set(asked) == {store.address}


def test_a_desk_may_use_any_store(monkeypatch: pytest.MonkeyPatch) -> None:
    with _Elsewhere() as store, pytest.raises(ConfigInvalid, match="301"):
        places(EVERYTHING, store.endpoint).folder("s3://media/").list("")


def test_a_desk_is_everywhere() -> None:
    assert EVERYTHING.at_any_address("https://localhost/x") and EVERYTHING.allows("file:///x")
    assert not Reach(None, None, files=False).at_any_address("https://cdn.example.com/x")


def _spied(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    from urllib3.util import connection

    asked: list[tuple[str, int]] = []
    connect = connection.create_connection

    def spy(address: tuple[str, int], *more: Any, **options: Any) -> socket.socket:
        asked.append(address)
        return connect(address, *more, **options)

    monkeypatch.setattr(connection, "create_connection", spy)
    return asked


class _Elsewhere(LocalServer):
    """A store that says of every bucket that it is somewhere else."""

    def __init__(self) -> None:
        class Handler(QuietHandler):
            def do_GET(self) -> None:
                self.send_response(301)
                self.send_header("Location", "http://169.254.169.254/latest/meta-data/")
                self.send_header("x-amz-bucket-region", "us-west-2")
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_HEAD = do_GET

        super().__init__(Handler)
        self.address: tuple[str, int] = ("127.0.0.1", self.port)
        self.endpoint = f"http://127.0.0.1:{self.address[1]}"
