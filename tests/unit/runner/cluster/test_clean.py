"""What `spotreel clean` lists."""

from datetime import timedelta

from job_runner.cli.cluster.clean import leftovers_table
from spotreel.leftovers import Leftover
from tests.unit.runner.cluster.jobs import NOW


def test_table() -> None:
    made = Leftover("media", "work/tests/reel-1/", "tests", "reel", ("plan.json", "a"), 4_200_000, NOW - timedelta(3))
    assert leftovers_table([made], NOW) == [
        "WORKSPACE                       OBJECTS   SIZE     UNCHANGED",
        "s3://media/work/tests/reel-1/   2         4.2 MB   3d",
        "1 workspace, 4.2 MB; --yes deletes what is listed",
    ]
    assert leftovers_table([], NOW) == ["nothing is left of jobs that are no more"]
