"""A model elsewhere, on a server that stands in: order, versions, whims, and answers that no server should give."""

import threading
from collections import Counter
from typing import Any

import grpc
import numpy as np
import pytest

from job_runner.engines.inspection import Form
from job_runner.engines.remote import remote_model
from job_runner.engines.remote.connect import Engine, connected
from job_runner.engines.remote.protocol_pb2 import ModelMetadataResponse, ModelReadyResponse
from job_runner.engines.remote.remote_model import RemoteModel
from job_runner.errors import (
    AccessDenied,
    EngineUnreachable,
    InputChanged,
    InputInvalid,
    RunnerError,
    SpecInvalid,
)
from tests.unit.runner.engines.remote.stand_in import (
    ROWS,
    Method,
    always,
    answered,
    described,
    model_asked,
    refused,
    stand_in,
)

UNAVAILABLE = refused(grpc.StatusCode.UNAVAILABLE, "away")
PICTURES = {"images": np.zeros((1, 3, 128, 192), np.float32)}


def engine(url: str, **more: Any) -> Engine:
    return Engine(url, **{"model": "detector", "first": 0.5, "later": 3, **more})


def outcome(infer: Method, calls: int = 1, **more: Any) -> RemoteModel:
    """After so many calls, one after the other."""
    with stand_in(ModelInfer=infer) as url, connected(engine(url, **more), lambda: None) as model:
        for _ in range(calls):
            model.run(PICTURES)
        return model


def error(infer: Method, kind: type[RunnerError], calls: int = 1, **more: Any) -> str:
    with pytest.raises(kind) as caught:
        outcome(infer, calls, **more)
    return str(caught.value)


def by_turns(*methods: Method) -> Method:
    """The first one for the first call, and so on; the last one for all that follow."""
    count, lock = Counter[str](), threading.Lock()

    def answer(request: bytes, context: grpc.ServicerContext) -> bytes:
        with lock:
            count["calls"] += 1
        return methods[min(count["calls"], len(methods)) - 1](request, context)

    return answer


def test_what_it_is_and_what_it_gives() -> None:
    with stand_in() as url, connected(engine(url), lambda: None) as model:
        assert (model.runtime(), model.platform, model.version, model.at_once) == ("stand-in 1", "stand-in", None, 4)
        signature, picture = model.tried(Form("detector"))
        assert (signature.outputs[0].shape, picture.size, model.version) == ((1, 1, 6), (192, 128), "1")
        assert np.array_equal(model.run(PICTURES)[0], ROWS)


def test_calls_are_under_way_together_and_each_answer_is_that_of_its_call() -> None:
    together = threading.Barrier(8)

    def echo(request: bytes, context: grpc.ServicerContext) -> bytes:
        first = np.frombuffer(model_asked(request).raw_input_contents[0], np.float32)[0]
        together.wait(30)
        return answered(np.full((1, 1, 6), first, np.float32)).SerializeToString()

    with stand_in(ModelInfer=echo) as url, connected(engine(url, at_once=8), lambda: None) as model:
        begun = [model.start({"images": np.full((1, 3, 128, 192), n, np.float32)}) for n in range(8)]
        assert [answer()[0][0, 0, 0] for answer in begun] == list(range(8))


def test_an_engine_that_is_away_for_a_moment() -> None:
    outcome(by_turns(UNAVAILABLE, refused(grpc.StatusCode.RESOURCE_EXHAUSTED, "queue"), always(answered())))


def test_a_whim_of_the_model_and_one_that_is_none() -> None:
    failing = refused(grpc.StatusCode.INTERNAL, "out of memory\n at 0x7f")
    outcome(by_turns(failing, always(answered())))
    said = error(failing, InputInvalid)
    assert said.endswith(", model detector failed (INTERNAL: out of memory at 0x7f)")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (grpc.StatusCode.NOT_FOUND, SpecInvalid), (grpc.StatusCode.INVALID_ARGUMENT, InputInvalid),
        (grpc.StatusCode.PERMISSION_DENIED, AccessDenied), (grpc.StatusCode.UNAUTHENTICATED, AccessDenied),
    ],
)  # fmt: skip
def test_what_is_refused_is_not_tried_again(code: grpc.StatusCode, kind: type[RunnerError]) -> None:
    assert f"({code.name}: no)" in error(by_turns(refused(code, "no"), always(answered())), kind)


def test_a_version_that_changes() -> None:
    changing = by_turns(always(answered()), always(answered(version="2")))
    said = error(changing, InputChanged, calls=2)
    assert "version 1 has answered so far, now it is 2; name the version" in said
    said = error(always(answered(version="2")), SpecInvalid, version="1")
    assert "model detector version 1: version 2 has answered; name that one, or none" in said
    assert outcome(always(answered(version="")), calls=2, version="1").version == ""


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (always(b"\xff\xff\xff"), "answers ModelInfer with what is no message of the protocol"),
        (always(answered(ROWS[:, :, :5], shape=[1, 1, 6])), "its output found came with 20 bytes"),
        (always(answered(np.zeros((1, 2, 6), np.float32))), r"its output found came as found float32 \(1, 2, 6\)"),
        (always(b""), "its answer lacks the output found"),
    ],
)
def test_rubbish(answer: Method, said: str) -> None:
    with pytest.raises(InputInvalid, match=said):
        outcome(answer)


def test_an_answer_that_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("job_runner.engines.remote.channel._OPTIONS", (("grpc.max_receive_message_length", 100_000),))
    said = error(always(answered(np.zeros((1, 100_000, 6), np.float32))), InputInvalid)
    assert "a message is too large (RESOURCE_EXHAUSTED: " in said and "larger than max (2" in said


def test_a_call_that_is_too_large_for_its_server() -> None:
    with (
        stand_in(100_000) as url,
        connected(engine(url), lambda: None) as model,
        pytest.raises(InputInvalid, match=r"a message is too large .* use a smaller --batch"),
    ):
        model.run(PICTURES)


def test_one_that_is_being_loaded_is_waited_for() -> None:
    ready = by_turns(*2 * [always(ModelReadyResponse(ready=False))], always(ModelReadyResponse(ready=True)))
    with stand_in(ModelReady=ready) as url, connected(engine(url), lambda: None) as model:
        assert model.signature.outputs
    never = always(ModelReadyResponse(ready=False))
    with (
        stand_in(ModelReady=never) as url,
        pytest.raises(EngineUnreachable, match="model detector is not ready"),
        connected(engine(url, later=0.5), lambda: None),
    ):
        pass


def test_one_that_tells_nothing_of_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    unknown = refused(grpc.StatusCode.UNIMPLEMENTED)
    with stand_in(ServerMetadata=unknown) as url, connected(engine(url), lambda: None) as model:
        assert model.runtime() == ""
    with (
        stand_in(ModelMetadata=always(ModelMetadataResponse())) as url,
        pytest.raises(InputInvalid, match="its server does not tell what it takes"),
        connected(engine(url), lambda: None),
    ):
        pass


def test_what_is_said_of_itself_is_cleaned() -> None:
    told = always(described(platform="\x1b[2J" + "x" * 100))
    with stand_in(ModelMetadata=told) as url, connected(engine(url), lambda: None) as model:
        assert len(model.platform.encode()) <= remote_model.WORD_BYTES and "\x1b" not in model.platform
