"""When spot capacity was there: read from files, zone by zone.

Published traces disagree on what a 1 means, and on how long a tick is: who gives a file says both.
"""

import json
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Literal

Ones = Literal["available", "preempted"]


class TraceError(Exception):
    """A file is no trace; the message says which and why."""


@dataclass(frozen=True)
class Zone:
    """When one zone had capacity: spans of seconds, in order, apart from each other; and how long it was watched."""

    name: str
    spans: tuple[tuple[float, float], ...]
    length: float

    def up(self, time: float) -> float | None:
        """When the capacity that is there now ends; None if there is none."""
        at = bisect_right(self.spans, (time, float("inf"))) - 1
        return self.spans[at][1] if at >= 0 and self.spans[at][1] > time else None

    def next_up(self, time: float) -> float | None:
        """The first moment from now on at which there is capacity; None if none comes."""
        if self.up(time) is not None:
            return time
        at = bisect_right(self.spans, (time, float("inf")))
        return self.spans[at][0] if at < len(self.spans) else None

    def between(self, begin: float, end: float) -> tuple[tuple[float, float], ...]:
        """The spans that have a part in that time."""
        first = max(0, bisect_right(self.spans, (begin, float("inf"))) - 1)
        last = bisect_right(self.spans, (end,))
        return tuple(span for span in self.spans[first:last] if span[1] > begin)

    @property
    def share(self) -> float:
        """Of the time in which there was capacity."""
        return sum(end - begin for begin, end in self.spans) / self.length


def zone_of(name: str, there: Sequence[bool], tick: float) -> Zone:
    """From what was seen at each tick, which holds until the next."""
    spans, at = [], 0
    for up, run in groupby(there):
        count = len(list(run))
        if up:
            spans.append((at * tick, (at + count) * tick))
        at += count
    return Zone(name, tuple(spans), len(there) * tick)


def read(path: Path, ones: Ones, tick: float | None = None) -> Zone:
    """A file `{"metadata": {"gap_seconds": n}, "data": [0 | 1, …]}`; `tick` in seconds where its own is wrong.

    Raises TraceError.
    """
    try:
        raw = json.loads(path.read_text())
        data, seconds = raw["data"], tick or float(raw["metadata"]["gap_seconds"])
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise TraceError(f'{path}: not {{"metadata": {{"gap_seconds": n}}, "data": […]}}: {error}') from error
    if not data or not all(isinstance(value, int) and value in (0, 1) for value in data) or seconds <= 0:
        raise TraceError(f"{path}: data must be a list of 0 and 1, and a tick longer than nothing")
    return zone_of(path.stem, [(value == 1) == (ones == "available") for value in data], seconds)
