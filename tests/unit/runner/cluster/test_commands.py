"""Commands on an API server in this process: what is said, and the exit code."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from job_runner.cli.cluster import arguments, commands
from job_runner.cli.main import main
from tests.unit.client.api_server import ApiServer, in_a_thread, videojob
from tests.unit.runner.cluster.jobs import OUTPUT, failed, running, succeeded

Run = Callable[..., int]


@pytest.fixture
def server() -> Iterator[ApiServer]:
    with in_a_thread() as made:
        made.objects["reel"] = running().body
        yield made


@pytest.fixture
def run(server: ApiServer, tmp_path: Path) -> Run:
    file = str(server.kubeconfig(tmp_path, namespace="media"))
    return lambda *typed: main([typed[0], "--kubeconfig", file, *typed[1:]])


def test_every_command_has_its_arguments() -> None:
    assert commands.RUN.keys() == set(arguments.COMMANDS)


def test_list(server: ApiServer, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("list") == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["NAME", "reel"]
    assert run("list", "-o", "name") == 0 and capsys.readouterr().out == "reel\n"
    assert run("list", "-A", "-o", "json") == 0
    assert json.loads(capsys.readouterr().out)[0]["metadata"]["name"] == "reel"
    server.objects.clear()
    assert run("list") == 0 and capsys.readouterr().err == "spotreel: there is no VideoJob in namespace media\n"


def test_status(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("status", "reel") == 0 and capsys.readouterr().out.startswith("reel  Running · Rendering  63%")
    assert run("status", "reel", "-o", "yaml") == 0
    assert yaml.safe_load(capsys.readouterr().out)["metadata"]["uid"] == "u-1"
    assert run("status", "reel", "-o", "json") == 0
    assert json.loads(capsys.readouterr().out)["kind"] == "VideoJob"
    assert run("status", "other") == 66
    assert capsys.readouterr().err.startswith("spotreel: there is no VideoJob other in namespace media: ")


def test_wait_has_the_codes_of_both_ends(server: ApiServer, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    server.watches = [[running().body, succeeded().body]]
    assert run("wait", "reel") == 0
    said = capsys.readouterr()
    assert said.out.splitlines()[-1].startswith("done  s3://media/out/reel.mp4")
    server.objects["reel"] = failed().body
    assert run("wait", "reel") == 1
    assert "spotreel: reel failed (InputNotFound)" in capsys.readouterr().err


def test_wait_has_an_end(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("wait", "reel", "--timeout", "100ms") == 124
    assert capsys.readouterr().err == "spotreel: reel has not ended after 0.1 s; it goes on\n"
    assert run("wait", "reel", "--timeout", "5") == 64
    assert "--timeout 5: '5' is not a duration" in capsys.readouterr().err


def test_ctrl_c_leaves_the_job(server: ApiServer, tmp_path: Path) -> None:
    file = str(server.kubeconfig(tmp_path, namespace="media"))
    command = [sys.executable, "-m", "job_runner.cli.main", "wait", "reel", "--kubeconfig", file]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, "CI": "1"})
    while not any("watch" in path for _, path, _ in server.asked):
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 75
    assert said == "spotreel: stopped looking; reel goes on: spotreel wait reel -n media shows it again\n"
    assert {method for method, _, _ in server.asked} == {"GET"}


def test_cancel_says_what_it_leaves(server: ApiServer, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("cancel", "reel") == 0 and not server.objects
    assert capsys.readouterr().out == "reel is deleted; 19 finished segments stay in its workspace\n"
    server.objects["reel"] = succeeded().body
    assert run("cancel", "reel") == 0
    assert capsys.readouterr().out == f"reel is deleted; what it has made stays: {OUTPUT['uri']}\n"
    server.objects["reel"] = videojob()
    assert run("cancel", "reel") == 0 and capsys.readouterr().out == "reel is deleted\n"


def test_logs_without_a_runner(server: ApiServer, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    server.objects["reel"] = videojob(message="no node")
    assert run("logs", "reel") == 66
    assert capsys.readouterr().err == "spotreel: reel has had no runner yet (Pending): no node\n"
    server.objects["reel"] = running().body
    assert run("logs", "reel", "--attempt", "0-9") == 66
    assert capsys.readouterr().err == "spotreel: reel has no attempt 0-9; the latest are 0-1, 0-2\n"


def test_rerun(server: ApiServer, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("rerun", "reel") == 0
    assert capsys.readouterr().out == "submitted  reel-2; spotreel wait reel-2 -n media follows it\n"
    assert server.objects["reel-2"]["spec"]["outputs"] == [{"uri": "s3://media/out/reel-2.mp4"}]
    assert run("rerun", "reel") == 0 and "submitted  reel-3;" in capsys.readouterr().out
    assert run("rerun", "reel", "--name", "reel-2") == 0
    assert capsys.readouterr().out == "reel-2 is there already, and is such a copy: Pending\n"
    server.watches = [[failed().body]]
    assert run("rerun", "reel", "--name", "other", "--wait") == 66


def test_suspend(server: ApiServer, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("suspend", "reel") == 0 and server.objects["reel"]["spec"]["suspend"] is True
    assert capsys.readouterr().out == "reel is to stop; spotreel unsuspend reel lets it go on\n"
    assert run("unsuspend", "reel") == 0 and server.objects["reel"]["spec"]["suspend"] is False
    assert capsys.readouterr().out == "reel goes on: spotreel wait reel -n media shows it\n"
    server.objects["reel"] = succeeded().body
    assert run("suspend", "reel") == 0
    assert capsys.readouterr().out == "reel has ended already (Succeeded)\n"
