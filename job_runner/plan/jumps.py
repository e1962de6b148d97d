"""Clocks that jump: recordings joined or cut leave a file whose times go back, or leap ahead. Pure and exact.

As FFmpeg's own command does, what comes after a jump follows what came before it without a gap. Each jump is found
once, in the picture's packets, and kept in the plan; whoever reads the file from its start on finds the same places.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from job_runner.plan.facts import Jump

BACK = Fraction(1, 10)
"""Seconds that decode times may go back before that counts as a jump; in broadcasts they never may."""

AHEAD = 10
"""Seconds that they may leap ahead: more than any pause between two pictures of a broadcast."""

FAR = 600
"""The same in files that programs write, where a screen may stand still for minutes; a wrong stamp makes hours."""

MOST = 1000
"""Jumps; a file with more of them is damaged rather than joined."""


@dataclass(frozen=True)
class Limits:
    """How far decode times may go `back`, and leap `ahead` while no sound is heard; None: as far as they like."""

    back: Fraction
    ahead: int | None


BROADCAST, STAMPED, INDEXED = Limits(Fraction(0), AHEAD), Limits(BACK, FAR), Limits(BACK, None)
"""Clocks of broadcasts, of other formats that stamp each packet, and of those that tell times in an index."""


class PictureClock:
    """What to add to the picture's times so that they run on; asked for every packet in order from the file's start."""

    def __init__(self, jumps: Sequence[Jump], base: Fraction) -> None:
        """`base` is the stream's time base."""
        self._offsets = {jump.packet: round(jump.by / base) for jump in jumps}
        self._packet, self._offset = 0, 0

    def offset(self) -> int:
        """In ticks, for the next packet."""
        self._offset = self._offsets.get(self._packet, self._offset)
        self._packet += 1
        return self._offset


class SoundClock:
    """The same for the sound, which jumps near the picture: where its own times leap, to what fits them best."""

    def __init__(self, jumps: Sequence[Jump], base: Fraction) -> None:
        """`base` is the stream's time base."""
        self._offsets = [0, *(round(jump.by / base) for jump in jumps)]
        self._epoch = 0
        self._due: int | None = None
        least = min([2 * BACK, *(abs(jump.leap) for jump in jumps)]) / 2
        self._back, self._ahead = round(least / base), round(AHEAD / base)

    def offset(self, time: int, length: int) -> int:
        """In ticks, for the packet with this time and length."""
        due = time if self._due is None else self._due
        if not -self._back <= time + self._offsets[self._epoch] - due <= self._ahead:
            # Sound may end long before its picture: what would go back belongs to what comes after a jump.
            later = range(self._epoch, len(self._offsets))
            away = {k: time + self._offsets[k] - due for k in later}
            self._epoch = min(later, key=lambda k: (away[k] < -self._back, abs(away[k])))
        self._due = time + self._offsets[self._epoch] + length
        return self._offsets[self._epoch]


class JumpFinder:
    """Finds the places where the clock of a picture, or of sound alone, jumps."""

    def __init__(self, base: Fraction, limits: Limits) -> None:
        """`base` is the stream's time base."""
        self.jumps: list[Jump] = []
        self._last: int | None = None
        self._base, self._limits = base, limits
        self._packet, self._offset, self._first, self._latest, self._due, self._lasts = 0, 0, 0, 0, 0, 0

    def offset(self, time: int | None, shown: int | None, length: int, heard: Fraction) -> int:
        """In ticks, for the next packet: decoded at `time`, `shown` then, for `length`; without times it is passed by.

        `heard` is how many seconds of sound lie in the file between the packet before and this one: where sound goes
        on, or a picture from beyond the gap came before it, the picture has stood still, and no clock jumped.
        """
        number, self._packet = self._packet, self._packet + 1
        if time is None:
            return self._offset
        if self._last is None:
            self._first = self._last = self._due = self._latest = time
        elif self._jumps(time + self._offset, heard):
            # Not by decode times: the recordings' encoders may look ahead by different numbers of pictures.
            leap = (time + self._offset - self._due) * self._base
            self._offset = self._latest + self._lasts - (time if shown is None else shown)
            at, by = (self._due - self._first) * self._base, self._offset * self._base
            self.jumps.append(Jump(packet=number, at=at, leap=leap, by=by))
        self._go_on(time + self._offset, (time if shown is None else shown) + self._offset, length)
        return self._offset

    def _jumps(self, time: int, heard: Fraction) -> bool:
        """Whether a packet's `time` does not follow from those before."""
        assert self._last is not None
        step = (time - self._last) * self._base
        if step < -self._limits.back:
            return True
        stands = heard >= AHEAD / 2 or self._latest >= time
        return self._limits.ahead is not None and step > self._limits.ahead and not stands

    def _go_on(self, time: int, shown: int, length: int) -> None:
        """What a packet says of how long it lasts may be more than the truth: no longer than the one before did."""
        assert self._last is not None
        step = time - self._last
        self._lasts = min(step, length) if step > 0 else length
        self._due, self._last, self._latest = time + self._lasts, time, max(self._latest, shown)
