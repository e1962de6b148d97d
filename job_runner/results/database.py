"""URLs of databases: what is read in them, and which of them may be used. Nothing is resolved or opened here.

A URL holds a password, and drivers take settings from it that read files of this machine. So it is never shown, and
only settings of a list pass.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from job_runner.errors import ConfigInvalid

if TYPE_CHECKING:
    from sqlalchemy import URL

VARIABLE = "SPOTREEL_DATABASE_URL"
"""At a desk the URL of every database, whatever Secret a spec names: it need not stand in a command."""
EXAMPLES = "postgresql://USER:PASSWORD@HOST/DATABASE, mysql://USER:PASSWORD@HOST/DATABASE or sqlite:///FILE"


@dataclass(frozen=True)
class Driver:
    """A driver: what users call its databases, SQLAlchemy's name of it, and what may stand behind the `?` of a URL."""

    name: str
    dialect: str
    port: int | None
    settings: tuple[str, ...] = ()


SQLITE = Driver("SQLite", "sqlite+pysqlite", None)
POSTGRESQL = Driver(
    "PostgreSQL",
    "postgresql+psycopg",
    5432,
    (
        "sslmode",
        "sslrootcert",
        "sslcert",
        "sslkey",
        "sslcrl",
        "sslnegotiation",
        "ssl_min_protocol_version",
        "channel_binding",
        "require_auth",
        "target_session_attrs",
        "connect_timeout",
        "application_name",
        "options",
    ),
)
MYSQL = Driver(
    "MySQL or MariaDB",
    "mysql+pymysql",
    3306,
    ("ssl_ca", "ssl_cert", "ssl_key", "ssl_check_hostname", "connect_timeout"),
)
SCHEMES: Mapping[str, Driver] = {
    "sqlite": SQLITE,
    "postgresql": POSTGRESQL,
    "postgres": POSTGRESQL,
    "mysql": MYSQL,
    "mariadb": MYSQL,
}
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?\.?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")
_NAME = re.compile(r"[^\0-\x1f\x7f=:/?&\\'\"]+")


def url_of(text: str) -> "URL":
    """Read, with the driver that is ours. Raises ConfigInvalid, whose message has nothing of the URL but its scheme."""
    url = _parsed(text)
    driver = driver_of(url)
    if url.drivername.partition("+")[2] not in ("", driver.dialect.partition("+")[2]):
        raise ConfigInvalid(f"the database's URL names a driver that is not used here: write {_scheme(url)}://")
    if unknown := sorted(set(url.query).difference(driver.settings)):
        known = ", ".join(sorted(driver.settings)) or "none"
        raise ConfigInvalid(
            f"the database's URL has settings that are not allowed: {_words(unknown)}; allowed: {known}"
        )
    if any(not isinstance(value, str) for value in url.query.values()):
        raise ConfigInvalid("the database's URL has a setting twice")
    _check_database(url, driver)
    return url.set(drivername=driver.dialect)


def driver_of(url: "URL") -> Driver:
    """By the scheme. Raises ConfigInvalid for what is none of ours."""
    if (driver := SCHEMES.get(_scheme(url))) is None:
        raise ConfigInvalid(f"the database's URL begins with none of {', '.join(SCHEMES)}; write {EXAMPLES}")
    return driver


def check_database(text: str, allowed_endpoints: Sequence[str] | None, local_files: bool) -> None:
    """Raises ConfigInvalid for a database that may not be used.

    `allowed_endpoints` are those of the platform, such as `postgresql://db.example.com:5432`; a port left out is the
    usual one, and None allows every host. Without `local_files` no file and no socket of this machine is opened.
    """
    url = url_of(text)
    driver = driver_of(url)
    if driver is SQLITE or not url.host:
        if not local_files:
            raise ConfigInvalid(f"the database's URL is {_local(driver)}: name a server that the cluster reaches")
        return
    if allowed_endpoints is not None and _endpoint(url) not in filter(None, map(_allowed, allowed_endpoints)):
        raise ConfigInvalid("the database's host and port are none of the endpoints this platform allows")


