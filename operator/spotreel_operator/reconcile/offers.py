"""Tiers that an attempt asks for at once, because a queue such as Kueue's chooses among them.

A ClusterQueue's flavours are the ladder then: it knows which has quota left, and gives the pod the labels of one. But
it does not know which has nodes left, and would choose the same flavour again and again: a tier whose node did not come
is left out of the next offer.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from spotreel_operator.manifests.affinity import Wanted, wanted_labels
from spotreel_operator.reconcile.placement import ladder
from spotreel_operator.state.evidence import Evidence
from spotreel_operator.state.jobs import JobState
from spotreel_operator.state.nodes import NodeState
from spotreel_operator.state.snapshot import Platform
from videojob_api.config import ClassTier
from videojob_api.names import LABEL_QUEUE
from videojob_api.status import Attempt


def offered(
    labels: Mapping[str, str], tiers: Sequence[ClassTier], attempts: Sequence[Attempt]
) -> tuple[ClassTier, ...]:
    """The tiers that the next attempt asks for, in order: one, but those that are left where a queue chooses."""
    if LABEL_QUEUE not in labels:
        return (ladder.next_tier(tiers, attempts),)
    without = _without_nodes(tiers, attempts)
    return tuple(tier for tier in tiers if tier.name not in without)


def _without_nodes(tiers: Sequence[ClassTier], attempts: Sequence[Attempt]) -> set[str]:
    """Where no node came, one attempt after the other until now; once that was so everywhere, it is tried anew."""
    names, found = {tier.name for tier in tiers}, set[str]()
    for attempt in attempts:
        found = found | {attempt.tier or ""} if ladder.found_no_node(attempt) else set()
        found = set() if names <= found else found
    return found


def words(offer: Sequence[ClassTier]) -> str:
    """`spot`, or `spot or on-demand`."""
    return " or ".join(tier.name for tier in offer)


def on_its_tier(attempt: Attempt, evidence: Evidence, nodes: Mapping[str, NodeState], platform: Platform) -> Attempt:
    """With the tier that the queue has chosen: by the labels of its node, and until it has one by those it asks for."""
    pod, job = evidence.pod, evidence.job
    if attempt.node or pod is None or job is None or not _has_choice(job):
        return attempt
    node = nodes.get(pod.node or "")
    labels, whole = (node.labels, True) if node else (pod.node_selector, False)
    for tier in platform.tiers:
        if tier.name in job.offered and _fits(wanted_labels(tier, platform.config.capacity_labels), labels, whole):
            return attempt.model_copy(update={"tier": tier.name})
    return attempt


def _fits(wanted: Wanted, labels: Mapping[str, str], whole: bool) -> bool:
    """Whether a node has what a tier wants. Not `whole`: as far as its labels are known."""
    return all(labels[key] in values if key in labels else not whole for key, values in wanted.items())


def gives_up_at(
    tiers: Sequence[ClassTier], attempt: Attempt, job: JobState | None, created: datetime
) -> datetime | None:
    """When an attempt that found no node is taken back. On the last tier too, if others would do as well."""
    chosen = [tier for tier in tiers if tier.name == attempt.tier and job and _has_choice(job)]
    # As if it were the first one.
    return ladder.gives_up_at((*chosen, *tiers), attempt.tier, created)


def _has_choice(job: JobState) -> bool:
    return len(job.offered) > 1
