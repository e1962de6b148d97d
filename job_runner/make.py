"""The workspace is a Makefile: look what is there, build what is missing, commit it.

    plan <- inputs, spec     segments/k <- plan, k     audio <- plan
    output <- plan, all segments, audio                result <- output

Each target is a file of `targets/`; here they are walked, from the last to the first. The objects are the state: there
is no progress file and no lock. Whoever comes second finds the work done; twins do harmless double work.
"""

from collections.abc import Callable
from functools import partial
from typing import NoReturn

from job_runner import retention
from job_runner.errors import OutputExists, RunnerError, WorkspaceCorrupt
from job_runner.inputs import JobInputs
from job_runner.plan.output import OutputPlan
from job_runner.stop import Stop
from job_runner.targets.audio import AudioTarget
from job_runner.targets.beside import Beside
from job_runner.targets.destination import Destination
from job_runner.targets.family import make_all
from job_runner.targets.output import OutputTarget
from job_runner.targets.plan import PlanTarget, StoredPlan
from job_runner.targets.pool import Workers
from job_runner.targets.result import ResultTarget
from job_runner.targets.segments import SegmentFamily
from job_runner.targets.target import brought
from job_runner.tracker import Tracker
from job_runner.workspace.places import Places
from job_runner.workspace.store import Missing
from videojob_api.order import Order
from videojob_api.status import OutputStatus


class _TwinFinishedError(Exception):
    """Somebody else has made the result."""

    def __init__(self, result: OutputStatus) -> None:
        super().__init__(result.uri)
        self.result = result


class Maker:
    """Makes one job's result, or as much of it as it is given time for."""

    def __init__(self, order: Order, places: Places, tracker: Tracker, stop: Stop, cores: int) -> None:
        self._order, self._workers = order, Workers(cores, tracker, stop)
        self._store, self._output = places.folder(order.workspace), order.work.outputs[0]
        self._inputs = JobInputs(order.work, places, tracker, stop.check)
        self._destination = Destination(order, self._output, places)
        self._result = ResultTarget(self._output.uri, self._store, self._made)

    def make(self) -> OutputStatus:
        """The finished output. Raises RunnerError; Disrupted if told to stop before the end."""
        try:
            result = self._result_of_any()
        except RunnerError as error:
            self.forget(error)
            raise
        retention.after_success(self._order, self._store)
        return result

    def forget(self, error: RunnerError) -> None:
        """Once it is known that there will be no result; a stop leaves that open."""
        if not self._workers.stop.requested:
            retention.after_failure(self._order, self._store, error)

    def _result_of_any(self) -> OutputStatus:
        """Ours, or that of a twin, who may also have cleaned up while we worked."""
        try:
            return brought(self._result)
        except _TwinFinishedError as twin:
            return twin.result
        except (Missing, OutputExists) as error:
            return self._result.stored() or _raise(error)

    def _made(self) -> OutputStatus:
        """The output, after all that it needs; the sound is made beside the segments."""
        planned = self._planned()
        output, stop = planned.plan.output(self._output.name), self._workers.stop
        with Beside("sound", partial(self._sound, planned, output), stop) as sound:
            family = SegmentFamily(planned, output, self._inputs, self._order.attempt, self._workers)
            segments = make_all(family, self._store, self._workers, partial(self._between, sound))
            self._workers.tracker.joining()
            parts = (segments, sound.result())
            return OutputTarget(planned, output, *parts, self._store, self._destination, stop.check).make()

    def _planned(self) -> StoredPlan:
        planned = brought(PlanTarget(self._order, self._inputs, self._store, self._destination))
        self._inputs.bind(planned.plan)
        return planned

    def _sound(self, planned: StoredPlan, output: OutputPlan, stop_here: Callable[[], None]) -> str | None:
        if planned.plan.audio is None:
            return None
        attempt, tracker = self._order.attempt, self._workers.tracker
        return brought(AudioTarget(planned, output, self._inputs, self._store, attempt, tracker, stop_here))

    def _between(self, sound: Beside[str | None]) -> None:
        """Before workers are sent off: whether there is still a need."""
        if result := self._result.stored():
            raise _TwinFinishedError(result)
        self._workers.stop.check()
        sound.check()


def _raise(error: Missing | OutputExists) -> NoReturn:
    if isinstance(error, OutputExists):
        raise error
    raise WorkspaceCorrupt(f"{error} vanished while it was needed; run the job again") from error
