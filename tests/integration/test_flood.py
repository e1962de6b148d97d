"""A neighbour floods the port of reports with forged tokens and half requests while a job runs: nobody notices."""

import asyncio
import re
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import aiohttp

from spotreel_operator.app.http import STRANGERS_AT_ONCE, STRANGERS_PER_SECOND
from tests.testbed.processes import Child
from tests.testbed.world import World
from tests.unit.operator.web import report_of, session, token

Object = dict[str, Any]
NAMESPACE = "flood"
CROWD = ("127.0.0.8", "127.0.0.9")
AT_ONCE, HALF_OPEN = 30, 60


class Flood:
    """From two addresses: tokens that only the API server can tell from good ones, and headers that never end."""

    def __init__(self, port: int, pod: str) -> None:
        self._port, self._pod, self._ended = port, pod, threading.Event()
        self.codes: Counter[int] = Counter()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._all()), daemon=True)

    def __enter__(self) -> "Flood":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    async def _all(self) -> None:
        held = [await self._half_open(address) for address in CROWD for _ in range(HALF_OPEN)]
        await asyncio.gather(*(self._forge(address, n) for address in CROWD for n in range(AT_ONCE)))
        for writer in held:
            writer.close()

    async def _half_open(self, address: str) -> asyncio.StreamWriter:
        _, writer = await asyncio.open_connection("127.0.0.1", self._port, local_addr=(address, 0))
        writer.write(b"POST /v1/progress HTTP/1.1\r\nX: ")
        return writer

    async def _forge(self, address: str, number: int) -> None:
        url, count = f"http://127.0.0.1:{self._port}/v1/progress", 0
        async with session(address) as client:
            while not self._ended.is_set():
                forged = token(self._pod, signature=f"forged{number}-{count}")
                count += 1
                try:
                    headers = {"Authorization": f"Bearer {forged}"}
                    async with client.post(url, data=report_of("x"), headers=headers) as answer:
                        self.codes[answer.status] += 1
                except (aiohttp.ClientError, OSError):
                    self.codes[0] += 1


def flag(operator: Child, name: str) -> str:
    return next(a for a in operator.command if a.startswith(f"--{name}=")).split("=", 1)[1]


def fetched(port: str, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
        return str(answer.read().decode())


@contextmanager
def watched(question: Callable[[], str]) -> Iterator[list[str]]:
    """All answers of a time, errors among them."""
    answers, ended = list[str](), threading.Event()

    def ask() -> None:
        while not ended.wait(0.2):
            try:
                answers.append(question())
            except OSError as error:
                answers.append(str(error))

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    try:
        yield answers
    finally:
        ended.set()
        thread.join()


def count(metrics: str, name: str) -> float:
    return sum(float(value) for value in re.findall(rf"^spotreel_{name}(?:{{.*}})? (\S+)$", metrics, re.MULTILINE))


def test_a_flood_harms_neither_lease_nor_job(world: World, videojob: Callable[..., Object], name: str) -> None:
    world.make_namespace(NAMESPACE)
    with world.operating(NAMESPACE, "flooded") as operator:
        world.apply(videojob(), NAMESPACE)
        world.wait_for(lambda: world.status(name, NAMESPACE).get("progress", {}).get("segments"), 60)
        pod = world.items("pods", NAMESPACE)[0]["metadata"]["uid"]
        port, probes = flag(operator, "listen-port"), flag(operator, "probe-port")
        lease = world.get("lease", "flooded", NAMESPACE)["spec"]
        began = time.monotonic()
        with Flood(int(port), pod) as flood, watched(lambda: fetched(probes, "/readyz")) as ready:
            status = world.wait_finished(name, NAMESPACE)
        metrics, lasted = "", time.monotonic() - began
        with suppress(OSError):
            metrics = fetched(port, "/metrics")
        after = world.get("lease", "flooded", NAMESPACE)["spec"]
        assert status["phase"] == "Succeeded" and status["counts"]["attempts"] == 1, status
        assert status["attempts"][0]["verdict"] == "Succeeded"
        assert after["holderIdentity"] == lease["holderIdentity"] and after["acquireTime"] == lease["acquireTime"]
        assert operator.process.poll() is None
    assert ready and set(ready) == {"ok"}
    assert sum(flood.codes.values()) > 500 and set(flood.codes) <= {0, 403, 429}, flood.codes
    assert 0 < count(metrics, "token_reviews_total") <= 2 * (STRANGERS_AT_ONCE + STRANGERS_PER_SECOND * lasted) + 10
