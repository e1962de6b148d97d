"""The workspace is a Makefile: look what is there, build what is missing, commit it.

    plan <- inputs, spec     segments/k <- plan, k     audio <- plan
    output <- all segments, audio                      result <- output

The objects are the state: there is no progress file and no lock. Whoever comes second finds the
work done; twins do harmless double work.
"""

import hashlib
import json
import logging
import tempfile
import threading
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from job_runner.effects.assets import Assets
from job_runner.errors import ConfigInvalid, Disrupted, OutputExists, RunnerError, WorkspaceCorrupt
from job_runner.in_hand import SOUND, working_on
from job_runner.inputs import JobInputs
from job_runner.media.encoders import opens
from job_runner.media.fingerprint import fingerprint
from job_runner.media.join import join
from job_runner.plan.output import OutputPlan
from job_runner.plan.plan import Plan, make_plan, read_plan
from job_runner.segments import Builders, Inputs
from job_runner.stop import Stop
from job_runner.tracker import Tracker
from job_runner.workspace import names
from job_runner.workspace.directory import file_sha256
from job_runner.workspace.places import Places, shown
from job_runner.workspace.store import Missing, Store, Taken
from videojob_api.order import Order
from videojob_api.status import OutputStatus
from videojob_api.values import format_duration

log = logging.getLogger(__name__)
DOWNLOADS = 4


