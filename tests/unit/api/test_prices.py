"""Prices as a platform writes them; `test_cost.py` of the operator has what is paid by them."""

from datetime import UTC, datetime, timedelta

import pytest

from videojob_api.prices import PriceEntry, Prices

T0 = datetime(2026, 1, 1, tzinfo=UTC)


def entry(per_hour: float, **more: object) -> dict[str, object]:
    return {"instanceType": "g5.xlarge", "capacity": "Spot", "perHour": per_hour, **more}


def priced(*entries: dict[str, object]) -> Prices:
    return Prices.model_validate({"table": {"g5.xlarge": {"OnDemand": 1}}, "entries": list(entries)})


def test_two_prices_of_one_moment_are_refused() -> None:
    with pytest.raises(ValueError, match=r"two entries say what g5\.xlarge Spot a costs: leave one out"):
        priced(entry(1, zone="a"), entry(2, zone="a"))
    priced(entry(1, zone="a"), entry(2, zone="b"), entry(3), {**entry(4), "from": "2026-01-01T00:00:00Z"})


def test_a_date_without_a_zone_of_time_is_refused() -> None:
    with pytest.raises(ValueError, match="timezone"):
        priced({**entry(1), "from": "2026-01-01T00:00:00"})


def test_the_table_says_what_no_entry_does() -> None:
    prices = priced({**entry(2), "from": "2026-01-01T00:00:00Z"})
    assert prices.per_hour("g5.xlarge", "OnDemand", "a", T0) == 1
    assert prices.per_hour("g5.xlarge", "Spot", None, T0) == 2
    assert prices.per_hour("g5.xlarge", "Spot", None, T0 - timedelta(seconds=1)) is None
    assert prices.per_hour("g5.xlarge", None, None, T0) is None


def test_moments_at_which_a_price_changes() -> None:
    dates = [{**entry(n), "from": f"2026-01-0{n}T00:00:00Z"} for n in (3, 2, 1)]
    found = priced(*dates).changes(T0, T0 + timedelta(days=2))
    assert found == [T0 + timedelta(days=1)], "neither its begin nor its end"
    assert PriceEntry.model_validate(dates[0]).plain()["from"].startswith("2026-01-03")
