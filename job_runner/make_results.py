"""The part of the Makefile that stands behind analyses: what they have found, put where people need it."""

from collections.abc import Callable
from contextlib import ExitStack
from functools import cache, partial
from pathlib import Path

from job_runner.analyzing.kinds import kind_of
from job_runner.analyzing.stored import rows_file
from job_runner.make_analyses import Analyzed
from job_runner.plan.plan import Plan
from job_runner.results.formats import check_writable, format_of
from job_runner.stop import Stop
from job_runner.targets.cut_list import CutsTarget
from job_runner.targets.destination import Destination
from job_runner.targets.handed import HandedTarget
from job_runner.targets.tables import Tables
from job_runner.workspace.places import Places
from job_runner.workspace.store import Store
from videojob_api.order import Order
from videojob_api.output import Output
from videojob_api.results import Result
from videojob_api.status import ResultStatus
from videojob_api.usage import analysis_of


class ResultsMaker:
    """Of one job. `secrets` is the folder of mounted Secrets, None at a desk."""

    def __init__(self, order: Order, places: Places, store: Store, stop: Stop, secrets: Path | None) -> None:
        self._order, self._places, self._store, self._stop = order, places, store, stop
        self._tables = Tables(order, secrets)

    def check(self) -> None:
        """Raises OutputExists, ConfigInvalid … before anything is looked at."""
        for result in self._order.work.results or []:
            file = self._file(result)
            analysis = analysis_of(self._order.work, result.analysis)
            if file and result.uri:
                check_writable(format_of(result.uri, result.format))
                file.check()
            else:
                self._tables.check(result, analysis.input, kind_of(analysis).row)

    def make(self, analyzed: Analyzed) -> list[ResultStatus]:
        """All of them; of several of one analysis its rows are fetched once. Raises RunnerError."""
        with ExitStack() as kept:
            rows = cache(lambda name: kept.enter_context(rows_file(self._store, name, analyzed.planned.digest)))
            return [self._made(result, analyzed, rows) for result in self._order.work.results or []]

    def _made(self, result: Result, analyzed: Analyzed, rows: Callable[[str], Path]) -> ResultStatus:
        name = result.analysis
        return HandedTarget(
            result, analyzed.subject(name), analyzed.planned.plan.analysis(name), analyzed.status(name),
            partial(rows, name), self._file(result), self._tables.write, self._stop.check,
        ).make()  # fmt: skip

    def _file(self, result: Result) -> Destination | None:
        replaces = result.if_exists == "Replace"
        return Destination(self._order, result.uri, replaces, self._places) if result.uri else None

    def list_cuts(self, output: Output, plan: Plan, analyzed: Analyzed) -> None:
        """Beside an output whose clips were found."""
        if analyzed.cutting:
            CutsTarget(self._order, output, plan, analyzed.cut_by(), self._places).make()
