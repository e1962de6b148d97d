"""Places in a file where its sound cannot be decoded, or is missing. Pure.

A decoder of sound goes on behind whatever it cannot decode, and says no more than that. A demultiplexer that has lost
its way says nothing at all: it skips bytes of the file, and what it reads next is later than it should be.
"""

from collections.abc import Callable
from fractions import Fraction

from videojob_api.values import format_duration

Damaged = Callable[[Fraction, Fraction], None]
"""Told from when to when, in seconds of the stream's time. May raise."""

EDGES = Fraction(1, 2)
"""Seconds at the beginning and the end of a file that nobody misses: recordings begin in mid-stream, and tags for
players stand behind the last packet."""
SHORTEST = Fraction(1, 1000)
"""Of a place, in seconds: what cannot be decoded may have no length."""
GAP = Fraction(1, 50)
"""Seconds from which on something is missing between two packets, if bytes were skipped as well."""
SOON = Fraction(2)
"""Seconds before such a gap in which they may lie: a page of Ogg has packets of one place and several times."""
FEW_BYTES = 1024
"""More than what stands between packets. There may be an index in the middle of a file, where no sound is missing."""
WITHOUT_PADDING = ("matroska,webm", "ogg")
"""FFmpeg's names of formats whose bytes are all some packet's, but for short headers."""


def unnoticed(first: Fraction, end: Fraction) -> None:
    """Where nobody wants to know."""


def within(damaged: Damaged, start: Fraction, end: Fraction | None) -> Damaged:
    """Told only what lies between two times, and of that no more."""

    def told(first: Fraction, last: Fraction) -> None:
        first, last = max(first, start), last if end is None else min(last, end)
        if first < last:
            damaged(first, last)

    return told


def since(origin: Fraction, told: Callable[[Fraction], None]) -> Damaged:
    """Tells where places begin, in seconds from `origin` on."""
    return lambda first, end: told(first - origin)


class SoundDamage:
    """One pass through a sound's packets. `damaged` is told of a place once sound is heard behind it.

    Times are in ticks of `base` seconds: there are a thousand of them in twenty seconds, and fractions take their time.
    """

    def __init__(self, damaged: Damaged, base: Fraction) -> None:
        self._damaged, self._base = damaged, base
        self._edges, self._gap = int(EDGES / base), int(GAP / base)
        self._skipped = SkippedBytes(int(SOON / base))
        self._at = 0
        self._end: int | None = None
        """Of what was heard last."""
        self._since: int | None = None
        self._unread = False

    def read(self, place: int | None, size: int) -> None:
        """A packet of any track, from that place in the file on."""
        self._skipped.packet(place, size)

    def unread(self) -> None:
        """A packet that is there, by the file's own index, cannot be read."""
        self._unread = True
        self.lost(None)

    def lost(self, at: int | None) -> None:
        """A packet cannot be decoded, or not whole; a time may be missing."""
        self._at = self._at if at is None else at
        self._since = self._at if self._since is None else self._since

    def heard(self, at: int | None, length: int) -> None:
        """A packet was decoded."""
        at = self._at if at is None else at
        if self._end is None:
            self._tell_if_long(at)
        elif self._since is not None:
            self._tell(self._since, at)
        elif self._skipped.before(self._end) and at - self._end > self._gap:
            self._tell(self._end, at)
        self._since, self._unread = None, False
        self._at = self._end = at + length

    def ended(self) -> None:
        """No packet is left."""
        if self._unread and self._since is not None:
            self._tell(self._since, self._at + self._edges)
        else:
            self._tell_if_long(self._at)

    def _tell_if_long(self, end: int) -> None:
        if self._since is not None and end - self._since > self._edges:
            self._tell(self._since, end)

    def _tell(self, first: int, end: int) -> None:
        start = first * self._base
        self._damaged(start, max(end * self._base, start + SHORTEST))


class SkippedBytes:
    """Whether bytes of a file were passed over, seen by the places and sizes of all its packets, of any track."""

    def __init__(self, soon: int) -> None:
        """`soon`: for how many ticks of sound that is remembered."""
        self._soon = soon
        self._place: int | None = None
        self._known = 0
        """Bytes of packets since that place."""
        self._skipped = False
        self._time: int | None = None
        """When the sound ended that came before."""

    def packet(self, place: int | None, size: int) -> None:
        """The next one."""
        if place is not None and place >= 0 and place != self._place:
            if self._place is not None and place - self._place - self._known > FEW_BYTES + self._known // 8:
                self._skipped, self._time = True, None
            self._place, self._known = place, 0
        self._known += size

    def before(self, end: int) -> bool:
        """Whether some were, not long before sound that ended at this time."""
        if self._skipped:
            self._time = end if self._time is None else self._time
            self._skipped = end - self._time < self._soon
        return self._skipped


def sound_words(count: int, first: Fraction) -> str:
    """Says it in a sentence for people: how many places, and at which second of the input the first is."""
    where = f"in {count} places, the first at" if count > 1 else "at"
    return f"its sound is broken or missing {where} {format_duration(max(Fraction(0), first))}"
