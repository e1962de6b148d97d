"""How well found events fit the true ones."""

from collections.abc import Sequence
from dataclasses import dataclass

Stretch = tuple[int, int]
AGREE = 0.5
"""Of both together that a found event and a true one must share, to be the same."""


@dataclass(frozen=True)
class Score:
    """Events found, missed, and found wrongly: elsewhere, or of another length. `false` ones touch no true one."""

    hits: int = 0
    missed: int = 0
    wrong: int = 0
    false: int = 0

    def __add__(self, other: "Score") -> "Score":
        return Score(
            self.hits + other.hits, self.missed + other.missed, self.wrong + other.wrong, self.false + other.false
        )

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall; 1 where there is nothing to find and nothing was found."""
        everything = 2 * self.hits + self.missed + self.wrong
        return 2 * self.hits / everything if everything else 1.0


def score(found: Sequence[Stretch], truth: Sequence[Stretch]) -> Score:
    """Each true event is found at most once."""
    left, hits = list(truth), 0
    for event in found:
        same = next((true for true in left if _shared(event, true) >= AGREE), None)
        if same:
            left.remove(same)
            hits += 1
    false = sum(not any(_both(event, true) for true in truth) for event in found)
    return Score(hits, len(left), len(found) - hits, false)


def _both(one: Stretch, other: Stretch) -> int:
    return max(0, min(one[1], other[1]) - max(one[0], other[0]))


def _shared(one: Stretch, other: Stretch) -> float:
    both = _both(one, other)
    return both / (one[1] - one[0] + other[1] - other[0] - both)
