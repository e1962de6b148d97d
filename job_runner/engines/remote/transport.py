"""Calls to one engine: begun, waited for, tried again, and left when a stop is asked for."""

from collections.abc import Callable
from typing import TypeVar

import grpc
from google.protobuf.message import DecodeError, Message

from job_runner.engines.remote.again import POLL_SECONDS, Again, Patience
from job_runner.engines.remote.channel import MOST_BYTES
from job_runner.engines.remote.failures import Asked
from job_runner.engines.remote.headers import Headers
from job_runner.engines.remote.protocol_pb2 import DESCRIPTOR
from job_runner.errors import InputInvalid

SERVICE = DESCRIPTOR.services_by_name["GRPCInferenceService"].full_name

M = TypeVar("M", bound=Message)


class Calls:
    """Over one channel. `headers` gives what goes beside each call; `stop_here` may raise."""

    def __init__(
        self, channel: grpc.Channel, asked: Asked, patience: Patience,
        headers: Callable[[], Headers], stop_here: Callable[[], None],
    ) -> None:  # fmt: skip
        self.asked, self.again = asked, Again(patience, stop_here)
        self._channel, self._headers, self._stop_here = channel, headers, stop_here

    def once(self, method: str, request: Message, kind: type[M], seconds: float) -> M:
        """The answer to a call that may take so many seconds. Raises RunnerError."""
        return self._answer(method, self._begun(method, self._bytes(request), seconds), kind, seconds)

    def start(self, method: str, request: Message, kind: type[M], seconds: float) -> Callable[[], M]:
        """Begins a call. What it gives waits for the answer, and calls again where that may help."""
        data = self._bytes(request)
        begun = [self._begun(method, data, seconds)]

        def attempt() -> M:
            future = begun.pop() if begun else self._begun(method, data, seconds)
            return self._answer(method, future, kind, seconds)

        return lambda: self.again(attempt)

    def _bytes(self, request: Message) -> bytes:
        size = request.ByteSize()
        if size > MOST_BYTES:
            raise InputInvalid(
                f"model {self.asked.model}: a call has {size:,} bytes, of which at most {MOST_BYTES:,} are sent; use a "
                "smaller --batch"
            )
        return request.SerializeToString()

    def _begun(self, method: str, data: bytes, seconds: float) -> "grpc.Future[bytes]":
        call = self._channel.unary_unary(f"/{SERVICE}/{method}", _same, _same)
        return call.future(data, timeout=seconds, metadata=self._headers())

    def _answer(self, method: str, future: "grpc.Future[bytes]", kind: type[M], seconds: float) -> M:
        data = self._waited(future, seconds)
        self.again.reached = True
        try:
            return kind.FromString(data)
        except DecodeError as error:
            raise InputInvalid(
                f"engine {self.asked.engine.url} answers {method} with what is no message of the protocol; is it an "
                "inference server (Open Inference Protocol v2)?"
            ) from error

    def _waited(self, future: "grpc.Future[bytes]", seconds: float) -> bytes:
        while True:
            try:
                return future.result(POLL_SECONDS)
            except grpc.FutureTimeoutError:
                self._stop_here()
            except grpc.FutureCancelledError as error:
                raise self.asked.failure(grpc.StatusCode.CANCELLED, "", seconds) from error
            except grpc.RpcError as error:
                raise self.asked.failure(error.code(), error.details() or "", seconds) from error


def _same(data: bytes) -> bytes:
    return data