def _local(driver: Driver) -> str:
    return "a local file" if driver is SQLITE else "without a host"


def _parsed(text: str) -> "URL":
    try:
        from sqlalchemy import make_url
        from sqlalchemy.exc import ArgumentError
    except ImportError:
        raise ConfigInvalid("SQLAlchemy is not installed, which writes SQL: pip install 'spotreel[sql]'") from None
    try:
        return make_url(text.strip())
    except (ArgumentError, ValueError):
        raise ConfigInvalid(f"the database's URL cannot be read; write {EXAMPLES}, signs in passwords as %40") from None


def _scheme(url: "URL") -> str:
    return url.drivername.partition("+")[0]


def _check_database(url: "URL", driver: Driver) -> None:
    if driver is SQLITE:
        _check_file(url)
    elif url.host and not _HOST.fullmatch(url.host):
        raise ConfigInvalid(f"the database's URL names no host: one name or address; write {EXAMPLES}")
    elif not url.database or not _NAME.fullmatch(url.database):
        raise ConfigInvalid(f"the database's URL names no database behind the host; write {EXAMPLES}")


def _check_file(url: "URL") -> None:
    if url.host or url.username or url.password:
        raise ConfigInvalid("the URL of an SQLite file has three strokes, sqlite:///FILE, or four before a full path")
    if not url.database or url.database == ":memory:":
        raise ConfigInvalid("the database's URL names no file, so that nothing would be kept; write sqlite:///FILE")
    if url.database.startswith("file:") or "\0" in url.database:
        raise ConfigInvalid("the URL of an SQLite file names a path, sqlite:///FILE, no URI of its own")


def _words(names: Sequence[str]) -> str:
    """Names that somebody typed, as far as they are names: what stands there may be half of a password."""
    return ", ".join(name if re.fullmatch(r"[a-z_]{1,30}", name) else "…" for name in names)


Endpoint = tuple[str, str, int | None]


def _endpoint(url: "URL") -> Endpoint:
    driver = driver_of(url)
    return driver.name, (url.host or "").rstrip(".").lower(), url.port or driver.port


def _allowed(text: str) -> Endpoint | None:
    """None for what is no database's endpoint: others stand in the same list."""
    try:
        parts = urlsplit(text)
        driver = SCHEMES.get(parts.scheme)
        host, port = (parts.hostname or "").rstrip(".").lower(), parts.port
    except ValueError:
        return None
    return (driver.name, host, port or driver.port) if driver else None


def connect_arguments(url: "URL") -> dict[str, Any]:
    """For the driver: a limit for each wait, which the URL's own settings overrule, and nothing read from files."""
    own = {name: value for name, value in _ARGUMENTS[driver_of(url).dialect].items() if name not in url.query}
    return dict(own)


CONNECT_SECONDS = 10
LOCK_SECONDS = 120
"""For which another writer of the same rows is waited for."""
IDLE_SECONDS = 60
"""After which a server ends the transaction of a writer that says nothing: its node may have vanished with a lock."""
ANSWER_SECONDS = LOCK_SECONDS + 180

_ARGUMENTS: Mapping[str, Mapping[str, Any]] = {
    SQLITE.dialect: {"timeout": LOCK_SECONDS},
    POSTGRESQL.dialect: {
        "connect_timeout": CONNECT_SECONDS,
        "application_name": "spotreel",
        "client_encoding": "utf8",
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        "tcp_user_timeout": 60_000,
        "prepare_threshold": None,
    },
    MYSQL.dialect: {
        "connect_timeout": CONNECT_SECONDS,
        "read_timeout": CONNECT_SECONDS,
        "write_timeout": ANSWER_SECONDS,
        "charset": "utf8mb4",
        # Else texts that are too long for a column would be cut without a word.
        "init_command": "set session sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'",
    },
}
