"""Each of gRPC's codes is one of ours, and its words are clean."""

import pytest
from grpc import StatusCode

from job_runner.engines.remote.address import address
from job_runner.engines.remote.failures import Asked, ModelFailed
from job_runner.errors import AccessDenied, ConfigInvalid, EngineUnreachable, InputInvalid, RunnerError, SpecInvalid

PLAIN = Asked(address("grpc://triton:8001"), "detector version 3")
TLS = Asked(address("grpcs://triton:8001"), "detector")

KINDS: dict[StatusCode, type[RunnerError]] = {
    StatusCode.UNAVAILABLE: EngineUnreachable,
    StatusCode.DEADLINE_EXCEEDED: EngineUnreachable,
    StatusCode.RESOURCE_EXHAUSTED: EngineUnreachable,
    StatusCode.ABORTED: EngineUnreachable,
    StatusCode.CANCELLED: EngineUnreachable,
    StatusCode.UNAUTHENTICATED: AccessDenied,
    StatusCode.PERMISSION_DENIED: AccessDenied,
    StatusCode.NOT_FOUND: SpecInvalid,
    StatusCode.UNIMPLEMENTED: SpecInvalid,
    StatusCode.INVALID_ARGUMENT: InputInvalid,
    StatusCode.FAILED_PRECONDITION: InputInvalid,
    StatusCode.OUT_OF_RANGE: InputInvalid,
    StatusCode.INTERNAL: ModelFailed,
    StatusCode.UNKNOWN: ModelFailed,
    StatusCode.DATA_LOSS: ModelFailed,
    StatusCode.ALREADY_EXISTS: ModelFailed,
}


@pytest.mark.parametrize("code", [code for code in StatusCode if code is not StatusCode.OK])
def test_every_code(code: StatusCode) -> None:
    found = PLAIN.failure(code, "because", 60)
    assert type(found) is KINDS[code]
    assert "grpc://triton:8001" in str(found) and f"({code.name}: because)" in str(found)


def test_words_of_a_server_are_cleaned_and_cut() -> None:
    found = str(PLAIN.failure(StatusCode.INTERNAL, "\x1b[2Jgone\nwrong " + "x" * 10_000, 60))
    assert "(INTERNAL: gone wrong xxx" in found and "\x1b" not in found and len(found) < 500


def test_how_long_it_was_waited_for() -> None:
    assert "does not answer within 60 s (DEADLINE_EXCEEDED)" in str(PLAIN.failure(StatusCode.DEADLINE_EXCEEDED, "", 60))


def test_too_large_is_not_tried_again() -> None:
    found = PLAIN.failure(StatusCode.RESOURCE_EXHAUSTED, "Received message larger than max (9 vs. 8)", 60)
    assert type(found) is InputInvalid and "use a smaller --batch" in str(found)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED: self signed", "authority that is not trusted"),
        ("UNAUTHENTICATED: Hostname Verification Check failed.", "a certificate for another name"),
        ("OPENSSL_internal:WRONG_VERSION_NUMBER: Invalid", "does not speak TLS; write grpc://"),
    ],
)
def test_what_is_wrong_with_tls(said: str, words: str) -> None:
    found = TLS.failure(StatusCode.UNAVAILABLE, said, 60)
    assert type(found) is ConfigInvalid and words in str(found)
    assert type(PLAIN.failure(StatusCode.UNAVAILABLE, said, 60)) is EngineUnreachable


def test_a_hint_for_who_forgot_tls() -> None:
    said = "last error: UNAVAILABLE: ipv4:127.0.0.1:1: Socket closed"
    assert str(PLAIN.failure(StatusCode.UNAVAILABLE, said, 60)).endswith("; if it wants TLS, write grpcs://")
    assert "grpcs://;" not in str(TLS.failure(StatusCode.UNAVAILABLE, said, 60))
