"""Where results go: a file's format is told by its name, a table's name is checked."""

from typing import get_args

import pytest
from pydantic import ValidationError

from tests.unit.api.specs import GOOD, spoiled, videojob
from videojob_api.results import ENDINGS, DatabaseRef, Result, ResultFormat, Sql, format_named
from videojob_api.validate import check_document


@pytest.mark.parametrize(
    ("name", "format_", "found"),
    [
        ("people.ndjson.gz", None, "NDJSON"),
        ("people.json", None, "COCO"),
        ("people.txt", None, "MOT"),
        ("people.parquet", None, "Parquet"),
        ("PEOPLE.JSON", None, "COCO"),
        ("people.json.txt", None, "MOT"),
        ("people.json", "NDJSON", "NDJSON"),
        ("people", "Parquet", "Parquet"),
        ("people.ndjson", None, None),
        ("people", None, None),
    ],
)
def test_a_format_is_said_or_told_by_the_ending(name: str, format_: ResultFormat | None, found: str | None) -> None:
    assert format_named(Result(uri=f"s3://media/out/{name}", format=format_)) == found


def test_rows_of_a_database_have_no_format() -> None:
    assert format_named(Result(sql=Sql(secret_ref=DatabaseRef(name="db")))) is None


def test_each_format_has_an_ending_that_tells_it_from_all_others() -> None:
    assert tuple(ENDINGS) == get_args(ResultFormat)
    assert not [(one, other) for one in ENDINGS.values() for other in ENDINGS.values() if one in other and one != other]


def test_what_is_left_out() -> None:
    assert Result(uri="s3://media/a.json").plain() == {
        "analysis": "main", "uri": "s3://media/a.json", "ifExists": "Fail"
    }  # fmt: skip
    assert DatabaseRef(name="db").key == "url"


@pytest.mark.parametrize("table", ["event", "seen.event", "_1", "x" * 63, f"{'x' * 63}.{'y' * 63}"])
def test_names_of_tables(table: str) -> None:
    assert GOOD["results"][2]["sql"] and check_document(videojob(spoiled("results.2.sql.table", table))) == []


@pytest.mark.parametrize("table", ["1st", "a.b.c", ".event", "event.", "tête", "x" * 64, "a b"])
def test_what_names_no_table(table: str) -> None:
    (problem,) = check_document(videojob(spoiled("results.2.sql.table", table)))
    assert "a table is letters, digits and _" in problem.message


@pytest.mark.parametrize("value", [{"format": "CSV"}, {"ifExists": "Append"}, {"sql": {}}], ids=str)
def test_what_is_no_result(value: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Result.model_validate(value)
