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
        return f"place {self.place} of {self.among} in line: {self.why}"
