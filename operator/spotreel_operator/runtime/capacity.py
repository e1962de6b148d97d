"""The capacity memory of all jobs: learnt from their statuses as they are looked at, and once from all at a start."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from spotreel_operator.reconcile.placement.cooling import learnt, merged, times_of
from spotreel_operator.reconcile.placement.tiers_of import tiers_of
from spotreel_operator.state.capacity import Memory
from spotreel_operator.state.lane_records import attempts_of
from spotreel_operator.state.times import parse_time
from spotreel_operator.state.videojobs import VideoJob
from videojob_api.config import OperatorConfiguration

Object = dict[str, Any]


class Capacity:
    """`learn(...)` from a job, `known(now)`."""

    def __init__(self) -> None:
        self._memory: dict[Any, datetime] = {}

    def __len__(self) -> int:
        return len(self._memory)

    def known(self, now: datetime) -> Memory:
        """What is still to be left alone."""
        self._memory = merged(self._memory, {}, now)
        return self._memory

    def learn(self, job: VideoJob, config: OperatorConfiguration, now: datetime) -> None:
        """From the ends of its attempts; twice is once."""
        times = times_of(config)
        since, tiers = now - max(times.after_preemption, times.after_no_capacity), tiers_of(job, config)
        for attempt in attempts_of(job.status):
            ended = parse_time(attempt.end_time)
            if ended is not None and ended > since:
                self._memory = merged(self._memory, learnt(attempt, tiers, times), now)

    def rebuild(self, videojobs: Iterable[Object], config: OperatorConfiguration, now: datetime) -> None:
        """From all raw VideoJobs: those in which nothing has ended lately are not even read."""
        times = times_of(config)
        since = now - max(times.after_preemption, times.after_no_capacity)
        for body in videojobs:
            listed = (body.get("status") or {}).get("attempts") or []
            ends = [parse_time(attempt.get("endTime")) for attempt in listed]
            if any(end is not None and end > since for end in ends):
                self.learn(VideoJob.read(body), config, now)
