"""Token buckets: how often something may happen, in all or for each of many keys."""

import math
from collections import OrderedDict
from collections.abc import Hashable

MAX_KEYS = 4096


class Bucket:
    """`rate` times a second in the long run, `burst` times at once."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._level, self._at = burst, -math.inf

    def take(self, now: float) -> float:
        """0 if it may happen now, and then it counts; else the seconds until it may."""
        self._level = min(self._burst, self._level + (now - self._at) * self._rate)
        self._at = now
        if self._level < 1:
            return (1 - self._level) / self._rate
        self._level -= 1
        return 0.0


class Buckets:
    """A bucket for each key. Those not asked for longest are forgotten: their number is bounded."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._buckets: OrderedDict[Hashable, Bucket] = OrderedDict()

    def take(self, key: Hashable, now: float) -> float:
        """As Bucket.take, for this key."""
        bucket = self._buckets.setdefault(key, Bucket(self._rate, self._burst))
        self._buckets.move_to_end(key)
        if len(self._buckets) > MAX_KEYS:
            self._buckets.popitem(last=False)
        return bucket.take(now)
