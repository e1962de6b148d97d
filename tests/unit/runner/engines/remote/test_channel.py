"""The connection to an engine: whom TLS trusts, and how large a message may be."""

from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest

from job_runner.engines.remote import channel as module
from job_runner.engines.remote.address import address
from job_runner.engines.remote.channel import channel
from job_runner.engines.remote.transport import SERVICE
from job_runner.errors import ConfigInvalid
from tests.testbed.https import self_signed
from tests.unit.runner.engines.remote.stand_in import always, stand_in

LARGE = bytes(5 << 20)
"""More than gRPC itself lets through."""


@pytest.fixture
def authority(tmp_path: Path) -> Path:
    self_signed(tmp_path / "own.pem", tmp_path / "own.key")
    return tmp_path / "own.pem"


@pytest.fixture
def secure(authority: Path) -> Iterator[str]:
    """The URL of a server whose certificate `authority` has signed."""
    pair = (authority.with_suffix(".key").read_bytes(), authority.read_bytes())
    with stand_in(tls=grpc.ssl_server_credentials([pair]), ModelInfer=always(b"here")) as url:
        yield url


def answer(url: str, ca: Path | None = None, data: bytes = b"") -> bytes:
    with channel(address(url), ca) as opened:
        asked = opened.unary_unary(f"/{SERVICE}/ModelInfer", lambda sent: sent, lambda got: got)
        return asked(data, timeout=20)


def test_in_clear() -> None:
    with stand_in(ModelInfer=always(b"here")) as url:
        assert answer(url) == b"here"


def test_an_authority_that_is_named(secure: str, authority: Path) -> None:
    assert answer(secure, authority) == b"here"


def test_authorities_of_this_machine_where_none_is_named(
    secure: str, authority: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    assert answer(secure) == b"here"


def test_any_other_is_not_trusted(secure: str, tmp_path: Path) -> None:
    self_signed(tmp_path / "other.pem", tmp_path / "other.key")
    for ca in (tmp_path / "other.pem", None):
        with pytest.raises(grpc.RpcError, match="CERTIFICATE_VERIFY_FAILED"):
            answer(secure, ca)


@pytest.mark.parametrize("content", [None, b"", b"none\n", b"\xff\xfe", "Größe".encode()], ids=repr)
def test_a_file_without_authorities(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "ca.pem").write_bytes(content)
    with pytest.raises(ConfigInvalid, match=r"authorities .*ca\.pem: no certificates in PEM can be read from it"):
        channel(address("grpcs://a:1"), tmp_path / "ca.pem")


def test_a_file_of_authorities_is_of_no_use_in_clear(tmp_path: Path) -> None:
    channel(address("grpc://a:1"), tmp_path / "none.pem").close()


def test_messages_may_be_large_either_way() -> None:
    with stand_in(ModelInfer=lambda request, context: request) as url:
        assert answer(url, data=LARGE) == LARGE


def test_and_no_larger(monkeypatch: pytest.MonkeyPatch) -> None:
    limited = tuple((name, 100 if "message_length" in name else value) for name, value in module._OPTIONS)
    monkeypatch.setattr(module, "_OPTIONS", limited)
    with (
        stand_in(ModelInfer=always(bytes(101))) as url,
        pytest.raises(grpc.RpcError, match="larger than max"),
    ):
        answer(url)
