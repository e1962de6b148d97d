"""The worlds of `make e2e`: together they play every file once."""

from tests.e2e.__main__ import SECOND, lanes
from tests.testbed.cache import ROOT

FILES = {f"tests/e2e/{path.name}" for path in (ROOT / "tests" / "e2e").glob("test_*.py")}


def test_what_the_first_leaves_out_the_second_plays() -> None:
    first, second = lanes([], record=False)
    left_out = {flag.removeprefix("--ignore=") for flag in first[1:]}
    assert first[0] == "tests/e2e" and left_out == set(second) < FILES and len(second) == len(SECOND)


def test_with_arguments_or_a_record_there_is_one() -> None:
    assert lanes(["-k", "evicted"], record=False) == [["tests/e2e", "-k", "evicted"]]
    assert lanes([], record=True) == [["tests/e2e"]]
