"""Behind a company's proxy: inputs go through it, what NO_PROXY names and the reports to the operator do not."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from job_runner.errors import ConfigInvalid, StoreUnreachable
from job_runner.push import Pusher
from job_runner.workspace.https import Https
from job_runner.workspace.places import Places
from job_runner.workspace.proxies import proxy_of
from job_runner.workspace.reach import Reach
from tests.testbed.http_proxy import HttpProxy
from tests.testbed.https import NAME, WebServer
from tests.testbed.local_server import LocalServer, QuietHandler
from videojob_api.inputs import Input, Storage
from videojob_api.order import ReportTo
from videojob_api.report import Report

VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[HttpProxy]:
    for name in (*VARIABLES, *(name.upper() for name in VARIABLES)):
        monkeypatch.delenv(name, raising=False)
    with HttpProxy() as made:
        monkeypatch.setenv("HTTP_PROXY", f"http://{made.address}")
        monkeypatch.setenv("HTTPS_PROXY", f"http://{made.address}")
        yield made


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WebServer]:
    (tmp_path / "a.mp4").write_text("a video")
    with WebServer(tmp_path, tmp_path) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.authority))
        monkeypatch.setenv("AWS_CA_BUNDLE", str(server.authority))
        yield server


def port(web: WebServer) -> str:
    return web.uri("").rpartition(":")[2].rstrip("/")


def get(web: WebServer) -> bytes:
    return Https(Reach([web.uri("")], None, files=False))("GET", web.uri("a.mp4"), {}).data


def test_inputs_go_through_the_proxy(proxy: HttpProxy, web: WebServer) -> None:
    """The certificate is still the server's own: the proxy carries what it cannot read."""
    assert get(web) == b"a video"
    assert proxy.asked == [f"127.0.0.1:{port(web)}"] and proxy.users == [""]


def test_a_name_and_password_go_to_the_proxy_alone(
    proxy: HttpProxy, web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://me:p%40ss@{proxy.address}")
    assert get(web) == b"a video"
    assert proxy.users == ["Basic bWU6cEBzcw=="]


def test_the_store_is_reached_through_the_proxy(
    proxy: HttpProxy, web: WebServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "a.mp4").write_text("a video")
    endpoint = web.uri("").rstrip("/")
    places = Places(Storage(endpoint=endpoint, region="us-east-1"), None, 0, Reach(None, [endpoint], files=False))
    assert places.version(Input(uri="s3://media/a.mp4")).size == 7
    assert set(proxy.asked) == {f"127.0.0.1:{port(web)}"}


@pytest.mark.parametrize("named", ["127.0.0.1", "example,127.0.0.1", "*"])
def test_what_no_proxy_names_is_reached_directly(
    proxy: HttpProxy, web: WebServer, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", named)
    assert get(web) == b"a video" and not proxy.asked


@pytest.mark.parametrize(
    ("uri", "named", "through"),
    [
        ("https://cdn.example.com/a", "", True),
        ("https://cdn.example.com/a", ".example.com", False),
        ("https://cdn.example.com:8443/a", "cdn.example.com", False),
        ("https://example.com.evil/a", ".example.com", True),
        ("ftp://cdn.example.com/a", "", False),
    ],
)
def test_which_hosts_have_a_proxy(
    proxy: HttpProxy, uri: str, named: str, through: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", named)
    assert (proxy_of(uri) is not None) == through


@pytest.mark.parametrize("host", ["127.0.0.1:1", "[::ffff:7f00:1]", "2130706433", "minio.store.svc", "10.0.0.1"])
def test_hosts_inside_are_refused_behind_a_proxy_too(proxy: HttpProxy, host: str) -> None:
    with pytest.raises(ConfigInvalid, match="a runner must not connect to"):
        Https(Reach(["https://"], None, files=False))("HEAD", f"https://{host}/a", {})
    assert not proxy.asked


def test_a_public_name_is_resolved_by_the_proxy(proxy: HttpProxy, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a proxy is the only way out, there often is no resolver that knows names outside."""
    monkeypatch.setattr("urllib3.util.retry.time.sleep", lambda seconds: None)
    monkeypatch.setattr("tests.testbed.http_proxy.socket.create_connection", _nobody)
    with pytest.raises(StoreUnreachable, match=r"ProxyError|ProtocolError"):
        Https(Reach(None, None, files=False))("HEAD", f"https://{NAME}/a", {})
    assert set(proxy.asked) == {f"{NAME}:443"}


def _nobody(*_: Any, **__: Any) -> Any:
    raise OSError("nobody is there")


def test_reports_never_go_through_it(proxy: HttpProxy, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("t")
    with _Operator() as operator:
        target = ReportTo(url=f"{operator.url}/v1/progress", interval=0.05)
        pusher = Pusher(target, tmp_path / "token", lambda: Report(attempt="a"))
        pusher.start()
        deadline = time.monotonic() + 10
        while not operator.paths and time.monotonic() < deadline:
            time.sleep(0.02)
        assert pusher.finish(Report(attempt="a"), 5)
    assert set(operator.paths) == {"/v1/progress"} and not proxy.asked


class _Operator(LocalServer):
    """Takes reports."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        operator = self

        class Handler(QuietHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                operator.paths.append(self.path)
                self.send_response(204)
                self.end_headers()

        super().__init__(Handler)
        self.url = f"http://127.0.0.1:{self.port}"
