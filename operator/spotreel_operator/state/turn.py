"""How many runners a job may have now, where a platform lets only so many run at once."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Turn:
    """`runners` at once; where that is none, the job's `place` in line, from 1 on, among so many, and why it waits."""

    runners: int
    place: int = 0
    among: int = 0
    why: str = ""

    @property
    def words(self) -> str:
        """The place in the line and why, for people."""
        return f"place {about(self.place)} of {about(self.among)} in line: {self.why}" if self.among else "in line"


JUST_COME = Turn(0, 1)
"""Of a job that came after the line was read."""
EXACT = 20


def about(number: int) -> str:
    """Exact at the head of the line; further back its first digit, so that it does not change all the time."""
    digit = 10 ** (len(str(number)) - 1)
    return str(number) if number <= EXACT else f"about {round(number / digit) * digit}"
