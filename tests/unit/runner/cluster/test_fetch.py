"""`spotreel fetch`, and where a result may go, before anything is rendered for it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from job_runner.cli.main import main
from spotreel import stores
from tests.unit.client.api_server import ApiServer, in_a_thread
from tests.unit.client.test_fetching import BYTES, OUTPUT, Giving, done

Run = Callable[..., int]
TYPED = ("submit", "s3://media/a.mp4", "--to", "s3://media/out/reel.mp4")


@pytest.fixture
def server() -> Iterator[ApiServer]:
    with in_a_thread() as made:
        yield made


@pytest.fixture
def run(server: ApiServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(stores, "calls_of", lambda spec: Giving().calls())
    kubeconfig = str(server.kubeconfig(tmp_path, namespace="media"))
    return lambda *typed: main([*typed, "--kubeconfig", kubeconfig])


def test_fetch(server: ApiServer, run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    server.objects["reel"] = done(outputs=[OUTPUT]).body
    path = tmp_path / "here.mp4"
    assert run("fetch", "reel", str(path)) == 0 and path.read_bytes() == BYTES
    assert capsys.readouterr().out == f"fetched  {OUTPUT['uri']} → {path}\n"
    assert run("fetch", "reel", str(path)) == 0
    assert capsys.readouterr().out == f"found  {path}, fetched before\n"
    assert run("fetch", "reel", str(path), "--result", "people") == 66


def test_submit_fetches(server: ApiServer, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "here.mp4"
    server.watches = [[done(outputs=[OUTPUT]).body]]
    assert run(*TYPED, "--fetch", str(path)) == 0 and path.read_bytes() == BYTES
    server.objects["reel"] = done(outputs=[OUTPUT]).body
    assert run(*TYPED, "--fetch", str(path)) == 0, "the same command again"


def test_a_place_that_is_taken_is_said_before_the_work(
    server: ApiServer, run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.mp4"
    path.write_bytes(b"mine")
    assert run(*TYPED, "--fetch", str(path)) == 73
    assert "is there, and is another file: add -y to replace it" in capsys.readouterr().err
    assert run(*TYPED, "--fetch", str(tmp_path / "none" / "a.mp4")) == 66
    assert "there is no folder" in capsys.readouterr().err and not server.objects
