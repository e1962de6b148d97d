"""The table of `spotreel classes`. Pure."""

from collections.abc import Sequence

from job_runner.cli.cluster.table import aligned
from spotreel.classes import ClassOffer
from videojob_api.config import JobClass

_HEAD = ("CLASS", "TIERS", "LIMITS", "FOR")


def offers_table(offers: Sequence[ClassOffer]) -> list[str]:
    """A line for each class; the default one is marked."""
    return aligned([_HEAD, *(_row(offer) for offer in offers)])


def _row(offer: ClassOffer) -> tuple[str, ...]:
    made = offer.job_class
    tiers = ", ".join(tier.name for tier in made.placement.tiers) if made.placement else "any node"
    limits = (made.resources.limits if made.resources else None) or {}
    shown = ", ".join(f"{name} {amount}" for name, amount in limits.items())
    return offer.name + " (default)" * offer.default, tiers, shown, _for(made)


def _for(job_class: JobClass) -> str:
    """Which namespaces."""
    allowed = job_class.allowed_namespaces
    if allowed is None:
        return "all namespaces"
    return ", ".join([*allowed.names, *(["namespaces with its labels"] if allowed.selector else [])])
