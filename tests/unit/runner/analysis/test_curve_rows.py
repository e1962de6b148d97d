"""Measurements packed and unpacked, the same bytes for the same values."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from job_runner.analysis.curve_rows import packed, unpacked


@given(st.lists(st.none() | st.integers(-10_000, 10_000), max_size=99))
def test_there_and_back(values: list[int | None]) -> None:
    assert unpacked(packed(values)) == values and packed(values) == packed(list(values))


def test_neither_time_nor_name_is_in_it() -> None:
    data = packed([1, None])
    assert data[3:8] == bytes(5) and gzip.decompress(data) == b"1\nnull\n"


@pytest.mark.parametrize(
    "data", [b"x", packed([1])[:-5], gzip.compress(b"{", mtime=0)], ids=["none", "cut off", "no JSON"]
)
def test_what_was_not_packed(data: bytes) -> None:
    with pytest.raises(ValueError):
        unpacked(data)
