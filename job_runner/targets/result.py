"""result <- output."""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass

from job_runner.workspace import names
from job_runner.workspace.store import Missing, Store
from videojob_api.status import OutputStatus

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ResultTarget:
    """What is said of the finished output. It is made last and looked for first: all else is only needed to make it."""

    uri: str
    store: Store
    output: Callable[[], OutputStatus]
    """Called if there is no result yet."""

    def stored(self) -> OutputStatus | None:
        """What a finished run left; one of another output (another --output) is none of ours."""
        try:
            result = OutputStatus.model_validate_json(self.store.get(names.RESULT).data)
        except Missing:
            return None
        return result if result.uri == self.uri else None

    def make(self) -> OutputStatus:
        """Raises whatever ends the making of its output."""
        result = self.output()
        self.store.put(names.RESULT, json.dumps(result.plain(), sort_keys=True).encode(), {})
        log.info("result committed", extra={"sha256": result.sha256, "output": result.uri})
        return result
