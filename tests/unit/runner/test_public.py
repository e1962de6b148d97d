"""Connections to public addresses only: what is resolved is what is checked, and what is connected to."""

from pathlib import Path
from typing import Any

import pytest
import urllib3
from urllib3.exceptions import HTTPError, MaxRetryError

from job_runner.workspace.public import NotPublic, public_addresses, public_manager
from tests.testbed.https import NAME, WebServer
from tests.unit.runner.resolver import Resolver, note_connections

PUBLIC, OTHER = "93.184.216.34", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"
AT_ONCE = urllib3.Retry(total=3, backoff_factor=0)


def get(uri: str, retries: Any = False, **settings: Any) -> urllib3.BaseHTTPResponse:
    return public_manager(retries=retries, **settings).request("GET", uri, redirect=False)


@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "10.0.0.1", "::1", "::ffff:10.0.0.1", "fd00::1"])
def test_a_public_name_of_an_address_inside(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As nip.io has them."""
    Resolver(monkeypatch, rebind_example=[[address]])
    asked = note_connections(monkeypatch)
    with pytest.raises(NotPublic, match=r"which rebind\.example resolves to"):
        get("https://rebind.example/a", AT_ONCE)
    assert not asked


def test_what_the_name_means_a_moment_later_leads_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: public when it is checked, the loopback from then on."""
    Resolver(monkeypatch, rebind_example=[[PUBLIC], ["127.0.0.1"]])
    asked = note_connections(monkeypatch)
    with pytest.raises(HTTPError):
        get("https://rebind.example/a")
    assert asked == [PUBLIC]
    with pytest.raises(NotPublic, match=r"127\.0\.0\.1 \(loopback\), which rebind\.example resolves to"):
        get("https://rebind.example/a", AT_ONCE)
    assert asked == [PUBLIC]


def test_every_public_address_is_tried_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    Resolver(monkeypatch, cdn_example=[["10.0.0.1", PUBLIC, "::1", OTHER]])
    asked = note_connections(monkeypatch)
    with pytest.raises(HTTPError):
        get("https://cdn.example/a")
    assert asked == [PUBLIC, OTHER]


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1.", "[::1]", "2130706433", "0x7f.1", "0177.0.0.1", "localhost", "127.1",
             "cdn.example.com@127.0.0.1", "[::ffff:7f00:1]", "minio.store.svc"],
)  # fmt: skip
def test_hosts_that_need_no_resolver(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = note_connections(monkeypatch)
    with pytest.raises(NotPublic):
        get(f"https://{host}/a", AT_ONCE)
    assert not asked


def test_names_are_resolved_without_search_domains(monkeypatch: pytest.MonkeyPatch) -> None:
    """`cdn.media` must not become the Service of a namespace `media`."""
    Resolver(monkeypatch, cdn_media=[[PUBLIC]])
    assert public_addresses("cdn.media", 443) == [PUBLIC], "asked for with a dot at its end, as the resolver has it"


@pytest.mark.parametrize("host", ["gone.example", f"{'a' * 70}.example"])
def test_names_that_nobody_knows(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of urllib3's, which is tried again like any other."""
    Resolver(monkeypatch, gone_example=[[]])
    with pytest.raises(MaxRetryError, match="cannot be resolved"):
        get(f"https://{host}/a", AT_ONCE)


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A server on the loopback that passes for a public one."""
    (tmp_path / "a.txt").write_text("here")
    Resolver(monkeypatch, video_example=[["127.0.0.1"]], other_example=[["127.0.0.1"]])
    monkeypatch.setattr("job_runner.workspace.public.kind_of", lambda address: None)
    with WebServer(tmp_path, tmp_path) as server:
        yield server


def test_the_certificate_is_the_names(web: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not the address's, though it is the address that is connected to. A proxy of the environment is not asked."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    trusted = {"ca_certs": str(web.authority)}
    assert get(web.uri("a.txt").replace("127.0.0.1", NAME), **trusted).data == b"here"
    with pytest.raises(HTTPError, match=r"other\.example"):
        get(web.uri("a.txt").replace("127.0.0.1", "other.example"), **trusted)
