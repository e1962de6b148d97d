"""result <- output, results of analyses."""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass

from job_runner.errors import WorkspaceCorrupt
from job_runner.workspace import names
from job_runner.workspace.store import Missing, Store
from videojob_api.model import Lenient
from videojob_api.order import Work
from videojob_api.status import AnalysisStatus, OutputStatus, ResultStatus
from videojob_api.usage import table_named

log = logging.getLogger(__name__)


class Made(Lenient):
    """All that a finished job has made."""

    outputs: list[OutputStatus] = []
    results: list[ResultStatus] = []
    analyses: list[AnalysisStatus] = []

    def is_of(self, work: Work) -> bool:
        """Whether it is what the job asks for: another output (another --output), or table, is none of ours."""
        outputs = [output.uri for output in work.outputs]
        results = [(result.analysis, result.uri, table_named(work, result)) for result in work.results or []]
        made = [(result.analysis, result.uri, result.table) for result in self.results]
        return [output.uri for output in self.outputs] == outputs and made == results


@dataclass(frozen=True)
class ResultTarget:
    """What is said of the finished job. It is made last and looked for first: all else is only needed to make it."""

    work: Work
    store: Store
    made: Callable[[], Made]
    """Called if there is no result yet."""

    def stored(self) -> Made | None:
        """What a finished run left. Raises WorkspaceCorrupt for what none did."""
        try:
            result = Made.model_validate_json(self.store.get(names.RESULT).data)
        except Missing:
            return None
        except ValueError as error:
            raise WorkspaceCorrupt(f"{names.RESULT} is not what was written; delete the workspace") from error
        return result if result.is_of(self.work) else None

    def make(self) -> Made:
        """Raises whatever ends the making of what it needs."""
        result = self.made()
        self.store.put(names.RESULT, json.dumps(result.plain(), sort_keys=True).encode(), {})
        log.info(
            "result committed", extra={"files": [*(o.uri for o in result.outputs), *(r.uri for r in result.results)]}
        )
        return result
