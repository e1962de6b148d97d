"""Where an engine may be, and which ones a platform allows."""

import pytest

from job_runner.engines.remote.address import Address, address, check_engine
from job_runner.errors import ConfigInvalid, SpecInvalid


@pytest.mark.parametrize(
    ("url", "found", "target"),
    [
        ("grpc://triton.ml.svc:8001", Address("triton.ml.svc", 8001, False), "dns:///triton.ml.svc:8001"),
        ("grpcs://Triton.Example:443/", Address("triton.example", 443, True), "dns:///triton.example:443"),
        ("grpc://127.0.0.1:1", Address("127.0.0.1", 1, False), "dns:///127.0.0.1:1"),
        ("grpc://[::1]:8001", Address("::1", 8001, False), "dns:///[::1]:8001"),
        ("grpc://unix:8001", Address("unix", 8001, False), "dns:///unix:8001"),
    ],
)
def test_one_that_is(url: str, found: Address, target: str) -> None:
    assert address(url) == found
    assert (address(url).target, address(address(url).url)) == (target, found)


@pytest.mark.parametrize(
    "url",
    [
        "", "triton:8001", "http://triton:8001", "grpc://triton", "grpc://triton:0", "grpc://triton:65536", "grpc://:8001",
        "grpc://user:word@triton:8001", "grpc://triton:8001/v2", "grpc://triton:8001?a=b", "grpc://a b:8001",
        "grpc://[::g]:8001", "grpc://::1:8001", "grpc://-a:8001", "grpc://triton:8001\n", "grpc://a,b:8001",
        "grpc://triton:٨٠٠١", "grpc:///var/run/engine.sock",
    ],
)  # fmt: skip
def test_one_that_is_none(url: str) -> None:
    with pytest.raises(SpecInvalid, match="is no address; write grpc://HOST:PORT"):
        address(url)


def test_what_is_shown_of_one_that_is_none() -> None:
    with pytest.raises(SpecInvalid) as caught:
        address("\x1b[31m" + "x" * 500)
    assert "\x1b" not in str(caught.value) and len(str(caught.value)) < 300


@pytest.mark.parametrize("url", ["grpc://triton.ml.svc:8001", "grpc://TRITON.ml.svc:8001/"])
def test_an_endpoint_that_is_allowed(url: str) -> None:
    check_engine(url, None)
    check_engine(url, ["", "https://s3.example.com", "grpc://triton.ml.svc:8001/"])


@pytest.mark.parametrize(
    "allowed", [[], [""], ["https://triton.ml.svc:8001"], ["grpcs://triton.ml.svc:8001"], ["grpc://triton.ml.svc:8002"]]
)
def test_one_that_is_not(allowed: list[str]) -> None:
    with pytest.raises(ConfigInvalid, match=r"engine grpc://triton\.ml\.svc:8001 is none of the endpoints"):
        check_engine("grpc://triton.ml.svc:8001", allowed)


def test_which_are_this_machine() -> None:
    local = [address(f"grpc://{host}:1").local for host in ("localhost", "127.0.0.1", "[::1]", "10.0.0.1", "local")]
    assert local == [True, True, True, False, False]
