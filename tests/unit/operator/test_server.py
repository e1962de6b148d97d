"""What a port that is open to everybody puts up with."""

import asyncio
import ssl
from pathlib import Path

import pytest
from aiohttp import web

from spotreel_operator.app import server
from spotreel_operator.app.connections import Connections
from spotreel_operator.app.server import Answer, Listener
from tests.testbed.https import self_signed
from tests.unit.operator.web import session


async def hello(_: web.BaseRequest) -> web.Response:
    return web.Response(text="hello")


async def started(connections: Connections, answer: Answer = hello, context: ssl.SSLContext | None = None) -> Listener:
    made = Listener(answer, connections, lambda: context)
    await made.start("127.0.0.1", 0)
    return made


async def is_closed(reader: asyncio.StreamReader) -> bool:
    try:
        return await reader.read() == b""
    except ConnectionError:
        return True


async def answered(listener: Listener, client: str = "127.0.0.1") -> str:
    async with session(client) as made, made.get(f"http://127.0.0.1:{listener.port}/") as answer:
        return await answer.text()


async def test_headers_that_never_end_are_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """A byte now and then does not prolong it."""
    monkeypatch.setattr(server, "KEEP_ALIVE_SECONDS", 0.3)
    connections = Connections(10, 10)
    listener = await started(connections)
    reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
    writer.write(b"GET / HTTP/1.1\r\nX: ")
    closed = asyncio.create_task(is_closed(reader))
    while not closed.done():
        writer.write(b"x")
        await asyncio.sleep(0.05)
    assert closed.result()
    writer.close()
    while len(connections):
        await asyncio.sleep(0.01)
    await listener.stop()


async def test_who_says_nothing_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "KEEP_ALIVE_SECONDS", 0.2)
    listener = await started(Connections(10, 10))
    reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
    assert await is_closed(reader)
    writer.close()
    await listener.stop()


async def test_a_handshake_that_never_ends_is_cut_off(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(server, "HANDSHAKE_SECONDS", 0.2)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "c.pem", self_signed(tmp_path / "c.pem", tmp_path / "k.pem"))
    connections = Connections(10, 10)
    listener = await started(connections, context=context)
    reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
    while not len(connections):
        await asyncio.sleep(0.01)
    assert await is_closed(reader), "it counted from the first moment"
    writer.close()
    while len(connections):
        await asyncio.sleep(0.01)
    await listener.stop()


async def test_idle_connections_of_one_client_leave_room_for_others() -> None:
    connections = Connections(limit=20, per_client=10)
    listener = await started(connections)
    kept = [await asyncio.open_connection("127.0.0.1", listener.port, local_addr=("127.0.0.9", 0)) for _ in range(15)]
    for reader, _ in kept[10:]:
        assert await is_closed(reader), "over the limit of one client"
    more = [await asyncio.open_connection("127.0.0.1", listener.port, local_addr=("127.0.0.8", 0)) for _ in range(10)]
    assert await answered(listener, "127.0.0.2") == "hello", "although all places were taken"
    assert len(connections) >= 19
    for _, writer in kept + more:
        writer.close()
    await listener.stop()


async def test_errors_are_bare_and_do_not_fill_the_log(caplog: pytest.LogCaptureFixture) -> None:
    listener = await started(Connections(100, 100))
    for odd in (b"\x16\x03\x01\x02\x00\x01secret", b"GET / HTTP/1.1\r\nsecret\r\n\r\n", b"GET /" + b"s" * 10_000):
        reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        writer.write(odd + b"\r\n\r\n")
        answer = await reader.read()
        assert b" 400 " in answer.splitlines()[0] and b"secret" not in answer and b"sss" not in answer
        writer.close()
    assert not caplog.records
    await listener.stop()


async def test_a_fault_of_ours_is_logged_and_not_shown(caplog: pytest.LogCaptureFixture) -> None:
    async def broken(_: web.BaseRequest) -> web.Response:
        raise ValueError("inner matters")

    listener = await started(Connections(10, 10), broken)
    assert await answered(listener) == ""
    assert "inner matters" in caplog.text
    await listener.stop()


async def test_many_headers_are_refused() -> None:
    listener = await started(Connections(10, 10))
    reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
    writer.write(b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(200)) + b"\r\n")
    assert b" 400 " in await reader.readline()
    writer.close()
    await listener.stop()


async def test_it_stops_with_a_request_in_hand() -> None:
    began = asyncio.Event()

    async def endless(_: web.BaseRequest) -> web.Response:
        began.set()
        await asyncio.Event().wait()
        raise AssertionError

    listener = await started(Connections(10, 10), endless)
    reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    await began.wait()
    await listener.stop(0.05)
    assert await is_closed(reader)
    writer.close()
