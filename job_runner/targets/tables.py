"""Databases that results of analyses go into: their URLs are secrets."""

import logging
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from job_runner.errors import ConfigInvalid, StoreUnreachable
from job_runner.results.database import VARIABLE, check_database
from job_runner.results.row import Kind, Row
from job_runner.results.sql import Key, make_table, write_sql
from videojob_api.order import Order
from videojob_api.results import DatabaseRef, Result
from videojob_api.usage import table_named

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Tables:
    """Of one order; `secrets` is the folder of mounted Secrets, None at a desk."""

    order: Order
    secrets: Path | None

    def check(self, result: Result, input_name: str, kind: Kind) -> None:
        """Raises ConfigInvalid, AccessDenied … for a table that cannot be written; makes it if it is not there.

        A database that does not answer now may do so when there is something to write.
        """
        assert result.sql
        try:
            make_table(self._url(result), table_named(self.order.work, result), self._key(result, input_name), kind)
        except StoreUnreachable as error:
            log.warning("a database does not answer yet", extra={"error": str(error)})

    def write(self, result: Result, input_name: str, kind: Kind, rows: Iterable[Row]) -> str:
        """Replaces the rows of this job and analysis; gives the table's name. Raises RunnerError."""
        assert result.sql
        table = table_named(self.order.work, result)
        assert table is not None
        key, patience = self._key(result, input_name), self.order.patience_seconds
        written = write_sql(self._url(result), table, key, kind, rows, patience)
        log.info("rows written", extra={"table": table, "rows": written.rows, "replaced": written.replaced})
        return table

    def _key(self, result: Result, input_name: str) -> Key:
        return Key(self.order.job, result.analysis, input_name)

    def _url(self, result: Result) -> str:
        """Raises ConfigInvalid for one that is not there, or that the platform does not allow."""
        assert result.sql
        url = self._read(result.sql.secret_ref)
        check_database(url, self.order.allowed_endpoints, self.order.local_files)
        return url

    def _read(self, where: DatabaseRef) -> str:
        if self.secrets is None:
            if url := os.environ.get(VARIABLE):
                return url
            raise ConfigInvalid(f"set {VARIABLE} to the URL of the database that Secret {where.name} has in a cluster")
        try:
            return (self.secrets / where.name / where.key).read_text().strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigInvalid(f"Secret {where.name} has no key {where.key} that can be read") from error
