"""PostgreSQL and MariaDB as real servers, each with a database and a user of its own.

MariaDB speaks TLS; the PostgreSQL of the wheel is built without it.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

from tests.testbed import cache
from tests.testbed.https import self_signed
from tests.testbed.processes import Child, die_with_parent_as, free_port

DATABASE, USER, PASSWORD = "results", "spotreel", "s3cret/with@signs:in%it"
NOBODY = 65534
"""PostgreSQL refuses to be run by root."""


class Server(ABC):
    """A database server on 127.0.0.1, in a folder of its own."""

    scheme: ClassVar[str]
    root: ClassVar[str]
    """Who may do everything."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix=f"testbed-{self.scheme}-"))
        self.port = free_port()
        self._child: Child | None = None

    @abstractmethod
    def start(self) -> None:
        """Returns when a connection is accepted."""

    def stop(self) -> None:
        """At once; data is gone."""
        if self._child:
            self._child.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def url(self, more: str = "", port: int = 0) -> str:
        """Of the database, with user and password; `more` is what follows its name, `port` another one's."""
        return f"{self.scheme}://{USER}:{quote(PASSWORD, safe='')}@127.0.0.1:{port or self.port}/{DATABASE}{more}"

    def root_url(self) -> str:
        """Of the same database, for whoever may do everything."""
        return self.url().replace(f"//{USER}:", f"//{self.root}:")


class Postgres(Server):
    """Runs as another user where this one is root, from a copy that the other one can read."""

    scheme, root = "postgresql", "postgres"

    def __init__(self) -> None:
        super().__init__()
        self._user = NOBODY if os.geteuid() == 0 else None

    def start(self) -> None:
        """As every server."""
        source = cache.postgres()
        _readable(shutil.copytree(source.parent.parent, self._folder / "install"))
        self._run("initdb", "-A", "scram-sha-256", "-U", "postgres", "--pwfile", str(self._password()), "-E", "UTF8",
                  "--locale=C", "--no-sync", "-D", str(self._data))  # fmt: skip
        settings = {
            "port": self.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": self._folder,
            "fsync": "off", "full_page_writes": "off", "max_connections": 30,
        }  # fmt: skip
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = [str(self._binary("postgres")), "-D", str(self._data), *options]
        self._child = Child("postgres", command, self._folder / "postgres.log", user=self._user)
        self._child.wait_until(self._accepts)

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _binary(self, name: str) -> Path:
        return self._folder / "install" / cache.POSTGRES / "bin" / name

    def _password(self) -> Path:
        file = self._folder / "password"
        file.write_text(PASSWORD)
        self._give_away(file)
        return file

    def _give_away(self, file: Path) -> None:
        file.chmod(0o600)
        if self._user is not None:
            os.chown(file, self._user, self._user)
            os.chown(self._folder, self._user, self._user)
            self._folder.chmod(0o755)

    def _run(self, name: str, *arguments: str) -> None:
        user = self._user
        as_user = None if user is None else lambda: die_with_parent_as(user)
        _checked([str(self._binary(name)), *arguments], as_user=as_user)

    def _accepts(self) -> bool:
        import psycopg

        there = f"host=127.0.0.1 port={self.port} user=postgres"
        try:
            with psycopg.connect(there, password=PASSWORD, dbname="postgres", autocommit=True) as connection:
                literal = psycopg.sql.Literal(PASSWORD)
                connection.execute(psycopg.sql.SQL(f"create role {USER} login password {{}}").format(literal))
                connection.execute(f"create database {DATABASE} owner {USER}")
            return True
        except psycopg.OperationalError:
            return False


class MariaDb(Server):
    """Its tables of users are made without a server, by the statements that come with it."""

    scheme, root = "mysql", "root"

    def __init__(self) -> None:
        super().__init__()
        self.authority = self._folder / "authority.pem"

    def start(self) -> None:
        """As every server."""
        self._unpacked = cache.mariadb()
        key = self_signed(self.authority, self._folder / "key.pem")
        (self._folder / "data").mkdir()
        _checked([*self._command(), "--bootstrap", "--skip-networking"], self._library(), self._statements())
        network = (
            f"--port={self.port}", "--bind-address=127.0.0.1", f"--socket={self._folder / 'socket'}",
            f"--ssl-cert={self.authority}", f"--ssl-key={key}", f"--pid-file={self._folder / 'pid'}",
        )  # fmt: skip
        self._child = Child("mariadb", [*self._command(), *network], self._folder / "mariadb.log", self._library())
        self._child.wait_until(self._accepts)

    def _command(self) -> list[str]:
        user = ("--user=root",) if os.geteuid() == 0 else ()
        return [
            str(next(self._unpacked.glob("usr/*bin/mariadbd"))), "--no-defaults", *user,
            f"--datadir={self._folder / 'data'}", f"--lc-messages-dir={self._share}",
            f"--character-sets-dir={self._share / 'charsets'}",
            f"--plugin-dir={self._folder}", "--innodb-log-file-size=8M", "--innodb-buffer-pool-size=32M",
            "--innodb-flush-log-at-trx-commit=0", "--innodb-use-native-aio=0", "--skip-name-resolve",
        ]  # fmt: skip

    @property
    def _share(self) -> Path:
        """`mysql` before version 11."""
        return next(self._unpacked.glob("usr/share/m*/*_system_tables.sql")).parent

    def _library(self) -> dict[str, str]:
        return {"LD_LIBRARY_PATH": ":".join(str(path) for path in self._unpacked.glob("usr/lib/*-linux-gnu"))}

    def _statements(self) -> str:
        names = ("system_tables", "performance_tables", "system_tables_data")
        tables = [next(self._share.glob(f"*_{name}.sql")).read_text() for name in names]
        secret = PASSWORD.replace("'", "''")
        users = f"""
            flush privileges;
            create or replace user root@127.0.0.1 identified by '{secret}';
            grant all on *.* to root@127.0.0.1 with grant option;
            create user {USER}@127.0.0.1 identified by '{secret}';
            create database {DATABASE};
            grant all on {DATABASE}.* to {USER}@127.0.0.1;
        """
        lines = [line.strip() for line in users.strip().splitlines()]
        return "\n".join(["create database mysql;", "use mysql;", *tables, *lines, ""])

    def _accepts(self) -> bool:
        import pymysql

        try:
            there = {"host": "127.0.0.1", "port": self.port, "user": USER, "password": PASSWORD, "database": DATABASE}
            pymysql.connect(**there).close()
            return True
        except pymysql.OperationalError:
            return False


def _readable(folder: Path) -> None:
    """By everybody, all of it, and executable."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(path.stat().st_mode | 0o555)


def _checked(
    command: Sequence[str], more: dict[str, str] | None = None, text: str = "", as_user: object = None
) -> None:
    found = subprocess.run(
        command, input=text, env={**os.environ, **(more or {})}, preexec_fn=as_user, capture_output=True, text=True
    )  # type: ignore[call-overload]
    if found.returncode:
        sys.stderr.write(found.stdout + found.stderr)
        raise subprocess.CalledProcessError(found.returncode, command)
