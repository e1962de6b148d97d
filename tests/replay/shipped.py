"""The operator's own placement, asked as the operator asks it: by statuses, with what has been measured so far."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from spotreel_operator.reconcile.placement.choose import choose
from spotreel_operator.reconcile.placement.cooling import Times, learnt, merged
from spotreel_operator.reconcile.placement.situation import Choice, Situation, Waiting, Working
from spotreel_operator.reconcile.placement.uniform_progress import Goal
from spotreel_operator.reconcile.placement.work import goal_of
from spotreel_operator.state.capacity import Memory
from spotreel_operator.state.times import format_time
from tests.replay.traces import Zone
from tests.replay.world import Job, Prices, Run, Used, first_up
from videojob_api.config import ClassTier
from videojob_api.names import AttemptReason, Verdict
from videojob_api.status import Attempt

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
FPS = 30
LOOKS = 60.0
"""Seconds between looks at an attempt on on-demand."""
A_LITTLE = 0.05
"""The operator looks a little later than at the very moment."""
SPOT, ON_DEMAND = "spot", "on-demand"


@dataclass
class Shipped:
    """`known`: the work and the length of a start are told beforehand, as papers assume; else they are measured."""

    known: bool = False
    name: str = "Spotreel"
    wait_for: str | None = None
    prices: Prices = field(default_factory=Prices)
    memory: Memory = field(default_factory=dict)

    def play(self, job: Job, zones: Sequence[Zone], begin: float) -> Used:
        return _Playing(self, job, zones, Run(job, begin, begin)).to_the_end()


@dataclass
class _Playing:
    policy: Shipped
    job: Job
    zones: Sequence[Zone]
    run: Run
    attempts: tuple[Attempt, ...] = ()
    memory: Memory = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = [zone.name for zone in self.zones]
        self.tiers = (
            ClassTier(
                name=SPOT, capacity="Spot", instance_types=["g4dn.xlarge"], zones=names, wait_for=self.policy.wait_for
            ),
            ClassTier(name=ON_DEMAND, capacity="OnDemand", instance_types=["g4dn.xlarge"]),
        )

    def to_the_end(self) -> Used:
        choice = choose(self._situation())
        while self.run.used.done_at is None:
            choice = self._on_demand() if choice.tier.name == ON_DEMAND else self._on_spot(choice)
        return self.run.used

    def _situation(self, under_way: Waiting | Working | None = None, now: tuple[Attempt, ...] = ()) -> Situation:
        prices = {SPOT: self.policy.prices.spot, ON_DEMAND: self.policy.prices.on_demand}
        attempts = (*self.attempts, *now)
        return Situation(
            _moment(self.run.now), self.tiers, attempts, under_way, self._goal(attempts), self.memory, prices
        )

    def _goal(self, attempts: Sequence[Attempt]) -> Goal:
        begun, by, now = (_moment(t) for t in (self.run.begin, self.run.by, self.run.now))
        if self.policy.known:
            work, left, start = (timedelta(seconds=s) for s in (self.job.work, self.run.left, self.job.start))
            return Goal(begun, by, work, left, start)
        frames = int(self.run.done * FPS), int(self.job.work * FPS)
        return goal_of(begun, by, frames, 1, attempts, now)

    def _on_spot(self, choice: Choice) -> Choice:
        """Waits for spot, and works on it until it is taken away: what comes next."""
        run, asked = self.run, self.run.now
        while not self._comes(choice):
            run.now = _seconds(choice.until) + A_LITTLE if choice.until else float("inf")
            choice = choose(self._situation(Waiting(SPOT, _moment(asked))))
            if choice.leave:
                self._ended(Attempt(name="", tier=SPOT, create_time=_text(asked)), Verdict.WITHDRAWN)
                return choice
        begun, before = run.now, run.done
        zone = next(zone for zone in self._zones(choice) if zone.up(begun) is not None)
        run.works(zone.up(begun) or begun, spot=True)
        made = Attempt(name="", tier=SPOT, create_time=_text(asked), bind_time=_text(begun), zone=zone.name)
        made = made.model_copy(update={"start_time": _text(begun), "capacity": "Spot", "instance_type": "g4dn.xlarge"})
        self._ended(self._worked(made, begun, before), Verdict.DISRUPTION)
        return choose(self._situation())

    def _comes(self, choice: Choice) -> bool:
        """Whether spot comes before the choice is over; then it is that moment."""
        found = first_up(self._zones(choice), self.run.now)
        if found is None or (choice.until and found[0] >= _seconds(choice.until)):
            return False
        self.run.now = found[0]
        return True

    def _zones(self, choice: Choice) -> list[Zone]:
        return [zone for zone in self.zones if zone.name in (choice.tier.zones or ())]

    def _on_demand(self) -> Choice:
        """Works on on-demand until the work is done, or until it is moved."""
        run, begun, before = self.run, self.run.now, self.run.done
        made = Attempt(name="", tier=ON_DEMAND, create_time=_text(begun), bind_time=_text(begun), capacity="OnDemand")
        run.used.begun += 1
        while True:
            if run.goes_on(run.now + LOOKS, False, begun + self.job.start):
                return Choice(self.tiers[1])
            now = self._worked(made, begun, before)
            choice = choose(self._situation(Working(ON_DEMAND), (now,)))
            if choice.leave:
                self._ended(now, Verdict.WITHDRAWN, AttemptReason.JOB_FAILED)
                return choice

    def _worked(self, made: Attempt, begun: float, before: float) -> Attempt:
        """With what it has done so far."""
        done = self.run.done - before
        rendering = {"render_time": _text(begun + self.job.start)} if done else {}
        return made.model_copy(update={"encoded_frames": int(done * FPS), **rendering})

    def _ended(self, attempt: Attempt, verdict: Verdict, reason: AttemptReason | None = None) -> None:
        why = reason or (AttemptReason.PREEMPTED if verdict == Verdict.DISRUPTION else AttemptReason.NO_CAPACITY)
        closed = attempt.model_copy(
            update={"verdict": str(verdict), "reason": str(why), "end_time": _text(self.run.now)}
        )
        self.attempts = (*self.attempts[-31:], closed)
        now = _moment(self.run.now)
        self.memory = merged(self.memory, learnt(closed, self.tiers, Times()), now)


def _moment(seconds: float) -> datetime:
    return EPOCH + timedelta(seconds=seconds)


def _seconds(moment: datetime) -> float:
    return (moment - EPOCH).total_seconds()


def _text(seconds: float) -> str:
    return format_time(_moment(seconds))
