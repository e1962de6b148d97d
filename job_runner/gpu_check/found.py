"""What a check has found, and what it raises where it cannot be done."""

from dataclasses import dataclass, field
from enum import StrEnum

Figures = dict[str, float | int | str]


class Outcome(StrEnum):
    """Of one line."""

    OK = "ok"
    DIFFERS = "differs"
    """As its standard allows: nobody is wrong, and it cannot stand in for the CPU."""
    FAILED = "failed"
    NOT_RUN = "not run"


class NotHereError(Exception):
    """It cannot be tried on this machine, for the reason that it says. Nothing is wrong."""


@dataclass(frozen=True)
class Found:
    """In words for people, in figures for programs."""

    outcome: Outcome
    words: str
    figures: Figures = field(default_factory=dict)


def verdict(good: bool, words: str, **figures: float | int | str) -> Found:
    """Ok or failed."""
    return Found(Outcome.OK if good else Outcome.FAILED, words, figures)
