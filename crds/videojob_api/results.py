"""`spec.results`: where what analyses have found is put, as files or as rows of a database."""

from typing import Annotated, Literal

from pydantic import Field

from videojob_api.fields import AnalysisName, Name, SecretKey, limited_text
from videojob_api.model import Model, rule, rules
from videojob_api.uris import WritableURI

ResultFormat = Literal["NDJSON", "COCO", "MOT", "Parquet"]
ENDINGS = {"NDJSON": ".ndjson.gz", "COCO": ".json", "MOT": ".txt", "Parquet": ".parquet"}
"""Of a file's name, by which its format is told where the spec does not say it."""

Table = Annotated[
    str,
    limited_text(
        127,
        rule(
            r"self.matches('^([A-Za-z_][A-Za-z0-9_]{0,62}\\.)?[A-Za-z_][A-Za-z0-9_]{0,62}$')",
            "a table is letters, digits and _, and may have a schema before a dot: analytics.detection",
        ),
    ),
]


class DatabaseRef(Model):
    """The Secret with a database's URL; it is never shown."""

    name: Annotated[Name, Field(description="Of the Secret, in the job's namespace: analytics-db.")]
    key: Annotated[
        SecretKey, Field(description="Of the database's URL in it, postgresql://user:password@host/name.")
    ] = "url"


class Sql(Model):
    """Rows of a database: SQLite, PostgreSQL, MySQL or MariaDB. Those of the same job and analysis are replaced."""

    secret_ref: Annotated[DatabaseRef, Field(description="A Secret of this namespace that has the database's URL.")]
    table: Annotated[
        Table | None, Field(description="Made if it is not there. Default: detection, or event of motion and loudness.")
    ] = None


class Result(Model):
    """What one analysis has found, in one place."""

    model_config = rules(
        rule("has(self.uri) != has(self.sql)", "set exactly one of uri, sql"),
        rule("!has(self.format) || has(self.uri)", "format is of a file: it goes with uri", fieldPath=".format"),
        rule(
            "!has(self.uri) || !self.uri.endsWith('/')",
            "a result is a file, not a folder: name it, such as s3://media/out/people.ndjson.gz",
            fieldPath=".uri",
        ),
    )

    analysis: Annotated[AnalysisName, Field(description="Whose.")] = "main"
    uri: Annotated[
        WritableURI | None, Field(description="A file: s3://media/out/people.ndjson.gz. Default: none, rows go to sql.")
    ] = None
    format: Annotated[
        ResultFormat | None,
        Field(description="Of the file. Default: by its ending: .ndjson.gz, .json is COCO, .txt MOT, .parquet."),
    ] = None
    if_exists: Annotated[
        Literal["Fail", "Replace"], Field(description="What to do where another file stands there.")
    ] = "Fail"
    sql: Annotated[Sql | None, Field(description="A database's table. Default: none, a file is written.")] = None


def format_named(result: Result) -> str | None:
    """A file's format: as it is said, else by its ending; None where neither tells."""
    uri = (result.uri or "").lower()
    return result.format or next((name for name, ending in ENDINGS.items() if uri.endswith(ending)), None)
