"""A slice of the replay: what is shipped meets deadlines at the cost that is promised."""

from dataclasses import replace

import pytest

from tests.replay.__main__ import REGIONS, SEED, main, table
from tests.replay.cases import CASES, Case, Row, policies, rows
from tests.replay.generator import regions
from tests.replay.others import Greedy, Omniscient, OnDemand, UniformProgress
from tests.replay.shipped import Shipped
from tests.replay.traces import Zone
from tests.replay.world import Job

ZONES = regions(REGIONS, 120 * 86_400.0, SEED)
SHORT, COLD, TEN, LONG = CASES


def played(case: Case, count: int) -> dict[str, Row]:
    found = rows(replace(case, count=count), ZONES, SEED + 1, policies())
    return {row.policy: row for row in found}


@pytest.mark.parametrize(("case", "cost"), [(SHORT, 0.46), (COLD, 0.46), (TEN, 0.46)])
def test_short_jobs_are_in_time_at_less_than_half_of_on_demands_cost(case: Case, cost: float) -> None:
    row = played(case, 300)["Spotreel"]
    assert row.in_time == 1 and row.cost <= cost


def test_a_long_job_does_as_the_published_rule_does() -> None:
    found = played(LONG, 12)
    ours, rule = found["Spotreel"], found["Uniform Progress, as published"]
    assert ours.in_time == 1 and ours.cost <= 1.05 * rule.cost
    assert ours.cost < found["greedy spot"].cost < found["on-demand"].cost == 1
    assert found["omniscient (a bound)"].cost < ours.cost


NEVER = Zone("never", (), 1e6)
ALWAYS = Zone("always", ((0.0, 1e6),), 1e6)
JOB = Job(600, 1800, 150)


def test_without_any_spot_all_are_in_time_on_demand() -> None:
    for policy in (Greedy(), Shipped(), Shipped(known=True), OnDemand(), Omniscient()):
        used = policy.play(JOB, [NEVER], 0)
        assert used.spot == 0 and used.on_demand == pytest.approx(750)
        assert used.done_at is not None and used.done_at <= 1800


def test_with_spot_at_all_times_nobody_takes_on_demand() -> None:
    for policy in (Greedy(), UniformProgress(), Shipped(), Omniscient()):
        used = policy.play(JOB, [ALWAYS], 0)
        assert used.on_demand == 0 and used.spot == pytest.approx(750)


def test_a_zone_that_took_its_node_away_is_left_alone_for_ten_minutes() -> None:
    """It is back at once, and another one comes a little later."""
    blinking = Zone("blinking", ((0.0, 300.0), (301.0, 400.0)), 1e6)
    other = Zone("other", ((310.0, 1e6),), 1e6)
    used = Shipped().play(JOB, [blinking, other], 0)
    assert used.begun == 2 and used.on_demand == 0


def test_the_page_has_the_worst_first() -> None:
    text = table(SHORT, [Row("cheap", 1, 0.4, 0, 1), Row("late", 0.99, 0.3, 0, 1), Row("dear", 1, 1, 0, 1)])
    assert [line.split(" |")[0] for line in text.splitlines()[-3:]] == ["| late", "| dear", "| cheap"]


def test_it_takes_traces_by_path_and_writes_a_page(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder, page = tmp_path_factory.mktemp("traces"), tmp_path_factory.mktemp("page") / "page.md"
    (folder / "made.json").write_text('{"metadata": {"gap_seconds": 3600}, "data": ' + str([1, 1, 1, 0] * 60) + "}")
    assert main(["--share", "0.00001", "--page", str(page), "--traces", str(folder), "--ones", "available"]) == 0
    assert "made (75 % of the time)" in page.read_text() and page.read_text().count("### ") == 2 * len(CASES)
