"""`spotreel submit` on an API server and a store in this process."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from job_runner.cli.main import main
from spotreel import stores
from tests.unit.client.api_server import ApiServer, in_a_thread
from tests.unit.client.store import Store
from tests.unit.runner.cluster.jobs import failed, succeeded

Run = Callable[..., int]
TYPED = ("--to", "s3://media/out/reel.mp4", "--upload-to", "s3://media/in/")
PLACE = "in/277089d91c0bdf4f/match.mp4"


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Store:
    made = Store()
    monkeypatch.setattr(stores, "calls_of", lambda spec: made.calls())
    return made


@pytest.fixture
def server() -> Iterator[ApiServer]:
    with in_a_thread() as made:
        yield made


@pytest.fixture
def file(tmp_path: Path) -> str:
    (tmp_path / "match.mp4").write_bytes(b"bytes")
    return str(tmp_path / "match.mp4")


@pytest.fixture
def run(server: ApiServer, tmp_path: Path) -> Run:
    kubeconfig = str(server.kubeconfig(tmp_path, namespace="media"))
    return lambda *typed: main(["submit", *typed, "--kubeconfig", kubeconfig])


def test_twice_is_one_job_and_one_upload(
    server: ApiServer, store: Store, run: Run, file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(file, *TYPED) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"uploaded  match.mp4 → s3://media/{PLACE}",
        "submitted  reel; spotreel wait reel -n media follows it",
    ]
    assert store.objects[PLACE][0] == b"bytes"
    assert server.objects["reel"]["spec"]["inputs"] == [{"name": "match", "uri": f"s3://media/{PLACE}"}]
    assert run(file, *TYPED) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"found  match.mp4 → s3://media/{PLACE}",
        "reel is there already, and does this very work: Pending",
    ]


def test_the_cluster_is_asked_before_anything_is_sent(
    server: ApiServer, store: Store, run: Run, file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    cause = {"field": "spec.outputs", "message": "Forbidden: spec.outputs is immutable"}
    server.refusal = (422, {"reason": "Invalid", "message": "is invalid", "details": {"causes": [cause]}})
    assert run(file, *TYPED) == 73
    assert "there is another VideoJob reel in namespace media: give this one another name with --name" in (
        capsys.readouterr().err
    )
    assert not store.objects


def test_wait_ends_with_the_codes_of_render(server: ApiServer, store: Store, run: Run, file: str) -> None:
    server.watches = [[succeeded().body]]
    assert run(file, *TYPED, "--wait") == 0
    server.objects.clear()
    server.watches = [[failed().body]]
    assert run(file, *TYPED, "--wait") == 66
    server.objects.clear()
    assert run(file, *TYPED, "--wait", "--timeout", "200ms") == 124


def test_a_job_that_is_done_needs_no_upload(server: ApiServer, store: Store, run: Run, file: str) -> None:
    server.objects["reel"] = succeeded().body
    assert run(file, *TYPED, "--wait") == 0 and not store.objects


def test_dry_run_shows_the_videojob_without_a_cluster(
    store: Store, file: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "none"))
    assert main(["submit", file, *TYPED, "--dry-run=client", "-o", "yaml"]) == 0
    made = yaml.safe_load(capsys.readouterr().out)
    assert made["spec"]["inputs"][0]["uri"] == f"s3://media/{PLACE}" and not store.objects


def test_dry_run_by_the_server(
    server: ApiServer, store: Store, run: Run, file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(file, *TYPED, "--dry-run=server", "-o", "name") == 0
    assert capsys.readouterr().out == "reel\n" and not store.objects
    assert "dryRun=All" in server.asked[-1][1]


@pytest.mark.parametrize(
    ("typed", "code", "words"),
    [
        (("none.mp4", *TYPED), 66, "there is no file "),
        (("match.mp4", "--to", "s3://media/o.mp4"), 64, "add --upload-to s3://bucket/folder/"),
        (("match.mp4", "--to", "o.mp4", "--upload-to", "s3://media/in"), 64, "a cluster cannot write to this machine"),
        (("match.mp4",), 64, "where does the output go?"),
        (("match.mp4", *TYPED, "--timeout", "1h"), 64, "--timeout 1h: of what? It goes with --wait or --fetch"),
    ],
)
def test_one_line_says_what_is_wrong(
    run: Run, file: str, typed: tuple[str, ...], code: int, words: str,
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert run(*typed) == code
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1 and words in said[0], said
