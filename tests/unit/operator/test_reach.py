"""Which namespaces an operator watches, and where two overlap."""

from typing import Any

import pytest

from spotreel_operator.state.reach import ALL, NAMED, Reach

Object = dict[str, Any]


def some(*names: str) -> Reach:
    return Reach(frozenset(names))


def lease(text: str | None) -> Object:
    return {"metadata": {"annotations": {"spotreel.dev/watches": text}} if text is not None else {}}


@pytest.mark.parametrize("reach", [ALL, some("a"), some("b", "a")])
def test_what_is_written_is_read(reach: Reach) -> None:
    assert Reach.read(lease(str(reach))) == reach


def test_a_list_is_written_in_order_and_none_means_all() -> None:
    assert str(Reach.of(("b", "a"))) == "a,b" and str(Reach.of(())) == "*"


@pytest.mark.parametrize("text", [None, ""])
def test_other_leases_say_nothing(text: str | None) -> None:
    assert Reach.read(lease(text)) is None


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        (ALL, ALL, "all namespaces"),
        (ALL, some("b", "a"), "a, b"),
        (some("a", "b"), some("b", "c"), "b"),
        (some("a"), some("b"), ""),
    ],
)
def test_overlap(one: Reach, other: Reach, words: str) -> None:
    both = one.overlap(other)
    assert both == other.overlap(one) and (both.words() if both else "") == words


def test_a_long_overlap_is_counted() -> None:
    many = some(*(f"n{n}" for n in range(NAMED + 2)))
    assert many.words().endswith(f"n{NAMED - 1} and 2 more") and many.some(2) == ["n0", "n1"] and ALL.some(2) == [""]
