"""Times and durations as Kubernetes writes them."""

from spotreel_operator.state.times import created_at, format_time, parse_time, seconds_of
from tests.unit.operator.make import T0


def test_a_time_is_read_with_and_without_fractions() -> None:
    whole, parts = parse_time("2026-01-01T12:00:00Z"), parse_time("2026-01-01T12:00:00.500000Z")
    assert whole == T0 and parts and (parts - T0).total_seconds() == 0.5
    assert parse_time(None) is None and parse_time("") is None
    assert created_at({"creationTimestamp": "2026-01-01T12:00:00Z"}) == T0


def test_a_time_is_written_in_whole_seconds() -> None:
    assert format_time(T0) == "2026-01-01T12:00:00Z"


def test_a_duration_that_kubernetes_cannot_count_is_never_over() -> None:
    assert seconds_of("1h2m3s") == 3723 and seconds_of("99999999999999999999h") is None
