"""Whose turn it is: where only so many runners of a class, or of a namespace, may be there at once.

Higher priorities come first, then who waits longer; but waiting lifts a job, priority by priority, so that none waits
for ever. A job for which no tier has capacity does not stand in others' way: it comes after those that can run, and
what it has waiting in vain has room of its own, as much again.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from spotreel_operator.state.turn import Turn

LIFTED_EVERY = timedelta(minutes=30)
"""So long a wait is worth as much as the next higher priority."""
Key = tuple[str, str]


@dataclass(frozen=True)
class Claim:
    """A job that is not over: how many runners it has and could use, and since when it waits.

    `in_vain`: those of its runners that have waited for a node for longer than a tier's time.
    """

    key: Key
    class_name: str
    since: datetime
    wants: int = 1
    holds: int = 0
    in_vain: int = 0
    priority: int = 0
    starved: bool = False

    @property
    def namespace(self) -> str:
        """That of the VideoJob."""
        return self.key[0]


@dataclass(frozen=True)
class Caps:
    """Runners at once: by class, and of each namespace; None: no end."""

    classes: Mapping[str, int]
    namespace: int | None = None

    def of(self, claim: Claim) -> dict[str, int]:
        """Those that a job falls under, by what they say."""
        own = self.classes.get(claim.class_name)
        found = {} if own is None else {f"class {claim.class_name} runs {own} at most": own}
        more = {f"namespace {claim.namespace} runs {self.namespace} at most": self.namespace}
        return found | {words: cap for words, cap in more.items() if cap is not None}


def turns(claims: Sequence[Claim], caps: Caps, now: datetime) -> dict[Key, Turn]:
    """Of all jobs; who has runners keeps them, whatever comes."""
    used = _in_use(claims, caps)
    given: dict[Key, int] = {}
    for claim in in_order(claims, now):
        more = min([claim.wants - claim.holds, *(cap - used[words] for words, cap in caps.of(claim).items())])
        given[claim.key] = claim.holds + max(0, more)
        used.update(dict.fromkeys(caps.of(claim), max(0, more)))
    return _told(in_order(claims, now), given, used, caps)


def _in_use(claims: Sequence[Claim], caps: Caps) -> Counter[str]:
    """Of each cap; what waits in vain counts only beyond as much again."""
    limits = {words: cap for claim in claims for words, cap in caps.of(claim).items()}
    working, in_vain = Counter[str](), Counter[str]()
    for claim in claims:
        for words in caps.of(claim):
            working[words] += claim.holds - claim.in_vain
            in_vain[words] += claim.in_vain
    return Counter({words: working[words] + max(0, in_vain[words] - cap) for words, cap in limits.items()})


def in_order(claims: Sequence[Claim], now: datetime) -> list[Claim]:
    """Who comes first."""
    ranks = {priority: rank for rank, priority in enumerate(sorted({claim.priority for claim in claims}))}
    return sorted(
        claims, key=lambda c: (c.starved, -ranks[c.priority] - (now - c.since) // LIFTED_EVERY, c.since, c.key)
    )


def _told(order: Sequence[Claim], given: Mapping[Key, int], used: Mapping[str, int], caps: Caps) -> dict[Key, Turn]:
    """With places in line, counted class by class."""
    waiting = [claim for claim in order if given[claim.key] == 0 and claim.wants > 0]
    among = Counter(claim.class_name for claim in waiting)
    places, found = Counter[str](), {key: Turn(runners) for key, runners in given.items()}
    for claim in waiting:
        places[claim.class_name] += 1
        full = [words for words, cap in caps.of(claim).items() if used[words] >= cap]
        why = full[0] if full else "others come first"
        found[claim.key] = Turn(0, places[claim.class_name], among[claim.class_name], why)
    return found
