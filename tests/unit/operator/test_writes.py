"""The switch that kills the operator between two writes, in a process of its own."""

import signal
import subprocess
import sys

from spotreel_operator.runtime.writes import DIE_AFTER

PROGRAM = """
import asyncio
from spotreel_operator.runtime.writes import Writes
async def write(n):
    print(n, flush=True)
    return n
async def main():
    writes = Writes.from_environment()
    for n in range(1, 4):
        assert await writes.counted(write(n)) == n
asyncio.run(main())
"""


def ran(die_after: int) -> tuple[int, list[str]]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=30, env={DIE_AFTER: str(die_after)}
    )
    return done.returncode, done.stdout.split()


def test_it_dies_after_the_write_that_it_is_told() -> None:
    assert ran(2) == (-signal.SIGKILL, ["1", "2"])


def test_otherwise_it_only_counts() -> None:
    assert ran(0) == (0, ["1", "2", "3"])
