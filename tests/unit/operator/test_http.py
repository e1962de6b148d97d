"""Reports and metrics over a real socket, with an API server that counts what it is asked."""

import asyncio
import time
from collections import Counter

import aiohttp
import pytest

from spotreel_operator.app import http
from spotreel_operator.app.http import STRANGERS_AT_ONCE
from spotreel_operator.runtime.api import ApiError
from tests.unit.operator.web import Side, listening, report_of, session, token
from videojob_api.names import MAX_REPORT_BYTES


async def test_a_report_is_handed_over() -> None:
    async with listening(Side()) as side:
        assert await side.post(side.runner("pod-1")) == 204
        sender, report = side.taken[0]
        assert (sender.namespace, sender.videojob, report.attempt) == ("ns", "reel", "reel-0-1")


async def test_refusals_have_their_status() -> None:
    async with listening(Side()) as side:
        good = side.runner("pod-1")
        assert await side.post(None) == 401
        assert await side.post("nonsense") == 403
        assert await side.post(token("pod-1", signature="forged")) == 403
        assert await side.post(token("pod-2")) == 503, "a pod that is not in the cache yet"
        assert await side.post(good, b"{}") == 400
        assert await side.post(good, report_of("reel-0-2")) == 400, "another attempt's"
        assert await side.post(good, b" " * (MAX_REPORT_BYTES + 1)) == 413
        assert (await side.get("/"))[0] == (await side.get("/v1/progress"))[0] == 404
        side.full = True
        assert await side.post(good) == 503
        side.problem = "not the leader"
        side.heartbeat._state = side.heartbeat._look()
        assert await side.post(good) == 503
        assert side.taken == []


async def test_a_body_of_unknown_length_is_bounded_too() -> None:
    async def endless() -> object:
        for _ in range(100):
            yield b" " * 10_000

    async with listening(Side()) as side, session("127.0.0.1") as client:
        headers = {"Authorization": f"Bearer {side.runner('pod-1')}"}
        async with client.post(f"{side.url}/v1/progress", data=endless(), headers=headers) as answer:
            assert answer.status == 413


async def test_compressed_bodies_are_not_unpacked() -> None:
    async with listening(Side()) as side, session("127.0.0.1") as client:
        headers = {"Authorization": f"Bearer {side.runner('pod-1')}"}
        url, body = f"{side.url}/v1/progress", report_of("reel-0-1")
        async with client.post(url, data=body, headers=headers, compress=True) as answer:
            assert answer.status == 400


async def test_1500_junk_tokens_from_one_client() -> None:
    """Each is well formed and names a pod of ours. Most are turned away before anybody asks the API server."""
    async with listening(Side()) as side:
        side.runner("pod-1")
        forged = [token("pod-1", signature=f"forged{n}") for n in range(1500)]
        codes, began = Counter[int](), time.monotonic()
        for batch in range(0, 1500, 100):
            codes.update(await asyncio.gather(*(_tried(side, one) for one in forged[batch : batch + 100])))
        at_most = STRANGERS_AT_ONCE + http.STRANGERS_PER_SECOND * (time.monotonic() - began)
        assert 0 < side.api.asked["tokenreviews"] <= at_most + 1
        assert set(codes) <= {0, 403, 429} and codes[403] <= at_most + 1


async def _tried(side: Side, told: str, client: str = "127.0.0.1") -> int:
    """0 where the connection itself was refused."""
    try:
        return await side.post(told, client=client)
    except aiohttp.ClientError:
        return 0


