"""Events of many lanes."""

from spotreel_operator.reconcile.plan import EventSpec
from spotreel_operator.reconcile.quiet import told
from videojob_api.names import Event


def made(count: int, kind: str = "Normal") -> list[EventSpec]:
    return [EventSpec(kind, Event.ATTEMPT_CREATED, f"asks for a node; attempt {n}", str(n)) for n in range(count)]


def test_few_lanes_are_told_each() -> None:
    assert told(made(4), 4) == tuple(made(4))


def test_many_lanes_are_told_together() -> None:
    assert told(made(1), 5) == tuple(made(1))
    (one,) = told(made(12), 12)
    assert one.message == "asks for a node; attempt 0; and 11 more like it"


def test_warnings_are_never_left_out() -> None:
    assert told(made(9, "Warning"), 9) == tuple(made(9, "Warning"))
