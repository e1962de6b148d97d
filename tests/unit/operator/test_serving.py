"""The HTTP side as a whole, in its thread, while the main loop is busy."""

import asyncio
import resource
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from spotreel_operator.app.http_settings import HttpSettings
from spotreel_operator.app.inbox import Inbox
from spotreel_operator.app.metrics import Metrics
from spotreel_operator.app.probes import Heartbeat
from spotreel_operator.app.serving import _allow_files, serving
from spotreel_operator.app.thread import LoopThread
from spotreel_operator.runtime.cache import Cache, Key
from spotreel_operator.runtime.reports import Reports
from tests.testbed.processes import free_port
from tests.unit.operator.web import FakeApi, add_runner, report_of, token
from videojob_api.config import ConfigError


class ClosingApi(FakeApi):
    closed = False

    async def close(self) -> None:
        self.closed = True


class Process:
    """What the operator's process has of it."""

    def __init__(self) -> None:
        self.api, self.cache, self.metrics, self.reports = ClosingApi(), Cache(lambda _: None), Metrics(), Reports()
        self.changed: list[Key] = []
        self.settings = HttpSettings("127.0.0.1", free_port(), free_port())
        self.heartbeat = Heartbeat(lambda: None, lambda: None, lambda: True)
        add_runner(self.cache, "pod-1")
        self.token = token("pod-1")
        self.api.pods[self.token] = "pod-1"

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Process"]:
        inbox = Inbox(asyncio.get_running_loop(), self.reports, self.changed.append)
        api: Any = self.api
        thread = LoopThread(
            "http",
            lambda: serving(self.settings, lambda: api, self.cache, inbox.take, self.metrics, self.heartbeat),
        )
        await thread.start()
        yield self
        await thread.stop()

    def ask(self, port: int, path: str, body: bytes | None = None) -> tuple[int, str]:
        """Blocks the caller's thread, which is the main loop's."""
        headers = {"Authorization": f"Bearer {self.token}"} if body else {}
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data=body, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


async def test_all_is_answered_while_the_main_loop_stands_still() -> None:
    """These questions are asked by the main loop's own thread, so it cannot turn meanwhile."""
    process = Process()
    async with process.running():
        assert process.ask(process.settings.port, "/v1/progress", report_of("reel-0-1")) == (204, "")
        assert process.ask(process.settings.probe_port, "/readyz") == (200, "ok")
        process.heartbeat._clock = lambda: time.monotonic() + 100
        for path in ("/healthz", "/readyz"):
            assert process.ask(process.settings.probe_port, path) == (503, "the main loop has stood still for 100 s")
        status, text = process.ask(process.settings.port, "/metrics")
        assert status == 200 and 'spotreel_token_reviews_total{result="good"} 1.0' in text
        assert process.changed == []
        await asyncio.sleep(0.01)
        assert process.changed == [("ns", "reel")] and process.reports.of("ns", "reel-0-1")
    assert process.api.closed


async def test_probes_are_not_on_the_port_of_reports() -> None:
    process = Process()
    async with process.running():
        assert process.ask(process.settings.port, "/healthz")[0] == 404
        assert process.ask(process.settings.probe_port, "/metrics")[0] == 404


async def test_a_certificate_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    process = Process()
    missing = tmp_path / "tls.crt"
    process.settings = replace(process.settings, certificate=missing, key=missing)
    with pytest.raises(ConfigError, match=r"tls\.crt"):
        async with process.running():
            raise AssertionError


async def test_a_port_that_is_taken_is_told() -> None:
    process = Process()
    async with process.running():
        with pytest.raises(OSError, match="in use"):
            async with process.running():
                raise AssertionError


def test_files_are_allowed_for_every_connection() -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(256, before[0]), before[1]))
        _allow_files(600)
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == 600
        _allow_files(300)
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == 600
        _allow_files(10**9)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