async def test_a_flood_leaves_others_answered() -> None:
    """One address asks without pause; a runner that is known, and one that has just started, are served."""
    async with listening(Side()) as side:
        known = side.runner("pod-1")
        assert await side.post(known, client="127.0.0.2") == 204
        ended = asyncio.Event()

        async def flood(n: int) -> None:
            count = 0
            while not ended.is_set():
                await _tried(side, token("pod-1", signature=f"forged{n}-{count}"), "127.0.0.9")
                count += 1

        crowd = [asyncio.create_task(flood(n)) for n in range(20)]
        while not side.metrics.reports.labels("429")._value.get():
            await asyncio.sleep(0.01)
        fresh = side.runner("pod-3", "reel-0-3")
        try:
            assert await side.post(known, client="127.0.0.2") == 204
            assert await side.post(fresh, report_of("reel-0-3"), client="127.0.0.3") == 204
        finally:
            ended.set()
            await asyncio.gather(*crowd)


async def test_a_known_token_may_not_flood_either() -> None:
    async with listening(Side()) as side:
        good = side.runner("pod-1")
        codes = [await side.post(good) for _ in range(60)]
        assert set(codes) == {204, 429} and codes[:10] == [204] * 10
        assert side.api.asked["tokenreviews"] == 1


async def test_when_to_come_again_is_said() -> None:
    async with listening(Side()) as side, session("127.0.0.1") as client:
        last = {}
        for _ in range(100):
            async with client.get(f"{side.url}/metrics") as answer:
                last[answer.status] = dict(answer.headers)
        assert set(last) == {200, 429} and int(last[429]["Retry-After"]) >= 1
        assert last[429]["Connection"] == "close"


async def test_trouble_at_the_api_server_is_503() -> None:
    async with listening(Side()) as side:
        good = side.runner("pod-1")
        side.api.trouble = ApiError(500, "InternalError", "")
        assert await side.post(good) == 503


async def test_a_slow_body_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "BODY_SECONDS", 0.2)
    async with listening(Side()) as side:
        reader, writer = await asyncio.open_connection("127.0.0.1", side.listener.port)
        head = f"POST /v1/progress HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {side.runner('pod-1')}\r\n"
        writer.write(f"{head}Content-Length: 1000\r\n\r\n{{".encode())
        assert (await reader.readline()).split()[1] == b"408"
        await reader.read()
        assert reader.at_eof()
        writer.close()


async def test_answers_repeat_nothing() -> None:
    mark = "canary"
    async with listening(Side(access=True)) as side:
        good, address = side.runner("pod-1"), ("127.0.0.1", side.listener.port)
        for request in (
            f"GET /{mark} HTTP/1.1\r\nHost: {mark}\r\n\r\n",
            f"{mark} / HTTP/9.9\r\n\r\n",
            f"GET / HTTP/1.1\r\n{mark}\x00: x\r\n\r\n",
            f"GET / HTTP/1.1\r\nX: {mark * 2000}\r\n\r\n",
            f"GET /metrics HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {mark}\r\n\r\n",
            f"POST /v1/progress HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {mark}.{mark}.{mark}\r\n\r\n",
            f"POST /v1/progress HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {good}\r\nContent-Length: 6\r\n\r\n{mark}",
            f"POST /v1/progress HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{mark}\r\n",
        ):
            reader, writer = await asyncio.open_connection(*address)
            writer.write(request.encode())
            answer = (await reader.read()).decode()
            assert answer.startswith(("HTTP/1.1 4", "HTTP/1.0 4")) and mark not in answer, answer
            writer.close()


async def test_metrics_for_whoever_may_read_them() -> None:
    async with listening(Side(access=True)) as side:
        side.api.users = {"prometheus": "system:serviceaccount:monitoring:prometheus", "other": "somebody"}
        side.api.readers = {"system:serviceaccount:monitoring:prometheus"}
        assert (await side.get("/metrics"))[0] == 401
        assert (await side.get("/metrics", "other"))[0] == (await side.get("/metrics", "junk"))[0] == 403
        for _ in range(5):
            status, text = await side.get("/metrics", "prometheus")
            assert status == 200 and "spotreel_progress_reports" in text
        assert side.api.asked == {"tokenreviews": 3, "subjectaccessreviews": 2}


async def test_metrics_are_open_unless_asked_otherwise() -> None:
    async with listening(Side()) as side:
        assert (await side.get("/metrics"))[0] == 200 and not side.api.asked
