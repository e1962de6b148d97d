"""The table of jobs."""

from job_runner.cli.cluster.table import aligned, table
from tests.unit.runner.cluster.jobs import NOW, running, waiting


def test_table() -> None:
    assert table([running(), waiting()], NOW, False) == [
        "NAME   PHASE     PROGRESS   COST      AGE     REASON",
        "reel   Running   63%        $0.0058   4m12s   Rendering",
        "reel   Pending                        4m12s   WaitingForCapacity",
    ]


def test_with_namespaces() -> None:
    assert table([waiting()], NOW, True)[0].startswith("NAMESPACE   NAME ")


def test_letters_of_two_columns() -> None:
    assert aligned([["名前", "x"], ["ab", "y"]]) == ["名前   x", "ab     y"]
