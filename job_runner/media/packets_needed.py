"""Which packets a decoder must be given so that some frames come out as if it had been given all. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

from job_runner.media.packets import LONGEST_DELAY
from job_runner.media.roles import Role, Sets

MOST_HELD = 1 << 26
"""Bytes of packets that wait for what comes after them; more than that is decoded."""

Packet = TypeVar("Packet")


class UncertainError(Exception):
    """Nobody can promise that leaving something out changes nothing."""


@dataclass(frozen=True)
class Read(Generic[Packet]):
    """A packet as it stands in the file, the number of its frame, if that is shown, and its bytes."""

    packet: Packet
    number: int | None
    role: Role
    size: int = 0


@dataclass(frozen=True)
class Given(Generic[Packet]):
    """A packet for the decoder. It is `spare` if its picture is not needed; where it `begins`, some before it were left
    out, and the decoder has to be emptied first."""

    packet: Packet
    number: int | None
    spare: bool
    begins: bool


class Selection(Generic[Packet]):
    """Of the packets of a file, in its order, those that some frames need."""

    def __init__(self, numbers: range) -> None:
        self._numbers = numbers
        self._came: set[int] = set()
        self._next = 0
        """Index of the first number whose packet has not come."""
        self._sets: Sets = ()
        self._left_out = False

    def given(self, packets: Iterator[Read[Packet]]) -> Iterator[Given[Packet]]:
        """Ends when all that is needed was given. Raises UncertainError where two packets are of one frame."""
        held: list[Read[Packet]] = []
        size = 0
        for read in packets:
            if read.role.start and held and self._is_done_with(held, read):
                held, size, self._left_out = [], 0, True
            held.append(read)
            size += read.size
            if self._is_wanted(read) or size > MOST_HELD:
                yield from self._all_of(held)
                held, size = [], 0
            if self._next == len(self._numbers):
                self._look_for_more(islice(packets, LONGEST_DELAY))
                return

    def _look_for_more(self, packets: Iterable[Read[Packet]]) -> None:
        """Raises UncertainError if one of the next few packets has the time of a frame whose packet came already."""
        for read in packets:
            self._is_wanted(read)

    def _is_done_with(self, held: Iterable[Read[Packet]], start: Read[Packet]) -> bool:
        """Whether nothing from here on needs what is held: neither frames that are shown, nor parameter sets."""
        if start.number is None or self._numbers[self._next] < start.number:
            return False
        return {each.role.sets for each in held if each.role.sets} <= {start.role.sets or self._sets}

    def _is_wanted(self, read: Read[Packet]) -> bool:
        if read.number is None or read.number not in self._numbers:
            return False
        if self._next == len(self._numbers) or read.number in self._came or read.number < self._numbers[self._next]:
            raise UncertainError
        self._came.add(read.number)
        while self._next < len(self._numbers) and self._numbers[self._next] in self._came:
            self._came.discard(self._numbers[self._next])
            self._next += 1
        return True

    def _all_of(self, held: Iterable[Read[Packet]]) -> Iterator[Given[Packet]]:
        for read in held:
            self._sets = read.role.sets or self._sets
            spare = read.role.spare and read.number not in self._numbers
            yield Given(read.packet, read.number, spare, self._left_out)
            self._left_out = False
