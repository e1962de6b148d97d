"""What status keeps of each lane of a job: counters, and its latest attempts.

A job with one lane has them in the open. Of several lanes people are shown sums and the newest attempts, and all that
decisions need stands in one field, so that `kubectl describe` stays a page. Nothing of it can be found elsewhere.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pydantic import ValidationError

from videojob_api.attempt_names import place_at_end
from videojob_api.clean import clean
from videojob_api.model import Lenient
from videojob_api.status import RECORD_BYTES, Attempt, Counts, ShardsStatus, VideoJobStatus

SHOWN = 8
"""Attempts of a job with several lanes that are listed for people."""


@dataclass(frozen=True)
class LaneRecord:
    """Of one lane; attempts oldest first."""

    lane: int
    counts: Counts
    attempts: tuple[Attempt, ...] = ()


UNPRICED = 2
_KEPT = ((32, 96), (2, 96), (1, 96), (1, 0))
"""Attempts of each lane, and bytes of their messages, until the record is short enough; the events have all of it."""


class _Lane(Lenient):
    lane: int
    counts: Counts = Counts()
    attempts: list[Attempt] = []


class _Record(Lenient):
    lanes: list[_Lane] = []


def lane_records(status: VideoJobStatus) -> tuple[LaneRecord, ...]:
    """Of all lanes that have ever had an attempt, and of lane 0."""
    record = status.shards.record if status.shards else None
    found = _read(record) if record else None
    if found is not None:
        return found
    if status.shards is None and all(_lane_of(attempt) in (0, None) for attempt in status.attempts):
        return (LaneRecord(0, status.counts or Counts(), tuple(status.attempts)),)
    return tuple(_by_names(status.attempts))


def attempts_of(status: VideoJobStatus) -> tuple[Attempt, ...]:
    """All that are kept, also of those that are not listed for people; lane by lane, oldest first."""
    return tuple(attempt for record in lane_records(status) for attempt in record.attempts)


def recorded(records: Sequence[LaneRecord], shards: ShardsStatus) -> ShardsStatus:
    """With the record of all lanes."""
    texts = (_text(records, most, words) for most, words in _KEPT)
    fitting = (text for text in texts if len(text) <= RECORD_BYTES)
    return shards.model_copy(update={"record": next(fitting, "")})


def _text(records: Iterable[LaneRecord], most: int, words: int) -> str:
    """JSON in ASCII, with the latest `most` attempts of each lane, and so many bytes of their messages."""
    lanes = [
        _Lane(lane=r.lane, counts=_brief(r.counts), attempts=[_short(a, words) for a in r.attempts[-most:]])
        for r in records
    ]
    plain = _Record(lanes=lanes).model_dump(by_alias=True, exclude_defaults=True, mode="json")
    return json.dumps(plain, separators=(",", ":"))


def _brief(counts: Counts) -> Counts:
    """With a few of the names that have no price: one is enough for the cost not to be shown."""
    if counts.spent is None or len(counts.spent.unpriced) <= UNPRICED:
        return counts
    spent = counts.spent.model_copy(update={"unpriced": counts.spent.unpriced[:UNPRICED]})
    return counts.model_copy(update={"spent": spent})


def _short(attempt: Attempt, words: int) -> Attempt:
    return attempt.model_copy(update={"message": clean(attempt.message, words)}) if attempt.message else attempt


def shown(attempts: Iterable[Attempt]) -> list[Attempt]:
    """The newest few, those that have ended before those that run: of these status says how many there are."""
    newest = sorted(attempts, key=lambda a: (a.verdict is not None, a.end_time or a.create_time or "", a.name))
    return sorted(newest[-SHOWN:], key=lambda a: (a.create_time or "", a.name))


@lru_cache(maxsize=32)  # By the whole text: more of them would take more memory than reading takes time.
def _read(record: str) -> tuple[LaneRecord, ...] | None:
    """None for what cannot be read: another version may have written it."""
    try:
        lanes = _Record.model_validate_json(record).lanes
    except ValidationError:
        return None
    return tuple(LaneRecord(lane.lane, lane.counts, tuple(lane.attempts)) for lane in lanes) or None


def _lane_of(attempt: Attempt) -> int | None:
    place = place_at_end(attempt.name)
    return place.lane if place else None


def _by_names(attempts: Iterable[Attempt]) -> Iterable[LaneRecord]:
    """What is left where the record is not: the listed attempts, by their names; their highest numbers are kept."""
    lanes: dict[int, list[Attempt]] = {0: []}
    highest: dict[int, int] = {}
    for attempt in attempts:
        if place := place_at_end(attempt.name):
            lanes.setdefault(place.lane, []).append(attempt)
            highest[place.lane] = max(place.number, highest.get(place.lane, 0))
    for lane, own in sorted(lanes.items()):
        yield LaneRecord(lane, Counts(attempts=highest.get(lane, 0)), tuple(own))
