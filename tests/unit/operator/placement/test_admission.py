"""Whose turn it is, table by table."""

from datetime import timedelta
from typing import Any

import pytest

from spotreel_operator.reconcile.placement.admission import Caps, Claim, in_order, turns
from tests.unit.operator.make import at


def claim(name: str, since: float = 0, **changes: Any) -> Claim:
    """`since`: minutes after T0."""
    base = {"key": ("ns", name), "class_name": "gpu", "since": at(60 * since)}
    return Claim(**{**base, **changes})


def given(caps: Caps, *claims: Claim, minute: float = 20) -> dict[str, int]:
    return {key[1]: turn.runners for key, turn in turns(claims, caps, at(60 * minute)).items()}


GPU = Caps({"gpu": 2})


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([claim("a"), claim("b", 1), claim("c", 2)], {"a": 1, "b": 1, "c": 0}),
        ([claim("a", holds=1), claim("b", 1), claim("c", 2, priority=5)], {"c": 1, "a": 1, "b": 0}),
        # Who has more than there is room for keeps it; who wants more gets what is free.
        ([claim("a", holds=3, wants=3), claim("b")], {"a": 3, "b": 0}),
        ([claim("a", wants=5), claim("b", 1)], {"a": 2, "b": 0}),
        ([claim("a", wants=5, holds=1), claim("b", 1, holds=1)], {"a": 1, "b": 1}),
        ([claim("a", wants=0), claim("b", 1)], {"a": 0, "b": 1}),
        # Other classes are not concerned.
        ([claim("a", holds=2, wants=2), claim("b", class_name="cpu")], {"a": 2, "b": 1}),
        # A starved job stands in nobody's way, and gets what is left.
        ([claim("a", starved=True), claim("b", 1), claim("c", 2)], {"b": 1, "c": 1, "a": 0}),
        ([claim("a", starved=True), claim("b", 1)], {"b": 1, "a": 1}),
        # What waits in vain has room of its own, as much again, and not more.
        ([claim("a", wants=2, holds=2, in_vain=2), claim("b"), claim("c", 1)], {"a": 2, "b": 1, "c": 1}),
        ([claim("a", wants=4, holds=4, in_vain=4), claim("b")], {"a": 4, "b": 0}),
    ],
)
def test_who_may_have_how_many(claims: list[Claim], expected: dict[str, int]) -> None:
    assert given(GPU, *claims) == expected


def test_a_namespace_has_a_cap_of_its_own_over_all_classes() -> None:
    theirs = claim("theirs", 3, key=("other", "theirs"))
    claims = [claim("a", holds=1), claim("b", 1, class_name="cpu"), claim("c", 2), theirs]
    assert given(Caps({}, 2), *claims) == {"a": 1, "b": 1, "c": 0, "theirs": 1}


def test_waiting_lifts_a_job_so_that_none_waits_for_ever() -> None:
    old, newer = claim("old", 0, priority=1), [claim(f"n{n}", 60 + n, priority=1000) for n in range(5)]
    names = [c.key[1] for c in in_order([*newer, old], at(0) + timedelta(minutes=89))]
    assert names[0] == "old", "two half hours are worth one priority, and it came first"
    soon = claim("soon", 1, priority=1000)
    assert in_order([old, soon], at(0) + timedelta(minutes=29))[0] == soon


def test_the_place_in_line_is_told() -> None:
    found = turns([claim("a", holds=2, wants=2), claim("b", 1), claim("c", 2)], GPU, at(600))
    assert found["ns", "a"].place == 0
    assert found["ns", "c"].words == "place 2 of 2 in line: class gpu runs 2 at most"
    alone = turns([claim("x", starved=True), claim("y", wants=2)], GPU, at(0))
    assert alone["ns", "x"].words == "place 1 of 1 in line: class gpu runs 2 at most"
