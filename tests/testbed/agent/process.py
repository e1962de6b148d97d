"""One container as a local process."""

import asyncio
import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from tests.testbed.processes import die_with_parent, resident


class ContainerProcess:
    """Started at once; `exit_code` is the shell's: 128 + signal for a killed one."""

    def __init__(self, process: asyncio.subprocess.Process, memory_limit: float | None) -> None:
        self._process, self._limit = process, memory_limit
        self.oom_killed = False
        self.pid = process.pid

    @classmethod
    async def start(
        cls,
        command: Sequence[str],
        env: Mapping[str, str],
        folder: Path,
        log: Path,
        cores: int | None,
        memory: float | None,
    ) -> "ContainerProcess":
        """Raises OSError if the command cannot be run."""
        allowed = sorted(os.sched_getaffinity(0))

        def prepare() -> None:
            die_with_parent()
            if cores and cores < len(allowed):
                # Spread containers over the cores: the first free one is not known here, so by pid.
                first = os.getpid() % len(allowed)
                os.sched_setaffinity(0, {allowed[(first + i) % len(allowed)] for i in range(cores)})

        with log.open("ab") as output:
            process = await asyncio.create_subprocess_exec(
                *command,
                env=dict(env),
                cwd=folder,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                preexec_fn=prepare,
                start_new_session=True,
            )
        return cls(process, memory)

    async def wait(self) -> int:
        """The exit code; watches the memory limit meanwhile."""
        while True:
            try:
                code = await asyncio.wait_for(asyncio.shield(self._process.wait()), 0.5 if self._limit else None)
            except TimeoutError:
                self._check_memory()
                continue
            self.kill()
            return 128 - code if code < 0 else code

    def _check_memory(self) -> None:
        if self._limit and resident(self.pid) > self._limit:
            self.oom_killed = True
            self.kill()

    def terminate(self) -> None:
        """SIGTERM to the main process, as container runtimes do."""
        with suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL to all of it."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
