"""Kills and starts again, each case on S3 and on a folder, until enough kills are made; writes docs/soak.md."""

import argparse
import hashlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from tests.soak.cases import CASES, Case
from tests.testbed.cache import ROOT
from tests.testbed.s3 import S3

PAGE = ROOT / "docs" / "soak.md"
SPOTREEL = str(Path(sys.executable).parent / "spotreel")
HEAD = """# Soak

Made by `make soak`: `spotreel render` is killed (SIGKILL) at random moments, {low} to {high} s after its start, and
begun again in a folder of its own with nothing but the workspace, until it comes to its end; then from the beginning.
Every end must have the sha256 of the run that nobody disturbed.

{kills} kills, {ends} ends, {seconds:.0f} s; {verdict}.

| job | workspace | kills | ends | sha256 values |
|---|---|---|---|---|
"""
LOW, HIGH = 0.5, 2.0


@dataclass
class Tally:
    """What became of one case on one kind of store."""

    case: Case
    store: str
    kills: int = 0
    ends: int = 0
    digests: set[str] = field(default_factory=set)

    def row(self) -> str:
        """A line of the table."""
        return f"| {self.case.name} | {self.store} | {self.kills} | {self.ends} | {len(self.digests)} |"


class Soak:
    """One case on one kind of store, in a folder of its own."""

    def __init__(self, case: Case, store: str, folder: Path, env: Mapping[str, str]) -> None:
        self.tally = Tally(case, store)
        self._folder, self._env = folder, {**os.environ, **env}
        self._inputs = case.make(folder)
        self._output = folder / f"out.{case.container}"
        self._files = [self._output, *case.results(self._output)]
        self._job = folder / "job.yaml"
        self._job.write_text(yaml.safe_dump(case.document(self._inputs, self._output)))
        self._dice = random.Random(f"{case.name} {store}")

    def run(self, kills: int) -> Tally:
        """First undisturbed, then with so many kills."""
        self._finish("undisturbed")
        while self.tally.kills < kills:
            self._round(kills)
        return self.tally

    def _workspace(self, name: str) -> str:
        unique = hashlib.sha256(str(self._folder).encode()).hexdigest()[:8]
        return f"s3://media/soak/{unique}/{name}/" if self.tally.store == "S3" else str(self._folder / "work" / name)

    def _start(self, name: str) -> "subprocess.Popen[str]":
        elsewhere = self._folder / f"attempt-{self.tally.kills}"
        elsewhere.mkdir(exist_ok=True)
        command = [SPOTREEL, "render", str(self._job), "--workspace", self._workspace(name)]
        pipes = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL}
        return subprocess.Popen(command, cwd=elsewhere, env=self._env, text=True, **pipes)  # type: ignore[call-overload, no-any-return]

    def _round(self, kills: int) -> None:
        name = f"round-{self.tally.ends}"
        while self.tally.kills < kills:
            process = self._start(name)
            try:
                _, errors = process.communicate(timeout=self._dice.uniform(LOW, HIGH))
                break
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.communicate()
                self.tally.kills += 1
                if all(file.exists() for file in self._files):
                    # It was killed between its end and its exit, or just before it wrote down that it had ended.
                    self._ended()
                    return
        else:
            self._finish(name)
            return
        assert process.returncode == 0, errors
        self._ended()

    def _finish(self, name: str) -> None:
        process = self._start(name)
        _, errors = process.communicate(timeout=300)
        assert process.returncode == 0, errors
        self._ended()

    def _ended(self) -> None:
        self.tally.digests.add(hashlib.sha256(b"".join(file.read_bytes() for file in self._files)).hexdigest())
        for file in self._files:
            file.unlink()
        self.tally.ends += 1


def page(tallies: list[Tally], seconds: float) -> str:
    """The page as Markdown."""
    kills, ends = sum(t.kills for t in tallies), sum(t.ends for t in tallies)
    verdict = "one sha256 per job" if all_same(tallies) else "DIFFERENT bytes: see the table"
    head = HEAD.format(low=LOW, high=HIGH, kills=kills, ends=ends, seconds=seconds, verdict=verdict)
    return head + "\n".join(t.row() for t in tallies) + "\n"


def all_same(tallies: list[Tally]) -> bool:
    """One digest a case, whatever the store."""
    digests: dict[str, set[str]] = {}
    for tally in tallies:
        digests.setdefault(tally.case.name, set()).update(tally.digests)
    return all(len(found) == 1 for found in digests.values())


def soak(kills: int, folder: Path, at_once: int) -> list[Tally]:
    """About `kills` in all, spread over cases and stores, `at_once` side by side."""
    server = S3(folder / "s3")
    server.start()
    try:
        runs = []
        for number, (case, store) in enumerate((c, s) for c in CASES for s in ("S3", "folder")):
            own = folder / str(number)
            own.mkdir()
            runs.append(Soak(case, store, own, server.environment()))
        each = -(-kills // len(runs))
        with ThreadPoolExecutor(at_once) as pool:
            return list(pool.map(lambda run: _said(run.run(each)), runs))
    finally:
        server.stop()


def _said(tally: Tally) -> Tally:
    print(tally.row(), flush=True)  # noqa: T201
    return tally


def main() -> int:
    parser = argparse.ArgumentParser(prog="soak", description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--at-once", type=int, default=2)
    parser.add_argument("--output", type=Path, default=PAGE)
    options = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="soak-") as name:
        tallies = soak(options.kills, Path(name), options.at_once)
    text = page(tallies, time.monotonic() - began)
    options.output.write_text(text)
    print(text)  # noqa: T201
    return 0 if all_same(tallies) else 1


if __name__ == "__main__":
    sys.exit(main())
