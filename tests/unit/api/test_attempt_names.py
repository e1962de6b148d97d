"""Names of attempts: made and read back, and everything else is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videojob_api.attempt_names import JOIN, Place, attempt_name, place_of

UID = "12345678-aaaa-bbbb-cccc-1234567890ab"


@given(st.integers(0, JOIN), st.integers(1, 9_999_999_999), st.sampled_from(["reel", "a-0-1", "x" * 40]))
def test_read_as_made(lane: int, number: int, videojob: str) -> None:
    name = attempt_name(videojob, UID, number, lane)
    assert place_of(videojob, UID, name) == Place(lane, number) and len(name) <= 63


def test_the_attempt_that_joins_says_so() -> None:
    assert attempt_name("reel", UID, 2, JOIN) == "reel-12345-join-2"


@pytest.mark.parametrize(
    "name",
    [
        "reel-12345-0-debug",
        "reel-12345-0-1-debug",
        "reel-12345-0-",
        "reel-12345-0-0",
        "reel-12345-0-01",
        "reel-12345-0--1",
        "reel-12345-0-1 ",
        "reel-12345-0-１",
        "reel-12345-0-²",
        "reel-12345-0-" + "9" * 5000,
        "reel-12345-64-1",
        "reel-12345-01-1",
        "reel-12345-joins-1",
        "reel-54321-0-1",
        "other-12345-0-1",
        "reel",
        "-",
        "",
    ],
)
def test_no_other_name_is_an_attempt(name: str) -> None:
    assert place_of("reel", UID, name) is None


@given(st.text())
def test_nothing_raises(name: str) -> None:
    place_of("reel", UID, name)
