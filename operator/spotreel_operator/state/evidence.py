"""All that is known of one attempt: its Job, its pod, its reports."""

import re
from dataclasses import dataclass, field
from datetime import datetime

from spotreel_operator.state.jobs import JobState
from spotreel_operator.state.pods import PodState
from spotreel_operator.state.signals import Signals
from videojob_api.report import Report

_EXIT_CODE = re.compile(r"exit code (\d{1,3})(?!\d)")


@dataclass(frozen=True)
class Heard:
    """The latest report of an attempt, and when it came, by the operator's clock."""

    report: Report
    time: datetime

    @property
    def final(self) -> Report | None:
        """The runner's last word, if it was that."""
        return self.report if self.report.outcome else None


@dataclass(frozen=True)
class Evidence:
    """All that is known of one attempt.

    `trouble` is a warning event about its pod or Job, with the event's reason; `signals` is what autoscalers say of it;
    `held_because`: what a queue says of a Job that it holds back.
    """

    name: str
    job: JobState | None
    pod: PodState | None
    heard: Heard | None
    trouble: str = ""
    trouble_reason: str = ""
    signals: Signals = field(default_factory=Signals)
    held_because: str = ""

    @property
    def last_word(self) -> Report | None:
        """Acknowledged report first, then the termination message."""
        final = self.heard.final if self.heard else None
        return final or (self.pod.last_word if self.pod and self.pod.last_word and self.pod.last_word.outcome else None)

    @property
    def exit_code(self) -> int | None:
        """As the runner said, else as the container's status has it, else as the Job's message names it."""
        if self.last_word and self.last_word.exit_code is not None:
            return self.last_word.exit_code
        if self.pod and self.pod.exit_code is not None:
            return self.pod.exit_code
        named = _EXIT_CODE.search(self.job.failure_message) if self.job else None
        return int(named[1]) if named else None
