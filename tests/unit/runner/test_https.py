"""Https inputs of a pod: what the platform has not named is public, and so is each place that a redirect leads to."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from job_runner.errors import ConfigInvalid, InputInvalid
from job_runner.workspace.https import MOST_REDIRECTS, Https
from job_runner.workspace.reach import EVERYTHING, Reach
from tests.testbed.https import WebServer
from tests.unit.runner.resolver import Resolver
from videojob_api.reasons import Reason


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WebServer]:
    (tmp_path / "a.mp4").write_text("a video")
    with WebServer(tmp_path, tmp_path) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.authority))
        yield server


def pod(*uris: str) -> Https:
    return Https(Reach([*uris] or None, [""], files=False))


@pytest.mark.parametrize("uris", [[], ["s3://", "https://"]])
def test_addresses_inside_are_refused_for_good(web: WebServer, uris: list[str]) -> None:
    with pytest.raises(ConfigInvalid, match=r"must not connect to 127\.0\.0\.1 \(loopback\).*allowedURIs") as refusal:
        pod(*uris)("HEAD", web.uri("a.mp4"), {})
    assert refusal.value.reason == Reason.CONFIG_INVALID


def test_a_host_that_the_platform_names_may_be_inside(web: WebServer) -> None:
    assert pod("s3://", "https://", web.uri(""))("GET", web.uri("a.mp4"), {}).data == b"a video"
    with pytest.raises(ConfigInvalid, match="loopback"):
        pod("https://", web.uri("public/"))("GET", web.uri("a.mp4"), {})


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("https://169.254.169.254/latest/meta-data/", r"169\.254\.169\.254 \(link-local\)"),
        ("https://[::ffff:a9fe:a9fe]/latest/", "link-local"),
        ("https://2852039166/latest/", "an address in an unusual form"),
        ("https://metadata.google.internal/", "a name known inside only"),
        ("//10.0.0.1/x", r"10\.0\.0\.1 \(private\)"),
        ("https://127.0.0.1:1/x", "loopback"),
        ("https://cdn.example.com@127.0.0.1:1/x", "do not cover|loopback"),
        ("https://video.example/x", r"169\.254\.169\.254 \(link-local\), which video\.example resolves to"),
    ],
)
def test_redirects_lead_to_no_address_inside(
    place: str, said: str, web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    Resolver(monkeypatch, video_example=[["169.254.169.254"]])
    web.redirects["hop"] = place
    with pytest.raises(ConfigInvalid, match=f"redirects to .*({said})"):
        pod("https://", web.uri(""))("HEAD", web.uri("hop"), {})


@pytest.mark.parametrize("place", ["http://cdn.example.com/x", "file:///etc/passwd", "ftp://cdn.example.com/x"])
def test_redirects_stay_with_https(place: str, web: WebServer) -> None:
    web.redirects["hop"] = place
    with pytest.raises(InputInvalid, match="which is not https"):
        pod("https://", web.uri(""))("HEAD", web.uri("hop"), {})


@pytest.mark.parametrize("place", ["https://[bad/x", "https://a b/x", "https://xn--/x"])
def test_redirects_to_what_is_no_uri(place: str, web: WebServer) -> None:
    web.redirects["hop"] = place
    with pytest.raises((InputInvalid, ConfigInvalid), match=r"redirects to|names no web server"):
        pod("https://", web.uri(""))("HEAD", web.uri("hop"), {})


def test_redirects_stay_below_what_is_allowed(web: WebServer) -> None:
    """The target's own signature is said to nobody."""
    web.redirects["hop"] = "https://elsewhere.example/x?signature=s3cr3t"
    with pytest.raises(ConfigInvalid, match=r"redirects to elsewhere\.example, which .* do not cover") as refusal:
        pod(web.uri(""))("HEAD", web.uri("hop"), {})
    assert "s3cr3t" not in str(refusal.value)


def test_redirects_to_what_is_allowed_are_followed(web: WebServer) -> None:
    web.redirects |= {"hop": "/second", "second": web.uri("a.mp4"), "loop": "loop"}
    assert pod(web.uri(""))("GET", web.uri("hop"), {"Range": "bytes=2-"}).data == b"video"
    with pytest.raises(InputInvalid, match=f"redirects more than {MOST_REDIRECTS} times"):
        pod(web.uri(""))("HEAD", web.uri("loop"), {})


def test_a_desk_reads_from_anywhere(web: WebServer) -> None:
    web.redirects["hop"] = web.uri("a.mp4")
    assert Https(EVERYTHING)("GET", web.uri("hop"), {}).data == b"a video"


@pytest.mark.parametrize(
    "host", ["a b", "127\u30020\u30020\u30021", "\uff11\uff12\uff17.\uff10.\uff10.\uff11", "xn--", "host:99999"]
)
def test_what_is_no_host(host: str) -> None:
    with pytest.raises((InputInvalid, ConfigInvalid)):
        pod()("HEAD", f"https://{host}/x", {})
