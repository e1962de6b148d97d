"""Digests that stand for long URIs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videojob_api.short_uri import LONGEST, short_uri


@given(st.text(max_size=99))
def test_never_longer_and_no_shorter_the_second_time(uri: str) -> None:
    short = short_uri(uri)
    assert len(short.encode()) <= LONGEST and short_uri(short) == short


@pytest.mark.parametrize("end", ["", "a", "é"])
def test_long_ones_differ_where_their_uris_do(end: str) -> None:
    long = "s3://media/out/people-of-the-first-match.ndjson.gz"
    assert short_uri(long).startswith("sha256:") and (short_uri(long + end) == short_uri(long)) == (not end)
    assert short_uri("s3://media/out/people.ndjson.gz") == "s3://media/out/people.ndjson.gz"
