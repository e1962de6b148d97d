"""The workspace is a Makefile: look what is there, build what is missing, commit it.

    plan <- inputs, spec, analyses     segments/k <- plan, k     audio <- plan
    output <- plan, all segments, audio
    results of analyses <- analyses    result <- output, results of analyses

Each target is a file of `targets/`; here they are walked, from the last to the first; those of analyses in
`make_analyses.py`. The objects are the state: there is no progress file and no lock. Whoever comes second finds the
work done; twins do harmless double work.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from job_runner import retention
from job_runner.errors import OutputExists, RunnerError, WorkspaceCorrupt
from job_runner.inputs import JobInputs
from job_runner.plan.output import OutputPlan
from job_runner.plan.plan import Plan
from job_runner.stop import Stop
from job_runner.targets.audio import AudioTarget
from job_runner.targets.beside import Beside
from job_runner.targets.destination import Destination
from job_runner.targets.family import ShareDone, make_all
from job_runner.targets.output import OutputTarget
from job_runner.targets.plan import Looked, PlanTarget, StoredPlan
from job_runner.targets.pool import Workers
from job_runner.targets.result import Made, ResultTarget
from job_runner.targets.segments import SegmentFamily
from job_runner.targets.shares import Runner
from job_runner.targets.target import brought
from job_runner.tracker import Tracker
from job_runner.workspace.places import Places
from job_runner.workspace.store import Missing
from videojob_api.order import Order
from videojob_api.output import Output
from videojob_api.status import OutputStatus

if TYPE_CHECKING:
    from job_runner.make_analyses import Analyzed
    from job_runner.make_results import ResultsMaker


class _TwinFinishedError(Exception):
    """Somebody else has made the result."""

    def __init__(self, result: Made) -> None:
        super().__init__("a twin has finished")
        self.result = result


class Maker:
    """Makes one job's result, or as much of it as it is given time for."""

    def __init__(
        self, order: Order, places: Places, tracker: Tracker, stop: Stop, cores: int, secrets: Path | None = None
    ) -> None:
        """`secrets` is the folder of mounted Secrets."""
        self._order, self._places, self._tracker, self._secrets = order, places, tracker, secrets
        self._workers = Workers(cores, tracker, stop)
        self._store = places.folder(order.workspace)
        self._inputs = JobInputs(order.work, places, tracker, stop.check)
        self._result = ResultTarget(order.work, self._store, self._made)

    def make(self) -> Made:
        """The finished job. Raises RunnerError; Disrupted if told to stop before the end, ShareDone if others go on."""
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

    def _result_of_any(self) -> Made:
        """Ours, or that of a twin, who may also have cleaned up while we worked."""
        try:
            return brought(self._result)
        except _TwinFinishedError as twin:
            return twin.result
        except (Missing, OutputExists) as error:
            return self._result.stored() or _raise(error)

    def _made(self) -> Made:
        """Outputs after all that they need; of analyses also what they have found, put where it is wanted."""
        if not self._order.work.analyses:
            return Made(outputs=[self._output(output, None)[0] for output in self._order.work.outputs])
        # They bring NumPy and more, which a job that looks at nothing need not wait for.
        from job_runner.make_analyses import AnalysesMaker
        from job_runner.make_results import ResultsMaker

        stop = self._workers.stop
        results = ResultsMaker(self._order, self._places, self._store, stop, self._secrets)
        maker = AnalysesMaker(
            self._order, self._inputs, self._store, self._tracker, stop, self._workers.cores, self._secrets
        )
        analyzed = maker.make(partial(self._check_destinations, results), self._check_need)
        if not self._order.work.outputs:
            self._leave_to_who_joins()
        made = [self._output(output, analyzed) for output in self._order.work.outputs]
        for output, (_, plan) in zip(self._order.work.outputs, made, strict=True):
            results.list_cuts(output, plan, analyzed)
        outputs, plans = [status for status, _ in made], [plan for _, plan in made]
        return Made(outputs=outputs, results=results.make(analyzed), analyses=analyzed.with_cuts(plans))

    def _output(self, output: Output, analyzed: Analyzed | None) -> tuple[OutputStatus, Plan]:
        """Rendered; the sound is made beside the segments."""
        destination = self._destination(output)
        planned = self._planned(destination, analyzed)
        wanted, stop = planned.plan.output(output.name), self._workers.stop
        with Beside("sound", partial(self._sound, planned, wanted), stop) as sound:
            segments = self._segments(planned, wanted, partial(self._between, sound))
            self._tracker.joining()
            parts = (segments, sound.result())
            self._leave_to_who_joins()
            return OutputTarget(planned, wanted, *parts, self._store, destination, stop.check).make(), planned.plan

    def _planned(self, destination: Destination, analyzed: Analyzed | None) -> StoredPlan:
        looked = Looked(analyzed.planned.plan.inputs, analyzed.found) if analyzed else None
        planned = brought(PlanTarget(self._order, self._inputs, self._store, destination, looked))
        self._inputs.bind(planned.plan)
        return planned

    def _segments(self, planned: StoredPlan, output: OutputPlan, between: Callable[[], None]) -> list[str]:
        order, workers = self._order, self._workers
        family = SegmentFamily(planned, output, self._inputs, order.attempt, workers, self._tracker)
        return make_all(family, self._store, workers, between, Runner(order.shard, order.shard.stays, order.attempt))

    def _leave_to_who_joins(self) -> None:
        """Raises ShareDone for a runner that has made its part, and no more is wanted of it."""
        if not self._order.shard.joins:
            raise ShareDone

    def _sound(self, planned: StoredPlan, output: OutputPlan, stop_here: Callable[[], None]) -> str | None:
        """One runner makes it beside the segments, and who joins without it there makes it too."""
        shard = self._order.shard
        if planned.plan.audio is None or not (shard.stays or shard.joins):
            return None
        attempt, tracker = self._order.attempt, self._tracker
        return brought(AudioTarget(planned, output, self._inputs, self._store, attempt, tracker, stop_here))

    def _destination(self, output: Output) -> Destination:
        return Destination(self._order, output.uri, output.if_exists == "Replace", self._places)

    # whether there is still a need

    def _check_destinations(self, results: ResultsMaker) -> None:
        """Before anything is looked at: whether all may be written where it is to go."""
        for output in self._order.work.outputs:
            self._destination(output).check()
        results.check()

    def _check_need(self) -> None:
        """Before workers are sent off."""
        if result := self._result.stored():
            raise _TwinFinishedError(result)
        self._workers.stop.check()

    def _between(self, sound: Beside[str | None]) -> None:
        self._check_need()
        sound.check()


def _raise(error: Missing | OutputExists) -> NoReturn:
    if isinstance(error, OutputExists):
        raise error
    raise WorkspaceCorrupt(f"{error} vanished while it was needed; run the job again") from error