class Maker:
    """Makes one job's result, or as much of it as it is given time for."""

    def __init__(self, order: Order, places: Places, tracker: Tracker, stop: Stop, cores: int) -> None:
        self._order, self._places, self._tracker, self._stop, self._cores = order, places, tracker, stop, cores
        self._store = places.folder(order.workspace)
        self._output = order.work.outputs[0]
        self._over = threading.Event()
        self._planned = ""
        self.inputs = JobInputs(order.work, places, tracker, self._stop_here)

    def make(self) -> OutputStatus:
        """The finished output. Raises RunnerError; Disrupted if told to stop before the end."""
        try:
            result = self._result() or self._made_or_twins()
        except RunnerError as error:
            self.forget(error)
            raise
        self._clean_up()
        return result

    def _made_or_twins(self) -> OutputStatus:
        try:
            return self._made()
        except (Missing, OutputExists) as error:
            # A twin may have finished and cleaned up while we worked.
            return self._result() or _raise(error)

    def _made(self) -> OutputStatus:
        plan = self._plan()
        output = plan.output(self._output.name)
        with ThreadPoolExecutor(1, "sound") as side:
            sound = side.submit(self._audio, plan, output)
            try:
                return self._segments(plan, output, sound) or self._finish(plan, output, sound)
            finally:
                # After an error, or a twin's success, nobody waits for the sound of hours.
                self._over.set()

    # result

    def _result(self) -> OutputStatus | None:
        """What a finished run left; one of another output (another --output) is none of ours."""
        try:
            result = OutputStatus.model_validate_json(self._store.get(names.RESULT).data)
        except Missing:
            return None
        return result if result.uri == self._output.uri else None

    # plan

    def _plan(self) -> Plan:
        try:
            plan = self._stored_plan()
        except Missing:
            plan = self._first_plan()
        _check_same(plan, self._order, fingerprint(self.inputs.installed_fonts))
        self.inputs.bind(plan)
        return plan

    def _first_plan(self) -> Plan:
        self._check_output()
        plan = self.draft()
        self._store.put(names.PLAN, plan.model_dump_json(by_alias=True, exclude_none=True).encode(), {})
        log.info("planned", extra={"frames": plan.frames, "segments": plan.segments})
        # A twin may have been first; from here on only what is stored counts.
        return self._stored_plan()

    def _stored_plan(self) -> Plan:
        """Its digest goes with what is made by it. Raises Missing, or what `read_plan` does."""
        data = self._store.get(names.PLAN).data
        self._planned = hashlib.sha256(data).hexdigest()
        return read_plan(data, self._order.workspace)

    def draft(self) -> Plan:
        """What the inputs and the spec make of each other; nothing is written."""
        facts = self.inputs.facts()
        software = fingerprint(self.inputs.installed_fonts)
        plan = make_plan(self._order.job, self._order.work, facts, software, opens, self.inputs.times(facts))
        notes = self.inputs.text_notes(plan.output(self._output.name).size)
        return plan.model_copy(update={"notes": [*plan.notes, *notes]})

    def _check_output(self) -> None:
        store, key = self._places.file(self._output.uri)
        found = store.metadata(key)
        if found is not None and self._output.if_exists == "Fail" and found.get("job") != self._order.job:
            raise OutputExists(f"{shown(self._output.uri)} exists; {self._how_to_replace()}, or choose another name")

    def _how_to_replace(self) -> str:
        """On a desk by an option, in a cluster by the spec."""
        return "replace it with -y" if self._order.local_files else "set ifExists: Replace"

    # segments and sound

    def _segments(self, plan: Plan, output: OutputPlan, sound: Future[None]) -> OutputStatus | None:
        """Builds until a listing shows all of them; a result found meanwhile is a twin's, and ours."""
        done = self._done(plan)
        assets = self.inputs.assets() if set(range(plan.segments)) - done else Assets()
        inputs = Inputs(plan, output, self.inputs.open, assets, self.inputs.damaged)
        self._tracker.planned(plan, done)
        log.info("rendering", extra={"found": len(done), "segments": plan.segments})
        while missing := set(range(plan.segments)) - done:
            if result := self._result():
                return result
            self._stop_here()
            if sound.done():
                sound.result()
            Builders(inputs, self._commit(plan), self._tracker, self._stop, self._cores).build(missing)
            self._stop_here()
            done = self._done(plan)
        return None

    def _done(self, plan: Plan) -> set[int]:
        keys = self._store.list(names.segment_prefix(self._output.name))
        return {index for index in range(plan.segments) if names.segment(self._output.name, index) in keys}

    def _commit(self, plan: Plan) -> Callable[[int, bytes], None]:
        def commit(index: int, data: bytes) -> None:
            metadata = {"fingerprint": plan.fingerprint, "attempt": self._order.attempt, "plan": self._planned}
            self._store.put(names.segment(self._output.name, index), data, metadata)
            log.info("segment committed", extra={"segment": index, "bytes": len(data)})

        return commit

    def _audio(self, plan: Plan, output: OutputPlan) -> None:
        """The sound, committed as an object of its own; whoever was first, the stored one counts."""
        if plan.audio is None or self._store.metadata(names.AUDIO) is not None:
            return
        from job_runner.media.audio import make_audio

        with tempfile.TemporaryDirectory(prefix="spotreel-") as scratch, suppress(Taken):
            path = Path(scratch) / names.AUDIO
            # A file may promise a sound track and have nothing in it: no packet, no file.
            path.touch()
            with working_on(SOUND):
                make_audio(plan, output, self.inputs.open, path, self._stop_here, self._tracker.warn)
            metadata = {"attempt": self._order.attempt, "plan": self._planned, "sha256": file_sha256(path)}
            self._store.put_file(names.AUDIO, path, metadata, replace=False)

    def _stop_here(self) -> None:
        if self._stop.requested or self._over.is_set():
            raise Disrupted("told to stop; finished segments are kept")

    # output

    def _finish(self, plan: Plan, output: OutputPlan, sound: Future[None]) -> OutputStatus:
        self._tracker.joining()
        with tempfile.TemporaryDirectory(prefix="spotreel-") as scratch:
            folder = Path(scratch)
            sound.result()
            joined = self._join(plan, output, folder)
            self._stop_here()
            return self._publish(plan, joined)

    def _join(self, plan: Plan, output: OutputPlan, folder: Path) -> Path:
        keys = [names.segment(self._output.name, index) for index in range(plan.segments)]
        with ThreadPoolExecutor(DOWNLOADS, "download") as pool:
            paths = list(pool.map(lambda pair: self._fetch(pair[1], folder / f"{pair[0]:06d}.mp4"), enumerate(keys)))
        audio = self._fetch(names.AUDIO, folder / names.AUDIO) if plan.audio else None
        joined = folder / f"output.{output.container}"
        join(plan, output, paths, audio if audio and audio.stat().st_size else None, joined)
        return joined

    def _fetch(self, key: str, path: Path) -> Path:
        self._stop_here()
        found = self._store.fetch(key, path)
        if "sha256" in found and found["sha256"] != file_sha256(path):
            raise WorkspaceCorrupt(f"{key} is not what was written; delete the workspace")
        # Where a store ignores conditions, two first runners may each have begun with a plan of their own.
        if found.get("plan", self._planned) != self._planned:
            raise WorkspaceCorrupt(f"{key} was made by another plan; delete the workspace")
        return path

    def _publish(self, plan: Plan, joined: Path) -> OutputStatus:
        sha256 = file_sha256(joined)
        store, key = self._places.file(self._output.uri)
        metadata = {"job": self._order.job, "sha256": sha256, "frames": str(plan.frames)}
        try:
            store.put_file(key, joined, metadata, replace=self._output.if_exists == "Replace")
        except Taken as error:
            raise OutputExists(
                f"{shown(self._output.uri)} appeared while the job ran; {self._how_to_replace()}"
            ) from error
        result = OutputStatus(
            name=self._output.name,
            uri=self._output.uri,
            size_bytes=joined.stat().st_size,
            sha256=sha256,
            frames=plan.frames,
            duration=format_duration(plan.duration),
        )
        self._store.put(names.RESULT, json.dumps(result.plain(), sort_keys=True).encode(), {})
        log.info("result committed", extra={"sha256": sha256, "output": self._output.uri})
        return result

    def forget(self, error: RunnerError) -> None:
        """What failed for good leaves nothing where nothing is to be retained."""
        checkpoint = self._order.work.checkpoint
        if error.reason and not self._stop.requested and checkpoint and checkpoint.retain == "Never":
            with suppress(RunnerError, Missing, OSError):
                remove_workspace(self._store)

    def _clean_up(self) -> None:
        """Only the result stays, unless the spec keeps everything. The job is done, whatever happens here."""
        checkpoint = self._order.work.checkpoint
        if (checkpoint and checkpoint.retain) == "Always":
            return
        try:
            remove_workspace(self._store, keep={names.RESULT})
        except (RunnerError, Missing, OSError) as error:
            log.warning("finished segments could not be removed", extra={"error": str(error)})


def remove_workspace(store: Store, keep: AbstractSet[str] = frozenset()) -> None:
    """Deletes what runners have made there, and nothing else."""
    store.delete({key for key in store.list("") if names.is_ours(key)} - keep)


def _raise(error: Missing | OutputExists) -> NoReturn:
    if isinstance(error, OutputExists):
        raise error
    raise WorkspaceCorrupt(f"{error} vanished while it was needed; run the job again") from error


def _check_same(plan: Plan, order: Order, software: str) -> None:
    if plan.job != order.job:
        raise ConfigInvalid(
            f"{order.workspace} holds the plan of {plan.job}, not of {order.job}; choose another workspace or delete it"
        )
    if plan.fingerprint != software:
        raise ConfigInvalid(
            f"{order.workspace} was begun by runner {plan.fingerprint}, this one is {software}: their bytes would "
            "not match; use the first runner's image, or delete the workspace to begin again"
        )
