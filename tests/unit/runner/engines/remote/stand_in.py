"""A server that stands in for one that answers wrongly, as no real one does when asked to."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import grpc
import numpy as np

from job_runner.engines.remote.protocol_pb2 import (
    ModelInferRequest,
    ModelInferResponse,
    ModelMetadataResponse,
    ModelReadyResponse,
    ServerMetadataResponse,
)
from job_runner.engines.remote.transport import SERVICE

Method = Callable[[bytes, grpc.ServicerContext], bytes]
ROWS = np.array([[[8, 16, 40, 48, 1, 0]]], np.float32)


def described(**more: Any) -> ModelMetadataResponse:
    """Of a detector with a batch of one, as `bright_model` is."""
    found = ModelMetadataResponse(name="detector", platform="stand-in")
    found.inputs.add(name="images", datatype="FP32", shape=[1, 3, 128, 192])
    found.outputs.add(name="found", datatype="FP32", shape=[1, 1, 6])
    found.MergeFrom(ModelMetadataResponse(**more))
    return found


def answered(rows: Any = ROWS, version: str = "1", **more: Any) -> ModelInferResponse:
    """Where the lamp is, or what a test has instead."""
    output = {"name": "found", "datatype": "FP32", "shape": rows.shape, **more}
    return ModelInferResponse(model_version=version, outputs=[output], raw_output_contents=[rows.tobytes()])


def refused(code: grpc.StatusCode, said: str = "") -> Method:
    """Answers with an error."""

    def answer(request: bytes, context: grpc.ServicerContext) -> bytes:
        context.abort(code, said)
        return b""

    return answer


def always(message: Any) -> Method:
    return lambda request, context: message.SerializeToString() if hasattr(message, "SerializeToString") else message


@contextmanager
def stand_in(most: int = -1, tls: grpc.ServerCredentials | None = None, **methods: Method) -> Iterator[str]:
    """The URL of a server with these methods; the others are those of one that is in order. `most`: bytes it takes."""
    usual = {
        "ServerMetadata": always(ServerMetadataResponse(name="stand-in", version="1")),
        "ModelReady": always(ModelReadyResponse(ready=True)),
        "ModelMetadata": always(described()),
        "ModelInfer": always(answered()),
    }
    server = grpc.server(ThreadPoolExecutor(8), options=[("grpc.max_receive_message_length", most)])
    server.add_generic_rpc_handlers((_handler({**usual, **methods}),))
    place = "127.0.0.1:0"
    port = server.add_secure_port(place, tls) if tls else server.add_insecure_port(place)
    server.start()
    try:
        yield f"{'grpcs' if tls else 'grpc'}://127.0.0.1:{port}"
    finally:
        server.stop(0).wait()


def _handler(methods: Mapping[str, Method]) -> grpc.GenericRpcHandler:
    handlers: dict[str, grpc.RpcMethodHandler[bytes, bytes]] = {}
    for name, method in methods.items():
        handlers[name] = grpc.unary_unary_rpc_method_handler(method)
    return grpc.method_handlers_generic_handler(SERVICE, handlers)


def model_asked(request: bytes) -> ModelInferRequest:
    return ModelInferRequest.FromString(request)
