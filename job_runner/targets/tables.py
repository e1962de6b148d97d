"""Databases that results of analyses go into: their URLs are secrets."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from job_runner.errors import ConfigInvalid, SpecInvalid
from job_runner.results.rows import NAMES, Kind, Row
from videojob_api.order import Order
from videojob_api.results import DatabaseRef, Result

VARIABLE = "SPOTREEL_DATABASE_URL"
"""At a desk the URL of every database, whatever Secret the spec names."""


@dataclass(frozen=True)
class Tables:
    """Of one order; `secrets` is the folder of mounted Secrets, None at a desk."""

    order: Order
    secrets: Path | None

    def check(self, result: Result) -> None:
        """Raises ConfigInvalid for a database that there is no URL of, or that the platform does not allow."""
        self._url(result)

    def write(self, result: Result, input_name: str, kind: Kind, rows: Iterable[Row]) -> str:
        """Replaces the rows of this job and analysis; gives the table's name."""
        assert result.sql
        self._url(result)
        raise SpecInvalid(f"table {result.sql.table or NAMES[kind]}: databases are not supported by this runner yet")

    def _url(self, result: Result) -> str:
        assert result.sql
        return self._read(result.sql.secret_ref)

    def _read(self, where: DatabaseRef) -> str:
        if self.secrets is None:
            if url := os.environ.get(VARIABLE):
                return url
            raise ConfigInvalid(f"set {VARIABLE} to the URL of the database that Secret {where.name} has in a cluster")
        try:
            return (self.secrets / where.name / where.key).read_text().strip()
        except OSError as error:
            raise ConfigInvalid(f"Secret {where.name} has no key {where.key} that can be read") from error
