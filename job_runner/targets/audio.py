"""audio <- plan."""

import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from job_runner.in_hand import SOUND, working_on
from job_runner.inputs import JobInputs
from job_runner.plan.output import OutputPlan
from job_runner.targets.plan import StoredPlan
from job_runner.tracker import Tracker
from job_runner.workspace import names
from job_runner.workspace.directory import file_sha256
from job_runner.workspace.store import Store, Taken


@dataclass(frozen=True)
class AudioTarget:
    """The sound of the whole timeline as an output holds it, of a plan that has some. Its value is its key.

    It needs no segment: it is made beside them, and `stop_here` ends that early by an error.
    """

    planned: StoredPlan
    output: OutputPlan
    inputs: JobInputs
    store: Store
    attempt: str
    tracker: Tracker
    stop_here: Callable[[], None]

    def stored(self) -> str | None:
        """Asks for the one object."""
        return None if self.store.metadata(names.AUDIO) is None else names.AUDIO

    def make(self) -> str:
        """Encodes it into a scratch file first: it may be long."""
        # It brings NumPy, which a job without sound need not wait for.
        from job_runner.media.audio import make_audio

        plan = self.planned.plan
        with tempfile.TemporaryDirectory(prefix="spotreel-") as scratch, suppress(Taken):
            path = Path(scratch) / names.AUDIO
            # A file may promise a sound track and have nothing in it: no packet, no file.
            path.touch()
            with working_on(SOUND):
                make_audio(
                    plan, self.output, self.inputs.open, path, self.stop_here, self.tracker.warn,
                    self.inputs.sound_damaged,
                )  # fmt: skip
            metadata = {"attempt": self.attempt, "plan": self.planned.digest, "sha256": file_sha256(path)}
            self.store.put_file(names.AUDIO, path, metadata, replace=False)
        return names.AUDIO
