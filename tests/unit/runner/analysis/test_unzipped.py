"""What gzip holds, and what is refused."""

import gzip

import pytest

from job_runner.analysis.unzipped import unzipped

TWO = gzip.compress(b"first,") + gzip.compress(b"second")


def test_all_members_up_to_the_limit() -> None:
    assert unzipped(TWO, 12) == b"first,second"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (TWO, "more than 11 bytes"), (gzip.compress(bytes(10**8)), "more than 11 bytes"), (TWO[:30], "ended"),
        (b"none", "gzip"), (TWO[:20] + b"\xff" + TWO[21:], "CRC|length"),
    ],
    ids=["one too many", "a bomb", "cut off", "no gzip", "flipped"],
)  # fmt: skip
def test_all_else_is_one_error(data: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        unzipped(data, 11)
