"""Everything that a decision may look at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from spotreel_operator.state.capacity import Memory
from spotreel_operator.state.evidence import Evidence
from spotreel_operator.state.lane_records import attempts_of
from spotreel_operator.state.nodes import NodeState
from spotreel_operator.state.times import parse_time, seconds_of
from spotreel_operator.state.turn import Turn
from spotreel_operator.state.videojobs import VideoJob
from videojob_api.config import ClassTier, JobClass, OperatorConfiguration
from videojob_api.names import Phase
from videojob_api.reasons import Reason
from videojob_api.spec import VideoJobSpec


@dataclass(frozen=True)
class Platform:
    """What the platform says for this job: its class, its tiers, its prices."""

    config: OperatorConfiguration
    class_name: str
    job_class: JobClass
    class_hash: str
    spec: VideoJobSpec
    tiers: tuple[ClassTier, ...]


@dataclass(frozen=True)
class Stall:
    """Why nothing can be started for this job until somebody changes something."""

    reason: Reason
    message: str


@dataclass(frozen=True)
class Snapshot:
    """Everything `reconcile` may look at."""

    videojob: VideoJob
    platform: Platform | Stall
    evidence: Mapping[str, Evidence]
    nodes: Mapping[str, NodeState]
    now: datetime
    listening_since: datetime
    rejection: str = ""
    progress_url: str = ""
    config: OperatorConfiguration | None = None
    report_ca: str = ""
    memory: Memory = field(default_factory=dict)
    turn: Turn | None = None
    """None where nothing bounds how many runners there are."""

    @property
    def goal_at(self) -> datetime | None:
        """When `spec.deadline` is over."""
        spec = self.videojob.spec
        seconds = seconds_of(spec.deadline) if spec and spec.deadline else None
        return self._after(seconds) if seconds is not None else None

    @property
    def must_end_by(self) -> datetime | None:
        """When `spec.activeDeadlineSeconds` is over; the clock does not run while suspended or queued."""
        spec = self.videojob.spec
        limit = spec.active_deadline_seconds if spec and not spec.suspend else None
        if limit is None:
            return None
        # Just woken: start_time, which is still the old one, is about to be set anew.
        woken = self.videojob.status.phase == Phase.SUSPENDED
        return self.now + timedelta(seconds=limit) if woken else self._after(limit)

    @property
    def queued(self) -> bool:
        """Whether somebody else has suspended the Jobs of all attempts: no clock runs meanwhile."""
        jobs = [e.job for e in self._open() if e.job and not e.job.finished]
        return bool(jobs) and all(job.suspended for job in jobs)

    @property
    def begun(self) -> datetime:
        """When the job's clocks began: anew each time that a queue lets it go on, as those of batch/v1.

        Of several runners the first counts that goes on: the job is under way then.
        """
        first = parse_time(self.videojob.status.start_time) or self.videojob.created
        going = [e.job.resumed or first for e in self._open() if e.job and not e.job.suspended]
        return max(first, min(going, default=first))

    def _open(self) -> list[Evidence]:
        """Of attempts without a verdict."""
        judged = {a.name for a in attempts_of(self.videojob.status) if a.verdict}
        return [e for name, e in self.evidence.items() if name not in judged]

    def _after(self, seconds: float) -> datetime:
        return (self.now if self.queued else self.begun) + timedelta(seconds=seconds)
