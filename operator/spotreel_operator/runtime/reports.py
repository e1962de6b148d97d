"""The latest report of every attempt, by the operator's clock. In memory: a restart begins anew."""

from collections.abc import Container
from datetime import datetime

from spotreel_operator.runtime.oldest import drop_oldest
from spotreel_operator.state.evidence import Heard
from videojob_api.report import Report

KEPT = 5000


class Reports:
    """Attempts by namespace and name."""

    def __init__(self) -> None:
        self._heard: dict[tuple[str, str], Heard] = {}

    def __len__(self) -> int:
        return len(self._heard)

    def hear(self, namespace: str, report: Report, now: datetime) -> bool:
        """Keeps a report; a last word is not replaced by a late progress report. True if it is news."""
        key = (namespace, report.attempt)
        known = self._heard.pop(key, None)
        final = known is not None and known.final is not None and report.outcome is None
        self._heard[key] = Heard(known.report, now) if final and known else Heard(report, now)
        drop_oldest(self._heard, KEPT)
        return not final

    def of(self, namespace: str, attempt: str) -> Heard | None:
        """The latest report of an attempt, and when it came; None if there is none, or it was forgotten."""
        return self._heard.get((namespace, attempt))

    def keep(self, attempts: Container[tuple[str, str]], since: datetime) -> None:
        """Forgets those of other attempts, unless they have come since."""
        self._heard = {key: heard for key, heard in self._heard.items() if key in attempts or heard.time >= since}
