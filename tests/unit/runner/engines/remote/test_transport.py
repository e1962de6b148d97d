"""Calls to an engine: begun at once, tried again where that may help, and left when a stop is asked for."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc
import pytest

from job_runner.engines.remote import transport
from job_runner.engines.remote.address import address
from job_runner.engines.remote.again import Patience
from job_runner.engines.remote.channel import channel
from job_runner.engines.remote.failures import Asked
from job_runner.engines.remote.headers import Headers, read_headers
from job_runner.engines.remote.protocol_pb2 import ModelInferRequest, ServerMetadataRequest, ServerMetadataResponse
from job_runner.engines.remote.transport import Calls
from job_runner.errors import Disrupted, EngineUnreachable, InputInvalid
from tests.unit.runner.engines.remote.stand_in import Method, always, refused, stand_in

NAMED = ServerMetadataResponse(name="stand-in", version="1")
PATIENCE = 60
"""Seconds after which what must come has failed to; nothing waits for as long."""


def nothing() -> None:
    """Nobody asks to stop."""


@contextmanager
def calls(
    answer: Method, headers: Callable[[], Headers] = lambda: (), stop_here: Callable[[], None] = nothing
) -> Iterator[Calls]:
    with stand_in(ServerMetadata=answer) as url, channel(address(url), None) as opened:
        yield Calls(opened, Asked(address(url), "detector"), Patience(5, 5), headers, stop_here)


def once(made: Calls, seconds: float = PATIENCE) -> ServerMetadataResponse:
    return made.once("ServerMetadata", ServerMetadataRequest(), ServerMetadataResponse, seconds)


def start(made: Calls) -> Callable[[], ServerMetadataResponse]:
    return made.start("ServerMetadata", ServerMetadataRequest(), ServerMetadataResponse, PATIENCE)


class Away:
    """Refuses the first call, answers those that follow."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, request: bytes, context: grpc.ServicerContext) -> bytes:
        self.asked += 1
        method = refused(grpc.StatusCode.UNAVAILABLE, "away") if self.asked == 1 else always(NAMED)
        return method(request, context)


def test_one_call_is_one_try() -> None:
    away = Away()
    with calls(away) as made:
        with pytest.raises(EngineUnreachable, match="away"):
            once(made)
        assert not made.again.reached
        assert once(made) == NAMED and made.again.reached and away.asked == 2


def test_what_is_started_is_tried_again() -> None:
    away = Away()
    with calls(away) as made:
        assert start(made)() == NAMED and away.asked == 2


def test_what_is_started_is_under_way_before_its_answer_is_asked_for() -> None:
    asked = threading.Event()

    def hear(request: bytes, context: grpc.ServicerContext) -> bytes:
        asked.set()
        return NAMED.SerializeToString()

    with calls(hear) as made:
        answer = start(made)
        assert asked.wait(PATIENCE)
        assert answer() == NAMED


def test_what_is_no_message_of_the_protocol() -> None:
    with (
        calls(always(b"\xff\xff\xff")) as made,
        pytest.raises(InputInvalid, match="answers ServerMetadata with what is no message of the protocol; is it an"),
    ):
        once(made)


def test_a_call_that_is_too_large_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "MOST_BYTES", 100)
    with (
        calls(always(NAMED)) as made,
        pytest.raises(InputInvalid, match=r"^model detector: a call has 1,\d{3} bytes, .*; use a smaller --batch$"),
    ):
        made.once("ModelInfer", ModelInferRequest(model_name="x" * 1000), ServerMetadataResponse, PATIENCE)


class Hanging:
    """Answers no call before it is over."""

    def __init__(self) -> None:
        self.asked, self.over = threading.Event(), threading.Event()

    def __call__(self, request: bytes, context: grpc.ServicerContext) -> bytes:
        self.asked.set()
        self.over.wait(PATIENCE)
        return b""


def test_an_answer_that_does_not_come_in_time() -> None:
    hanging = Hanging()
    with calls(hanging) as made:
        try:
            with pytest.raises(EngineUnreachable, match=r"does not answer within 0\.2 s"):
                once(made, 0.2)
        finally:
            hanging.over.set()


def test_a_stop_is_heard_while_an_answer_is_waited_for() -> None:
    hanging = Hanging()

    def stop() -> None:
        if hanging.asked.is_set():
            raise Disrupted("stopped")

    with calls(hanging, stop_here=stop) as made:
        try:
            with pytest.raises(Disrupted):
                once(made)
        finally:
            hanging.over.set()


def test_headers_are_read_for_each_call(tmp_path: Path) -> None:
    file, seen = tmp_path / "headers", list[object]()

    def see(request: bytes, context: grpc.ServicerContext) -> bytes:
        seen.append(dict(context.invocation_metadata())["authorization"])
        return NAMED.SerializeToString()

    with calls(see, headers=lambda: read_headers(file, address("grpc://127.0.0.1:1"))) as made:
        for token in ("first", "second"):
            file.write_text(f"authorization: Bearer {token}\n")
            once(made)
    assert seen == ["Bearer first", "Bearer second"]
