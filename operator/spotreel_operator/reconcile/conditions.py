"""Conditions, phase and the words beside them: what people, kstatus and `kubectl wait` read."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from spotreel_operator.reconcile.help_links import help_at
from spotreel_operator.state.times import format_time
from videojob_api.conditions import Condition
from videojob_api.names import ENDS, Note, Phase
from videojob_api.reasons import Reason
from videojob_api.status import ConditionStatus, VideoJobStatus


@dataclass(frozen=True)
class Extra:
    """A condition that is present only while it is True."""

    type: Condition | Note
    reason: str
    message: str


@dataclass(frozen=True)
class Held:
    """Why no other attempt may be begun while this one goes on, and where to read on."""

    reason: Reason
    message: str


@dataclass(frozen=True)
class Standing:
    """Where a job stands: everything the conditions follow from."""

    phase: Phase
    reason: Reason
    message: str
    stalled: bool = False
    extras: tuple[Extra, ...] = ()
    held_up: Held | None = None

    def with_extras(self, extras: Iterable[Extra]) -> "Standing":
        """The same, with more conditions."""
        return replace(self, extras=(*self.extras, *extras))

    def with_help(self, page: str) -> "Standing":
        """Where somebody has to act, the message says where to read on."""
        if not (self.stalled or self.phase == Phase.FAILED):
            return self
        return replace(self, message=f"{self.message} ({help_at(page, self.reason)})")

    @property
    def finished(self) -> bool:
        """Whether the job is over, be it well or not."""
        return self.phase in ENDS


def is_finished(status: VideoJobStatus) -> bool:
    """A terminal status is left by a retry only, and success never."""
    return status.phase in ENDS


def conditions(
    standing: Standing, old: Iterable[ConditionStatus], generation: int, now: datetime
) -> list[ConditionStatus]:
    """All conditions: an apply that omits one removes it. A transition time changes with the status only."""
    before = {c.type: c for c in old}
    return [_condition(kind, value, reason, message, before.get(kind), generation, now)
            for kind, value, reason, message in _table(standing)]  # fmt: skip


def _condition(
    kind: Condition | Note,
    value: bool,
    reason: str,
    message: str,
    before: ConditionStatus | None,
    generation: int,
    now: datetime,
) -> ConditionStatus:
    text = "True" if value else "False"
    since = before.last_transition_time if before and before.status == text else format_time(now)
    return ConditionStatus(
        type=kind,
        status=text,
        reason=reason,
        message=message,
        last_transition_time=since,
        observed_generation=generation,
    )


def _table(s: Standing) -> Iterable[tuple[Condition | Note, bool, str, str]]:
    failed, done = s.phase == Phase.FAILED, s.phase == Phase.SUCCEEDED
    going = s.phase == Phase.RUNNING
    suspended = s.phase == Phase.SUSPENDED
    nothing = Reason.AS_EXPECTED
    yield Condition.FINISHED, s.finished, s.reason, s.message
    yield Condition.COMPLETE, done, s.reason, s.message
    yield Condition.FAILED, failed, s.reason if failed else nothing, s.message if failed else ""
    yield Condition.PROGRESSING, going, Reason.FINISHED if s.finished else s.reason, s.message
    yield (
        Condition.SUSPENDED,
        suspended,
        Reason.SUSPENDED_BY_USER if suspended else Reason.NOT_SUSPENDED,
        s.message if suspended else "",
    )
    # kstatus: Stalled ends a wait with an error, Reconciling means "not yet"; both must end when the job does.
    yield Condition.STALLED, *_stalled(s)
    stuck = s.stalled or s.held_up is not None
    yield Condition.RECONCILING, not (s.finished or stuck or suspended), s.reason, s.message
    for extra in s.extras:
        yield extra.type, True, extra.reason, extra.message


def _stalled(s: Standing) -> tuple[bool, str, str]:
    """Whether somebody has to act, with reason and message."""
    if s.stalled or s.phase == Phase.FAILED:
        return True, s.reason, s.message if s.stalled else ""
    if s.held_up and not s.finished:
        return True, s.held_up.reason, f"what runs goes on, nothing new is begun: {s.held_up.message}"
    return False, Reason.AS_EXPECTED, ""
