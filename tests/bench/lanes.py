"""Runners that share a family, in a simulated time: the shipped lanes, and segments that only take their time."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import count

from job_runner.targets.lane import Lane
from job_runner.targets.shares import Runner

STEP = 0.5
"""Seconds between two looks of a worker at whether what it builds is still wanted; really it is every frame."""
STORE_SECONDS = 0.2
"""From the last frame of a segment until it can be listed."""
LIST_SECONDS = 0.1


@dataclass
class World:
    """A store, and what is to come."""

    total: int
    store: dict[int, float] = field(default_factory=dict)
    """Numbers, and when they came."""
    now: float = 0.0
    begun: int = 0
    listings: int = 0
    longest_in_vain: float = 0.0
    """Seconds that a worker went on with what was in the store."""
    _coming: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _number: "count[int]" = field(default_factory=count)

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        """Does it then."""
        heapq.heappush(self._coming, (self.now + seconds, next(self._number), action))

    def run(self) -> None:
        """Until nothing is to come."""
        while self._coming:
            self.now, _, action = heapq.heappop(self._coming)
            action()

    def look(self) -> set[int]:
        """A listing."""
        self.listings += 1
        return set(self.store)


@dataclass
class Simulated:
    """One runner, with some workers; `seconds` is how long a segment takes it. It is gone after `lives` seconds."""

    world: World
    runner: Runner
    workers: int
    seconds: Callable[[int], float]
    lives: float = float("inf")
    ended: float | None = None
    """When it ended by itself."""
    rounds: int = 0

    def begin(self) -> None:
        """It lists what is there, and sends its workers off."""
        world, self._born = self.world, self.world.now
        self.rounds += 1
        there = world.look()
        missing = world.total - len(there)
        if not missing:
            self.ended = world.now
            return
        self._lane = Lane(world.total, self.runner, there, world.look, lambda: None, lambda: world.now)
        self._working = min(self.workers, missing)
        for _ in range(self._working):
            world.after(0, partial(self._next, None))

    @property
    def _dead(self) -> bool:
        return self.world.now - self._born >= self.lives

    def _next(self, last: int | None) -> None:
        if self._dead:
            return
        before = self.world.listings
        number = self._lane.take(last)
        looked = self.world.listings - before
        if number is None:
            self._end_of_one()
            return
        self.world.begun += 1
        self.world.after(looked * LIST_SECONDS, partial(self._build, number, self.world.now, self.seconds(number)))

    def _end_of_one(self) -> None:
        """The last of the workers looks again; who stays begins anew where something is missing."""
        self._working -= 1
        if self._working:
            return
        if self.runner.stays and len(self.world.store) < self.world.total:
            self.world.after(STORE_SECONDS, self._again)
        else:
            self.ended = self.world.now

    def _again(self) -> None:
        if not self._dead:
            self.lives -= self.world.now - self._born
            self.begin()

    def _build(self, number: int, begun: float, left: float) -> None:
        if self._dead:
            return
        if number in self.world.store:
            vain = self.world.now - max(self.world.store[number], begun)
            self.world.longest_in_vain = max(self.world.longest_in_vain, vain)
        if not self._lane.wanted(number):
            self._lane.dropped(number)
            self._next(number)
        elif left <= 0:
            self._lane.built(number)
            self.world.after(STORE_SECONDS, partial(self._store, number))
            self._next(number)
        else:
            step = min(STEP, left)
            self.world.after(step, partial(self._build, number, begun, left - step))

    def _store(self, number: int) -> None:
        """What is under way to the store gets there, even if its runner is gone."""
        first = number not in self.world.store
        self.world.store.setdefault(number, self.world.now)
        self._lane.stored(number, first)
