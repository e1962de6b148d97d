"""URLs of databases: which are read, which are allowed, and what of them is never said."""

import pytest

from job_runner.errors import ConfigInvalid
from job_runner.results.database import check_database, url_of

SECRET = "pa55"


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ("sqlite:///people.db", "sqlite+pysqlite"),
        ("sqlite:////data/people.db", "sqlite+pysqlite"),
        ("postgresql://u:pa55@db/results", "postgresql+psycopg"),
        ("postgres://u:pa55@db.example.com:5433/results?sslmode=verify-full", "postgresql+psycopg"),
        ("postgresql+psycopg://u@[::1]:5432/results", "postgresql+psycopg"),
        ("mysql://u:pa55@10.0.0.7/results?ssl_ca=/etc/ca.pem", "mysql+pymysql"),
        ("mariadb+pymysql://u:pa55@db./results\n", "mysql+pymysql"),
        ("postgresql:///results", "postgresql+psycopg"),
    ],
)
def test_those_that_are_read(text: str, dialect: str) -> None:
    assert url_of(text).drivername == dialect


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("pa55", "cannot be read; write postgresql://USER:PASSWORD@HOST/DATABASE"),
        ("", "cannot be read"),
        ("postgresql://u:pa55@db:pa55/results", "cannot be read"),
        ("oracle://u:pa55@db/results", "begins with none of sqlite, postgresql"),
        ("postgresql+psycopg2://u:pa55@db/results", "a driver that is not used here: write postgresql://"),
        ("postgresql+asyncpg://u:pa55@db/results", "a driver that is not used here"),
        ("mysql+mysqldb://u:pa55@db/results", "a driver that is not used here"),
        ("sqlite+aiosqlite:///x.db", "a driver that is not used here"),
        (
            "mysql://u:pa55@db/results?local_infile=1",
            "settings that are not allowed: local_infile; allowed: connect_ti",
        ),
        ("mysql://u:pa55@db/results?read_default_file=/etc/my.cnf", "settings that are not allowed: read_default_file"),
        ("mysql://u:pa55@db/results?unix_socket=/run/x", "settings that are not allowed: unix_socket"),
        ("mysql://u:pa55@db/results?init_command=x", "settings that are not allowed: init_command"),
        ("mysql://u:pa55@db/results?ssl_verify_cert=false", "settings that are not allowed: ssl_verify_cert"),
        ("postgresql://u:pa55@db/results?service=x", "settings that are not allowed: service"),
        ("postgresql://u:pa55@db/results?passfile=/x", "settings that are not allowed: passfile"),
        ("postgresql://u:pa55@db/results?host=a&host=b", "settings that are not allowed: host"),
        ("postgresql://u:pa55@db/results?hostaddr=10.0.0.1", "settings that are not allowed: hostaddr"),
        ("postgresql://u:pa55@db/results?sslkeylogfile=/x", "settings that are not allowed: sslkeylogfile"),
        ("postgresql://u@db/results?PA55=x", "settings that are not allowed: …; allowed"),
        ("postgresql://u:pa55@db/results?sslmode=require&sslmode=disable", "has a setting twice"),
        ("postgresql://u:pa55@a,b/results", "names no host: one name or address"),
        ("postgresql://u:pa55@%2Frun/results", "names no host: one name or address"),
        ("postgresql://u:pa55@db", "names no database behind the host"),
        ("postgresql://u:pa55@db/dbname=x host=y", "names no database behind the host"),
        ("sqlite://", "names no file, so that nothing would be kept"),
        ("sqlite:///:memory:", "names no file, so that nothing would be kept"),
        ("sqlite://people.db", "has three strokes"),
        ("sqlite:///file:people.db?uri=true", "settings that are not allowed: uri; allowed: none"),
        ("sqlite:///file:people.db", "names a path, sqlite:///FILE, no URI of its own"),
        ("sqlite:///x.db?mode=memory", "settings that are not allowed: mode"),
    ],
)
def test_those_that_are_not_and_nothing_of_them_is_told(text: str, said: str) -> None:
    with pytest.raises(ConfigInvalid, match=said) as found:
        url_of(text)
    assert SECRET not in str(found.value).lower() and found.value.__suppress_context__ | (
        found.value.__context__ is None
    )


ALLOWED = [
    "https://s3.example.com",
    "",
    "postgresql://db.example.com",
    "mysql://db:3307",
    "mysql://[fd00::1]:3306",
    "::",
]


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://u:pa55@db.example.com/results",
        "postgres://u:pa55@DB.example.com.:5432/results",
        "mariadb://u:pa55@db:3307/results",
        "mysql://u:pa55@[fd00::1]/results",
    ],
)
def test_hosts_that_the_platform_names(text: str) -> None:
    check_database(text, ALLOWED, local_files=False)


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://u:pa55@db.example.com:5433/results",
        "postgresql://u:pa55@db.example.com.evil.example/results",
        "postgresql://u:pa55@db/results",
        "mysql://u:pa55@db/results",
        "mysql://u:pa55@db.example.com/results",
        "postgresql://db.example.com:pa55@10.0.0.1/results",
    ],
)
def test_hosts_that_it_does_not_name(text: str) -> None:
    with pytest.raises(ConfigInvalid, match="none of the endpoints this platform allows") as found:
        check_database(text, ALLOWED, local_files=False)
    assert SECRET not in str(found.value)
    check_database(text, None, local_files=False)


@pytest.mark.parametrize(("text", "said"), [("sqlite:///x.db", "a local file"), ("mysql:///results", "without a host")])
def test_files_and_sockets_are_for_desks(text: str, said: str) -> None:
    check_database(text, ALLOWED, local_files=True)
    for allowed in (None, ALLOWED):
        with pytest.raises(ConfigInvalid, match=f"is {said}: name a server that the cluster reaches"):
            check_database(text, allowed, local_files=False)
