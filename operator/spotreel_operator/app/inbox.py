"""Reports on their way from the HTTP thread to the main loop, the newest of each attempt."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from spotreel_operator.app.handover import Handover
from spotreel_operator.app.tokens import Sender
from spotreel_operator.runtime.cache import Key
from spotreel_operator.runtime.reports import Reports
from videojob_api.report import Report

Said = tuple[Sender, Report, datetime]
"""Who, what, when."""


def newer(old: Said, new: Said) -> Said:
    """Of two that wait: the later one, but a last word is not replaced by mere progress."""
    return old if old[1].outcome and not new[1].outcome else new


class Inbox:
    """`take` from any thread; in `loop`, `reports` hears of it and `changed` is told the VideoJob."""

    def __init__(self, loop: asyncio.AbstractEventLoop, reports: Reports, changed: Callable[[Key], None]) -> None:
        self._reports, self._changed = reports, changed
        self._handover: Handover[tuple[str, str], Said] = Handover(loop, self._hear, newer)

    def __len__(self) -> int:
        return len(self._handover)

    def take(self, sender: Sender, report: Report, heard: datetime) -> bool:
        """False if too many wait."""
        return self._handover.offer((sender.namespace, sender.attempt), (sender, report, heard))

    def _hear(self, _: tuple[str, str], said: Said) -> None:
        sender, report, heard = said
        self._reports.hear(sender.namespace, report, heard)
        self._changed((sender.namespace, sender.videojob))
