"""`spotreel import`: as it is typed, into SQLite and real servers; names, repetition, errors in one line."""

import fcntl
import json
import os
import signal
import sqlite3
import subprocess
import sys
import termios
import time
from pathlib import Path
from typing import BinaryIO

import pytest

from job_runner.cli.main import main
from job_runner.results.database import VARIABLE
from job_runner.results.detections import DetectionRow
from job_runner.results.events import EventRow
from job_runner.results.ndjson import member, members

SPOTREEL = str(Path(sys.executable).parent / "spotreel")
ROWS = [DetectionRow(n, n / 25, "player", 0.5, 1.0, 2.0, 3.0, 4.0) for n in range(3)]
FILE = "match.analysis/detections.ndjson.gz"


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(VARIABLE, raising=False)
    (tmp_path / "match.analysis").mkdir()
    (tmp_path / FILE).write_bytes(member(ROWS))
    return tmp_path


def rows(query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect("people.db") as database:
        return database.execute(query).fetchall()


def test_names_come_from_the_file_and_twice_is_once(capsys: pytest.CaptureFixture[str]) -> None:
    said = "row{s}{before} into table detection: job match, analysis detections, input match\n"
    assert main(["import", FILE, "--to", "sqlite:///people.db"]) == 0
    assert capsys.readouterr().out == "wrote  3 " + said.format(s="s", before="")
    Path(FILE).write_bytes(member(ROWS[:1]))
    assert main(["import", FILE, "--to", "sqlite:///people.db"]) == 0
    assert capsys.readouterr().out == "wrote  1 " + said.format(s="", before=" instead of 3")
    assert rows("select job, analysis, input, frame from detection") == [("match", "detections", "match", 0)]


def test_names_that_were_typed_and_the_answer_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    typed = ["--table", "people", "--job", "final", "--analysis", "players", "--input", "left.mp4", "--json"]
    assert main(["import", FILE, "--to", "sqlite:///people.db", *typed]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "file": FILE, "table": "people", "job": "final", "analysis": "players", "input": "left.mp4",
        "rows": 3, "replaced": 0,
    }  # fmt: skip
    assert rows("select distinct job, analysis, input from people") == [("final", "players", "left.mp4")]


def test_events_go_into_a_table_of_their_own(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (desk / "motion.ndjson.gz").write_bytes(member([EventRow(1, 0.0, 2.52, 3.1, "%")]))
    assert main(["import", "motion.ndjson.gz", "--to", "sqlite:///people.db", "--job", "match"]) == 0
    assert capsys.readouterr().out.startswith("wrote  1 row into table event: job match, analysis motion,")
    assert rows("select analysis, start, stop from event") == [("motion", 0.0, 2.52)]


def test_the_url_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "sqlite:///people.db")
    assert main(["import", FILE]) == 0
    assert rows("select count(*) from detection") == [(3,)]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([FILE], 64, f"name a database: its URL in the environment variable {VARIABLE}, or on the command line"),
        ([FILE, "--to", "oracle://u:pa55@db/x"], 78, "the database's URL begins with none of sqlite, postgresql"),
        ([FILE, "--to", "sqlite:///no/people.db"], 77, "database (SQLite) cannot be opened"),
        ([FILE, "--to", "sqlite:///people.db", "--table", "a-b"], 64, "table 'a-b': letters, digits and _"),
        ([FILE, "--to", "sqlite:///people.db", "--job", " "], 64, "job ' ': 1 to 255 letters or signs"),
        ([FILE, "--to", "postgresql://u:pa55@127.0.0.1:1/x?connect_timeout=2"], 69, "database (PostgreSQL) cannot be"),
        (["none.ndjson.gz", "--to", "sqlite:///people.db"], 66, "there is no none.ndjson.gz"),
        (["spoilt.ndjson.gz", "--to", "sqlite:///people.db"], 65, "spoilt.ndjson.gz is damaged behind line"),
    ],
)
def test_what_is_wrong_is_one_line(
    desk: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    code: int,
    said: str,
) -> None:
    monkeypatch.setattr("job_runner.cli.import_rows.PATIENCE", 0)
    (desk / "spoilt.ndjson.gz").write_bytes(member(ROWS)[:-9])
    assert main(["import", *arguments]) == code
    error = capsys.readouterr().err
    assert error.startswith(f"spotreel: {said}") and error.count("\n") == 1 and "pa55" not in error
    assert main(["import", *arguments, "--json"]) == code
    assert json.loads(capsys.readouterr().out)["message"].startswith(said)


MANY = [DetectionRow(n, n / 25, "player", 0.5, 1.0, 2.0, 3.0, 4.0) for n in range(30_000)]
PIPES = {
    "standard input": "cat {file} | {spotreel} -",
    "standard input, unpacked": "zcat {file} | {spotreel} -",
    "a file as standard input": "{spotreel} - < {file}",
    "part of a file as standard input": "(echo title; zcat {file}) > a; {{ read -r title; {spotreel} -; }} < a",
    "standard input by its path": "cat {file} | {spotreel} /dev/stdin",
    "a command": "{spotreel} <(cat {file})",
    "a command, unpacked": "{spotreel} <(zcat {file})",
    "a named pipe": "mkfifo pipe; cat {file} > pipe & {spotreel} pipe",
}


