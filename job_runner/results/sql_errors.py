"""What a database answers, in our own words.

Drivers' messages hold users, hosts, statements and values, so nothing of them is passed on but codes.
"""

import sqlite3
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from job_runner.errors import AccessDenied, ConfigInvalid, DiskFull, RunnerError, SpecInvalid, StoreUnreachable

Made = type[RunnerError]

_LOGIN = (AccessDenied, "refuses user or password; look at the database's URL")
_RIGHTS = (
    AccessDenied,
    "does not let this user do it: it needs SELECT, INSERT and DELETE on the table, CREATE if it is new",
)
_READ_ONLY = (AccessDenied, "is read-only, as a replica is; name one that can be written")
_NO_DATABASE = (ConfigInvalid, "has no database or schema of that name; create it, or look at the database's URL")
_TLS = (ConfigInvalid, "cannot be reached by TLS as the URL's settings ask: look at those, and at its certificate")
_AWAY = (StoreUnreachable, "cannot be reached: look whether host and port are right, and whether it runs")
_LOST = (StoreUnreachable, "broke off; nothing of it was kept, and it can be tried again")
_BUSY = (StoreUnreachable, "has no connection or memory to spare now; try again")
_LOCKED = (StoreUnreachable, "is being written by another: what was waited for was not free in time; try again")
_FULL = (DiskFull, "has no space left")
_OTHER_TABLE = (SpecInvalid, "has a table of that name that does not take these rows: name another one")
_NOT_SQLITE = (ConfigInvalid, "is no SQLite file, or a damaged one: name another file")
_NO_FILE = (AccessDenied, "cannot be opened: look whether the folder is there and this user may write into it")

POSTGRESQL: Mapping[str, tuple[Made, str]] = {
    "28": _LOGIN,
    "42501": _RIGHTS,
    "25006": _READ_ONLY,
    "25P03": _LOST,
    "3D000": _NO_DATABASE,
    "3F000": _NO_DATABASE,
    "53100": _FULL,
    "53": _BUSY,
    "55P03": _LOCKED,
    "40": _LOCKED,
    "57": _LOST,
    "08": _LOST,
    "22": _OTHER_TABLE,
    "23": _OTHER_TABLE,
    "42": _OTHER_TABLE,
}
"""By SQLSTATE or its class, the first that fits."""

POSTGRESQL_LOGIN: Mapping[str, tuple[Made, str]] = {
    "authentication failed": _LOGIN,
    "no password supplied": _LOGIN,
    "pg_hba.conf": _LOGIN,
    "permission denied for database": _RIGHTS,
    "does not exist": _NO_DATABASE,
    "SSL": _TLS,
    "certificate": _TLS,
    "too many": _BUSY,
    "remaining connection slots": _BUSY,
}
"""By words: libpq gives no code where a connection is refused."""

MYSQL: Mapping[int, tuple[Made, str]] = {
    **dict.fromkeys((1045, 1698, 1862, 4151), _LOGIN),
    **dict.fromkeys((1044, 1142, 1143, 1227, 1370), _RIGHTS),
    **dict.fromkeys((1290, 1792, 1836), _READ_ONLY),
    1049: _NO_DATABASE,
    **dict.fromkeys((1021, 1114), _FULL),
    **dict.fromkeys((1040, 1041, 1203, 1226), _BUSY),
    **dict.fromkeys((1205, 1213), _LOCKED),
    **dict.fromkeys((2002, 2003, 2005), _AWAY),
    **dict.fromkeys((1053, 1927, 2006, 2013, 2014, 2055, 4031), _LOST),
    2026: _TLS,
    **dict.fromkeys((1048, 1054, 1062, 1146, 1264, 1265, 1292, 1364, 1366, 1406, 1451, 1452, 4025), _OTHER_TABLE),
}

SQLITE: Mapping[int, tuple[Made, str]] = {
    sqlite3.SQLITE_PERM: _NO_FILE,
    sqlite3.SQLITE_CANTOPEN: _NO_FILE,
    sqlite3.SQLITE_AUTH: _RIGHTS,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_CORRUPT: _NOT_SQLITE,
    sqlite3.SQLITE_NOTADB: _NOT_SQLITE,
    sqlite3.SQLITE_CONSTRAINT: _OTHER_TABLE,
    sqlite3.SQLITE_MISMATCH: _OTHER_TABLE,
    sqlite3.SQLITE_ERROR: _OTHER_TABLE,
}


@contextmanager
def in_words(name: str) -> Iterator[None]:
    """Raises RunnerError for what the database called `name` answers, without a trace of the driver's own error."""
    try:
        yield
    except DBAPIError as error:
        raise _made(name, *_meaning(error)) from None
    except (SQLAlchemyError, OSError, RuntimeError, ValueError, TypeError) as error:
        # What a driver raises before it has a connection: a certificate's file that is not there is one.
        made, words = (
            _TLS if isinstance(error, OSError) else (ConfigInvalid, f"cannot be used ({type(error).__name__})")
        )
        raise _made(name, made, words) from None


def _made(name: str, made: Made, words: str) -> RunnerError:
    return made(f"database ({name}) {words}")


def _meaning(error: DBAPIError) -> tuple[Made, str]:
    cause: Any = error.orig
    found = _by_code(cause)
    if found is None:
        code = _code(cause)
        found = (ConfigInvalid, f"answers {type(cause).__name__}{f' {code}' if code else ''}; its own log says more")
    return _LOST if error.connection_invalidated and found[0] in (ConfigInvalid, StoreUnreachable) else found


def _by_code(cause: Any) -> tuple[Made, str] | None:
    if isinstance(cause, sqlite3.Error):
        return SQLITE.get((getattr(cause, "sqlite_errorcode", None) or 0) & 0xFF)
    if isinstance(getattr(cause, "original_exception", None), ssl.SSLError):
        return _TLS
    code = _code(cause)
    if isinstance(code, int):
        return MYSQL.get(code)
    if code is not None:
        return next((meaning for start, meaning in POSTGRESQL.items() if code.startswith(start)), None)
    return _by_words(str(cause))


def _code(cause: Any) -> int | str | None:
    """A number of MySQL's or an SQLSTATE."""
    if cause.args and isinstance(cause.args[0], int):
        return cause.args[0]
    return getattr(cause, "sqlstate", None)


def _by_words(text: str) -> tuple[Made, str]:
    return next((meaning for words, meaning in POSTGRESQL_LOGIN.items() if words in text), _AWAY)
