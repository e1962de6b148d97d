"""A class's caBundle: private authorities beside those that are trusted anyway, for stores and web servers."""

import logging
import os
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from job_runner.errors import StoreUnreachable
from job_runner.trust import trust_as_told, trusting
from job_runner.workspace.places import Places
from job_runner.workspace.reach import Reach
from tests.testbed.https import WebServer
from videojob_api.inputs import Input, Storage
from videojob_api.runner_pod import CA_VARIABLE


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pauses between tries, and an environment that is restored."""
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda seconds: None)
    monkeypatch.setattr("urllib3.util.retry.time.sleep", lambda seconds: None)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    for name in ("AWS_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


@pytest.fixture
def web(tmp_path: Path) -> Iterator[WebServer]:
    """It answers as a store does, too: HEAD and ranges of GET are all that reading needs."""
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "a.mp4").write_text("a video")
    with WebServer(tmp_path, tmp_path) as server:
        yield server


def size(web: WebServer, uri: str) -> int:
    endpoint = web.uri("").rstrip("/")
    storage = Storage(endpoint=endpoint, region="us-east-1")
    places = Places(storage, None, 0, Reach(["s3://media/", web.uri("")], [endpoint], files=False))
    item = Input(uri=uri)
    version = places.version(item)
    reader = places.open(item, version).open()
    assert not isinstance(reader, str) and reader.read() == b"a video"
    return version.size


@pytest.mark.parametrize("kind", ["store", "web server"])
def test_a_private_authority(web: WebServer, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    uri = "s3://media/a.mp4" if kind == "store" else web.uri("media/a.mp4")
    with pytest.raises(StoreUnreachable, match=r"SSL|CERTIFICATE"):
        size(web, uri)
    monkeypatch.setenv(CA_VARIABLE, str(web.authority))
    trust_as_told()
    assert size(web, uri) == 7


@pytest.mark.parametrize("kind", ["store", "web server"])
def test_what_the_environment_names_is_trusted_as_well(
    web: WebServer, kind: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    with WebServer(tmp_path_factory.mktemp("web"), tmp_path_factory.mktemp("other")) as other:
        monkeypatch.setenv("AWS_CA_BUNDLE" if kind == "store" else "SSL_CERT_FILE", str(web.authority))
        monkeypatch.setenv(CA_VARIABLE, str(other.authority))
        trust_as_told()
    assert size(web, "s3://media/a.mp4" if kind == "store" else web.uri("media/a.mp4")) == 7


def test_public_authorities_stay(web: WebServer, tmp_path: Path) -> None:
    """Those that boto3 brings along, for AWS itself."""
    made = trusting(web.authority, {}, tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(made["AWS_CA_BUNDLE"])
    names = [str(entry["subject"]) for entry in context.get_ca_certs()]
    assert len(names) > 50 and any("testbed" in name for name in names) and any("Amazon" in name for name in names)


@pytest.mark.parametrize("text", ["", "no certificate", None])
def test_what_is_no_bundle_is_left_out_and_said(
    text: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bundle = tmp_path / "ca.crt"
    if text is not None:
        bundle.write_text(text)
    monkeypatch.setenv(CA_VARIABLE, str(bundle))
    with caplog.at_level(logging.WARNING):
        trust_as_told()
    assert "caBundle cannot be read" in caplog.text
    assert "AWS_CA_BUNDLE" not in os.environ


def test_without_a_bundle_nothing_changes(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.delenv(CA_VARIABLE, raising=False)
    trust_as_told()
    assert not caplog.text
