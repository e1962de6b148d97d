"""The front door: what is refused before anything is sent, and what an engine is not."""

import importlib.util
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from job_runner.engines.remote.connect import Engine, connected
from job_runner.errors import ConfigInvalid, Disrupted, EngineUnreachable, RunnerError, SpecInvalid
from tests.testbed.local_server import LocalServer, QuietHandler
from tests.testbed.processes import free_port


def refusal(url: str, kind: type[RunnerError], **more: Any) -> str:
    settings = {"model": "detector", "first": 0.3, "later": 0.3, **more}
    with pytest.raises(kind) as caught, connected(Engine(url, **settings), lambda: None):
        pass
    return str(caught.value)


@contextmanager
def silent() -> Iterator[str]:
    """Takes connections, and says nothing."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield f"127.0.0.1:{listening.getsockname()[1]}"


def test_nobody_there() -> None:
    url = f"grpc://127.0.0.1:{free_port()}"
    said = refusal(url, EngineUnreachable)
    assert said.startswith(f"engine {url} does not answer (UNAVAILABLE: ") and "Connection refused" in said


def test_a_name_that_nobody_has() -> None:
    assert "does not answer" in refusal("grpc://engine.invalid:8001", EngineUnreachable)


def test_somebody_who_says_nothing() -> None:
    with silent() as place:
        said = refusal(f"grpc://{place}", EngineUnreachable, seconds=0.2)
    assert "does not answer within 0.2 s (DEADLINE_EXCEEDED" in said


def test_a_stop_while_it_is_waited_for() -> None:
    def stop() -> None:
        raise Disrupted("stopped")

    with silent() as place, pytest.raises(Disrupted), connected(Engine(f"grpc://{place}", "detector"), stop):
        pass


class Web(QuietHandler, SimpleHTTPRequestHandler):
    pass


def test_a_web_server_is_none() -> None:
    with LocalServer(Web) as web:
        assert "does not answer" in refusal(f"grpc://127.0.0.1:{web.port}", EngineUnreachable)
        said = refusal(f"grpcs://127.0.0.1:{web.port}", ConfigInvalid)
        assert "does not speak TLS; write grpc://" in said


def test_what_is_wrong_beforehand(tmp_path: Path) -> None:
    assert "is no address" in refusal("triton:8001", SpecInvalid)
    assert "'gone' is no name of a model" in refusal("grpc://a:1", SpecInvalid, model="\x1b[2Jgone")
    assert "'3…' is no name" in refusal("grpc://a:1", SpecInvalid, version="3" * 300).replace("3" * 197, "3")
    assert "cannot be read" in refusal("grpc://127.0.0.1:1", ConfigInvalid, headers=tmp_path / "none")


def test_without_grpc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    said = refusal("grpc://a:1", ConfigInvalid)
    assert said == "grpcio is not installed, which asks engines: pip install 'spotreel[remote]'"


def test_grpc_is_loaded_only_where_an_engine_is_asked() -> None:
    code = "import sys, job_runner.cli.analyze_detect; print(*{'grpc', 'google.protobuf'} & set(sys.modules))"
    assert not subprocess.check_output([sys.executable, "-c", code], text=True).strip()
