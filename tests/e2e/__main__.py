"""`make e2e`: builds what is needed, then runs the tests in namespaces of their own.

Skips with the reason where no real node can run; with SPOTREEL_REQUIRE set that is a failure.

Without arguments two worlds run beside each other, each in namespaces of its own: most of the time a test waits for
kubelets, Leases and time-outs. With arguments for pytest there is one.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO

from tests.e2e.prepare import prepare, say
from tests.testbed import cache
from tests.testbed.host.namespaces import isolated, why_not
from tests.testbed.processes import die_with_parent

FOLDER = Path("tests/e2e")
SECOND = ("test_trouble.py",)
"""What the second world plays, which takes as long as all others together; those the first one plays.

Upgrades come last there: they leave another release.
"""


def lanes(arguments: Sequence[str], record: bool) -> list[list[str]]:
    """pytest's arguments, a list for each world. One world alone writes a record."""
    if arguments or record:
        return [[str(FOLDER), *arguments]]
    second = [str(FOLDER / name) for name in SECOND]
    return [[str(FOLDER), *(f"--ignore={file}" for file in second)], second]


def start(arguments: Sequence[str], output: IO[str] | None) -> subprocess.Popen[bytes]:
    """A world's tests."""
    tests = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--durations=10", *arguments]
    command = isolated(tests)
    return subprocess.Popen(command, cwd=cache.ROOT, stdout=output, stderr=output, preexec_fn=die_with_parent)


def play(arguments: Sequence[Sequence[str]]) -> int:
    """The first world is seen as it goes, the others when they have ended; gives the first exit code that is not 0."""
    first, *others = arguments
    with ExitStack() as stack:
        logs = [stack.enter_context(tempfile.TemporaryFile("w+")) for _ in others]
        running = [start(first, None), *map(start, others, logs)]
        codes = [running[0].wait()]
        for process, log, what in zip(running[1:], logs, others, strict=True):
            say(f"beside it: {' '.join(what)}")
            codes.append(process.wait())
            log.seek(0)
            sys.stdout.write(log.read())
    return next(filter(None, codes), 0)


def main() -> int:
    """pytest's exit code."""
    if reason := why_not():
        say(f"e2e skipped: {reason}")
        return 1 if os.environ.get("SPOTREEL_REQUIRE") else 0
    prepare()
    return play(lanes(sys.argv[1:], "SPOTREEL_RECORD" in os.environ))


if __name__ == "__main__":
    sys.exit(main())