@pytest.mark.parametrize("how", PIPES)
def test_all_rows_come_through_a_pipe(how: str, desk: Path) -> None:
    (desk / FILE).write_bytes(b"".join(members(MANY)))
    typed = f"{SPOTREEL} import --to sqlite:///people.db --job match --analysis people"
    done = subprocess.run(
        ["bash", "-c", PIPES[how].format(file=FILE, spotreel=typed)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert rows("select job, analysis, input, count(*), max(frame) from detection") == [
        ("match", "people", "match", len(MANY), len(MANY) - 1)
    ]


@pytest.mark.parametrize("names", [[], ["--job", "match"], ["--analysis", "people"]])
@pytest.mark.parametrize("file", ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"])
def test_whose_rows_come_through_a_pipe_must_be_said(
    file: str, names: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", file, "--to", "sqlite:///people.db", *names]) == 64
    name = "standard input" if file == "-" else file
    assert capsys.readouterr().err == f"spotreel: --job NAME --analysis NAME: say whose rows come from {name}\n"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("zcat none.gz | {}", "standard input is empty: a file of no rows has a gzip header at least; make it again"),
        ("head -c 999 {file} | {}", "standard input is damaged behind line"),
        ("zcat {file} | head -c 999 | {}", "standard input, line 10: no row of a detection or event"),
        ("echo time,label | {}", "standard input, line 1: no row of a detection or event"),
    ],
)
def test_a_pipe_that_brings_no_rows_changes_nothing(command: str, said: str, desk: Path) -> None:
    (desk / FILE).write_bytes(b"".join(members(MANY)))
    typed = ["import", "--to", "sqlite:///people.db", "--job", "match", "--analysis", "detections"]
    assert main([*typed, FILE]) == 0
    line = command.replace("{file}", FILE).replace("{}", " ".join([SPOTREEL, *typed, "-"]))
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=60)
    assert done.returncode == 65 and f"spotreel: {said}" in done.stderr
    assert rows("select count(*) from detection") == [(len(MANY),)]


def test_a_file_without_rows_takes_away_those_that_were_there(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An analysis that found something and finds nothing now: its file does not tell of which kind its rows are."""
    file, typed = desk / "motion.ndjson.gz", ["import", "motion.ndjson.gz", "--to", "sqlite:///people.db"]
    file.write_bytes(member([EventRow(1, 0.0, 2.52, 3.1, "%")]))
    assert main(typed) == main([*typed, "--table", "moments"]) == 0
    file.write_bytes(member([]))
    for table in ("event", "moments"):
        capsys.readouterr()
        assert main(typed if table == "event" else [*typed, "--table", table]) == 0
        assert capsys.readouterr().out.startswith(f"wrote  0 rows instead of 1 into table {table}: job motion")
        assert rows(f"select count(*) from {table}") == [(0,)]


def test_a_file_that_is_named_as_standard_input_is(desk: Path) -> None:
    Path("-").write_bytes(member(ROWS))
    assert main(["import", "./-", "--to", "sqlite:///people.db", "--job", "match"]) == 0
    assert rows("select distinct job, analysis from detection") == [("match", "-")]


def test_a_spoilt_file_changes_nothing(desk: Path) -> None:
    assert main(["import", FILE, "--to", "sqlite:///people.db"]) == 0
    Path(FILE).write_bytes(member(ROWS * 900)[:-9])
    assert main(["import", FILE, "--to", "sqlite:///people.db"]) == 65
    assert rows("select count(*) from detection") == [(3,)]


def test_a_spoilt_file_leaves_no_database(desk: Path) -> None:
    Path(FILE).write_bytes(member(ROWS * 900)[:-9])
    assert main(["import", FILE, "--to", "sqlite:///people.db"]) == 65
    assert main(["import", FILE, "--to", "sqlite:///people.db", "--table", "a-b"]) == 64
    assert not (desk / "people.db").exists()


@pytest.mark.parametrize("module", ["sqlalchemy", "duckdb"])
def test_the_command_needs_its_own_extra_alone(module: str, desk: Path) -> None:
    code = f"import sys; sys.modules['{module}'] = None; from job_runner.cli.main import command; sys.exit(command())"
    found = subprocess.run(
        [sys.executable, "-c", code, "import", FILE, "--to", "sqlite:///people.db"], capture_output=True, text=True
    )
    if module == "duckdb":
        assert found.returncode == 0, found.stderr
    else:
        assert (found.returncode, found.stderr) == (
            78,
            "spotreel: SQLAlchemy is not installed, which writes SQL: pip install 'spotreel[sql]'\n",
        )


def is_read(pipe: BinaryIO) -> bool:
    """Whether nothing that was written waits in it."""
    return fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)) == bytes(4)


def test_a_stop_leaves_the_database_as_it_was(desk: Path) -> None:
    """The file is a pipe, from which no row comes any more. For one within the transaction see test_sql."""
    assert main(["import", FILE, "--to", "sqlite:///people.db"]) == 0
    os.mkfifo("slow.ndjson.gz")
    command = [SPOTREEL, "import", "slow.ndjson.gz", "--to", "sqlite:///people.db", "--job", "match"]
    with (
        subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as running,
        Path("slow.ndjson.gz").open("wb") as pipe,
    ):
        pipe.write(member(ROWS))
        pipe.flush()
        # Before it waits for more, Python may be in a callback, where an interrupt is printed and forgotten.
        while not is_read(pipe):
            time.sleep(0.02)
        time.sleep(0.2)
        running.send_signal(signal.SIGINT)
        assert running.stderr is not None
        assert running.stderr.read() == "spotreel: stopped; the database is as it was\n"
        assert running.wait() == 75
    assert rows("select count(*) from detection") == [(3,)]
