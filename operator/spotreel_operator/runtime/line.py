"""The line of jobs that wait for their turn: what the cache has of all jobs, read anew now and then."""

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from spotreel_operator.reconcile.placement.admission import Caps, Claim, Key, turns
from spotreel_operator.reconcile.placement.cooling import is_starved
from spotreel_operator.reconcile.placement.ladder import DEFAULT_WAIT
from spotreel_operator.reconcile.placement.line import Figures, figures
from spotreel_operator.runtime.api import JOBS, VIDEOJOBS
from spotreel_operator.runtime.cache import Cache
from spotreel_operator.state.capacity import Memory
from spotreel_operator.state.jobs import JobState
from spotreel_operator.state.times import created_at
from spotreel_operator.state.turn import JUST_COME, Turn
from videojob_api.config import ClassTier, OperatorConfiguration
from videojob_api.names import ENDS, LABEL_QUEUE, Phase
from videojob_api.reasons import Reason

Object = dict[str, Any]
READ_EVERY, COUNT_EVERY = 0.5, 15.0
"""Seconds: both walk over all jobs."""
READING = 20
"""So many times as long as the last reading took is the time to the next: a crowd of new jobs is not read at each."""


class Line:
    """`turn(key, ...)` of one job, None where nothing bounds it; `figures(now)` of all."""

    def __init__(
        self,
        cache: Cache,
        clock: Callable[[], float] = time.monotonic,
        wake: Callable[[Key], None] = lambda key: None,
    ) -> None:
        """`wake` is told of jobs whose turn has come while they waited."""
        self._cache, self._clock, self._wake = cache, clock, wake
        self.priorities: dict[str, int] = {}
        """By the names of PriorityClasses, as far as the operator may read them."""
        self._turns: dict[Key, Turn | None] = {}
        self._read, self._took = -READ_EVERY, 0.0
        self._figures: Figures | None = None
        self._counted = 0.0

    def turn(self, key: Key, config: OperatorConfiguration, memory: Memory, now: datetime) -> Turn | None:
        """Of a job that is not over. One in somebody else's queue has its turn there."""
        if not is_bounded(config):
            return None
        if self._is_due(key):
            self._read_all(config, memory, now)
        return self._turns.get(key, JUST_COME)

    def _is_due(self, key: Key) -> bool:
        age = self._clock() - self._read
        return age >= READING * self._took and (age >= READ_EVERY or key not in self._turns)

    def _read_all(self, config: OperatorConfiguration, memory: Memory, now: datetime) -> None:
        began, before = self._clock(), self._turns
        found = turns(list(self._claims(config, memory, now)), caps_of(config), now)
        others = ((body["metadata"]["namespace"], body["metadata"]["name"]) for body in self._cache.living(VIDEOJOBS))
        self._turns, self._read = dict.fromkeys(others) | found, self._clock()
        self._took = self._read - began
        for key, turn in found.items():
            if turn.runners and (known := before.get(key)) and not known.runners:
                self._wake(key)

    def figures(self, config: OperatorConfiguration, now: datetime) -> Figures:
        """Of all jobs that are not over, bounded or not; at most so often."""
        if self._figures is None or self._clock() - self._counted >= COUNT_EVERY:
            jobs = [(body["metadata"]["namespace"], JobState.read(body)) for body in self._cache.living(JOBS)]
            tiers = [job.tier for place, job in jobs if _is_open(job) and self._has_no_node(place, job)]
            self._figures = figures(list(self._claims(config, {}, now)), tiers, now)
            self._counted = self._clock()
        return self._figures

    def _claims(self, config: OperatorConfiguration, memory: Memory, now: datetime) -> Iterable[Claim]:
        for body in self._cache.living(VIDEOJOBS):
            labels, status = body["metadata"].get("labels") or {}, body.get("status") or {}
            if status.get("phase") not in ENDS and not labels.get(LABEL_QUEUE):
                yield self._claim(body, config, memory, now)

    def _claim(self, body: Object, config: OperatorConfiguration, memory: Memory, now: datetime) -> Claim:
        metadata, spec, status = body["metadata"], body.get("spec") or {}, body.get("status") or {}
        place = metadata["namespace"]
        found = self._cache.jobs_of(place, metadata["uid"])
        held = [job for e in found if e.gone_since is None and _is_open(job := JobState.read(e.body))]
        lanes = 0 if spec.get("suspend") is True or _is_stalled(status) else _lanes_left(spec, status)
        known = (status.get("class") or {}).get("name") or spec.get("className") or config.default_class
        return Claim(
            key=(place, metadata["name"]),
            class_name=known,
            since=created_at(metadata),
            wants=max(lanes, len(held)),
            holds=len(held),
            in_vain=sum(now - job.created > DEFAULT_WAIT and self._has_no_node(place, job) for job in held),
            starved=is_starved(_tiers(spec, config, known), memory, now),
            priority=self.priorities.get(spec.get("priorityClassName") or _class_priority(config, known), 0),
        )

    def _has_no_node(self, namespace: str, job: JobState) -> bool:
        entries = self._cache.pods_of(namespace, job.uid)
        return not any(entry.body["spec"].get("nodeName") for entry in entries)


def _is_stalled(status: Object) -> bool:
    """Whether nothing can be begun for it until somebody changes something: it takes nobody's place meanwhile."""
    waits = status.get("phase") == Phase.PENDING and status.get("reason") in _STALLS
    return bool(waits)


_STALLS = frozenset({
    Reason.SPEC_INVALID, Reason.CLASS_NOT_FOUND, Reason.NAMESPACE_NOT_ALLOWED, Reason.NOT_ALLOWED_BY_CLASS,
    Reason.URI_NOT_ALLOWED, Reason.SPEC_TOO_LARGE,
})  # fmt: skip


def _lanes_left(spec: Object, status: Object) -> int:
    """Runners that a job still has a use for: without those that are done, and no more than segments are missing."""
    asked, progress = spec.get("parallelism") or 1, status.get("progress") or {}
    done = (status.get("shards") or {}).get("done") or 0
    total = progress.get("totalSegments") or 0
    missing = total - (progress.get("segments") or 0) if total else asked
    return max(1, min(asked - done, missing))


def _is_open(job: JobState) -> bool:
    return not (job.finished or job.deleting)


def _tiers(spec: Object, config: OperatorConfiguration, class_name: str) -> Sequence[ClassTier]:
    """Of a raw spec, else of its class; none if they cannot be read."""
    own = (spec.get("placement") or {}).get("tiers")
    if own is None:
        job_class = config.classes.get(class_name)
        return job_class.placement.tiers if job_class and job_class.placement else ()
    try:
        return [ClassTier.model_validate(tier) for tier in own]
    except ValidationError:
        return ()


def _class_priority(config: OperatorConfiguration, name: str) -> str:
    job_class = config.classes.get(name)
    return (job_class.priority_class_name if job_class else None) or ""


def is_bounded(config: OperatorConfiguration) -> bool:
    """Whether the platform lets only so many run at once."""
    caps = caps_of(config)
    return bool(caps.classes or caps.namespace)


def caps_of(config: OperatorConfiguration) -> Caps:
    """As the platform sets them."""
    classes = {name: job_class.max_running for name, job_class in config.classes.items()}
    return Caps({name: cap for name, cap in classes.items() if cap is not None}, config.max_running_per_namespace)
