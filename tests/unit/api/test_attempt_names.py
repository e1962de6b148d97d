"""Names of attempts: made and read back, and everything else is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videojob_api.attempt_names import attempt_name, attempt_number

UID = "12345678-aaaa-bbbb-cccc-1234567890ab"


@given(st.integers(1, 9_999_999_999), st.sampled_from(["reel", "a-0-1", "x" * 40]))
def test_read_as_made(number: int, videojob: str) -> None:
    name = attempt_name(videojob, UID, number)
    assert attempt_number(videojob, UID, name) == number and len(name) <= 63


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
        "reel-12345-1-1",
        "reel-54321-0-1",
        "other-12345-0-1",
        "reel",
        "-",
        "",
    ],
)
def test_no_other_name_is_an_attempt(name: str) -> None:
    assert attempt_number("reel", UID, name) is None


@given(st.text())
def test_nothing_raises(name: str) -> None:
    attempt_number("reel", UID, name)
