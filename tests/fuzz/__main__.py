"""Runs the cases, says what was wrong with any, and the counts of exit codes."""

import argparse
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import job_runner.cli.render
import job_runner.cli.validate  # noqa: F401
from job_runner.cli.main import main as spotreel
from tests.fuzz.cases import make_corpus, media_case, spec_case
from videojob_api.exit_codes import ExitCode

Case = Callable[[Path, Path, int], list[str]]
SECONDS = 180
MEMORY = 3 * 2**30
DOCUMENTED = {int(code) for code in ExitCode} - {ExitCode.CRASH, ExitCode.NODE_UNFIT}
CASES: dict[str, Case] = {"media": media_case, "specs": spec_case}


def run(arguments: list[str], folder: Path) -> tuple[int, str]:
    """Exit code (negative: the signal) and everything said, of `spotreel` in a bounded child."""
    said = folder / "said.txt"
    child = os.fork()
    if child == 0:
        _bounded(said)
        code = 1
        try:
            code = spotreel(arguments)
        except SystemExit as exit_:
            code = int(exit_.code or 0) if isinstance(exit_.code, int) else 1
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), said.read_text(errors="replace") if said.exists() else ""


def _bounded(said: Path) -> None:
    with said.open("wb") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(SECONDS)


def problem(code: int, said: str) -> str | None:
    """What is wrong with how it ended."""
    if code == -signal.SIGALRM:
        return f"it hung for {SECONDS} s"
    if code not in DOCUMENTED:
        return f"it ended with {code}"
    if "Traceback" in said:
        return "it showed a traceback"
    return "it said nothing" if code and not said.strip() else None


def fuzz(kind: str, corpus: Path, numbers: range, keep: Path | None) -> tuple[Counter[int], list[str]]:
    """Exit codes, and what was wrong."""
    codes: Counter[int] = Counter()
    wrong = []
    for number in numbers:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            code, said = run(CASES[kind](corpus, folder, number), folder)
            codes[code] += 1
            if trouble := problem(code, said):
                wrong.append(f"{kind} {number}: {trouble}: {said.strip()[-300:]}")
                if keep:
                    shutil.copytree(folder, keep / f"{kind}-{number}", dirs_exist_ok=True)
    return codes, wrong


def main() -> int:
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__)
    parser.add_argument("--media", type=int, default=2000)
    parser.add_argument("--specs", type=int, default=4000)
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--keep", type=Path, help="folder for the cases that went wrong")
    options = parser.parse_args()
    failures = []
    with tempfile.TemporaryDirectory(prefix="fuzz-") as name:
        make_corpus(Path(name))
        for kind, count in (("media", options.media), ("specs", options.specs)):
            began = time.monotonic()
            codes, wrong = fuzz(kind, Path(name), range(options.first, options.first + count), options.keep)
            ends = ", ".join(f"{code}: {times}" for code, times in sorted(codes.items()))
            print(f"{kind}: {count} cases in {time.monotonic() - began:.0f} s; exit codes {ends}")  # noqa: T201
            failures += wrong
    for line in failures:
        print(line)  # noqa: T201
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
