"""Placement of a job in somebody else's queue, such as Kueue's: the queue's flavours are the ladder."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from spotreel_operator.reconcile.offers import gives_up_at, offered
from spotreel_operator.reconcile.placement.situation import Choice
from spotreel_operator.state.evidence import Evidence
from videojob_api.config import ClassTier
from videojob_api.names import AttemptReason, Verdict
from videojob_api.status import Attempt


def choose_queued(
    labels: Mapping[str, str],
    tiers: Sequence[ClassTier],
    ended: Sequence[Attempt],
    active: tuple[Attempt, Evidence] | None,
    now: datetime,
) -> Choice:
    """What is offered to the queue next; or until when the active attempt waits for a node of what it has chosen."""
    if active is None:
        return _offer(labels, tiers, ended)
    attempt, evidence = active
    if evidence.pod is None or evidence.pod.node is not None:
        return Choice(_of(tiers, attempt))
    until = gives_up_at(tiers, attempt, evidence.job, evidence.pod.created)
    if until is None or now < until:
        return Choice(_of(tiers, attempt), until)
    why = {"verdict": str(Verdict.WITHDRAWN), "reason": str(AttemptReason.NO_CAPACITY)}
    return _offer(labels, tiers, (*ended, attempt.model_copy(update=why)), leave=True)


def _offer(
    labels: Mapping[str, str], tiers: Sequence[ClassTier], ended: Sequence[Attempt], leave: bool = False
) -> Choice:
    first, *others = offered(labels, tiers, ended)
    return Choice(first, leave=leave, also=tuple(others))


def _of(tiers: Sequence[ClassTier], attempt: Attempt) -> ClassTier:
    return next((tier for tier in tiers if tier.name == attempt.tier), tiers[0])
