"""Headers of a file: what is one, what is none, and that no value is ever shown."""

from pathlib import Path

import pytest

from job_runner.engines.remote.address import address
from job_runner.engines.remote.headers import read_headers
from job_runner.errors import ConfigInvalid

TLS, PLAIN, LOCAL = map(address, ("grpcs://triton:1", "grpc://triton:1", "grpc://127.0.0.1:1"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "headers"


def test_what_is_read(path: Path) -> None:
    path.write_text("Authorization:  Bearer a:b=\n\n x-tenant : films \n")
    assert read_headers(path, TLS) == (("authorization", "Bearer a:b="), ("x-tenant", "films"))
    path.write_text("")
    assert read_headers(path, TLS) == ()


def test_a_token_goes_to_no_other_machine_in_clear(path: Path) -> None:
    path.write_text("authorization: Bearer secret\n")
    assert read_headers(path, LOCAL)
    with pytest.raises(ConfigInvalid, match="authorization would be sent unencrypted to grpc://triton:1; use grpcs://"):
        read_headers(path, PLAIN)
    path.write_text("x-tenant: films\n")
    assert read_headers(path, PLAIN)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\nsecret\n", "line 2: is no header"),
        (": secret", "line 1: is no header"),
        ("a:", "line 1: is no header"),
        ("a: secret\x01", "line 1: is no header"),
        ("a b: secret", "line 1: is no header"),
        ("grpc-timeout: secret", "line 1: grpc-timeout is gRPC's own"),
        ("token-bin: secret", "line 1: token-bin is gRPC's own"),
        ("a: sécret", "is no text in ASCII"),
        ("a: secret\n" * 7000, "has more than 65536 bytes"),
    ],
)
def test_what_is_none_is_said_without_its_value(path: Path, text: str, said: str) -> None:
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigInvalid) as caught:
        read_headers(path, TLS)
    assert said in str(caught.value) and "cret" not in str(caught.value)


def test_a_file_that_is_not_there(path: Path) -> None:
    with pytest.raises(ConfigInvalid, match=r"cannot be read \(No such file or directory\)"):
        read_headers(path, TLS)
