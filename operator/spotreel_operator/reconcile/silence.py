"""When an attempt that says nothing counts as lost.

Judged by the operator's own clock, and only for as long as the operator itself was listening.
Taints are not relied on: with every node NotReady none ever comes.
"""

from datetime import datetime, timedelta

from spotreel_operator.reconcile.snapshot import Evidence, NodeState
from videojob_api.config import Silence
from videojob_api.values import parse_duration


def last_sign(evidence: Evidence, listening_since: datetime, started: datetime | None) -> datetime:
    """The latest moment at which the attempt is known to have lived, or somebody began to listen."""
    pod = evidence.pod
    signs = [listening_since, evidence.heard.time if evidence.heard else None]
    signs += [started, pod.bound or pod.created] if pod else []
    return max(sign for sign in signs if sign is not None)


def window(node: NodeState | None, silence: Silence) -> timedelta:
    """How long it may be silent."""
    text = silence.running if node and node.ready else silence.node_lost
    return timedelta(seconds=float(parse_duration(text)))


def lost_at(
    evidence: Evidence,
    node: NodeState | None,
    listening_since: datetime,
    silence: Silence,
    started: datetime | None = None,
) -> datetime | None:
    """When it will count as lost if nothing more is heard; None for a pod that does not run yet.

    `started` by the operator's clock: the pod's own time is by its node's.
    """
    pod = evidence.pod
    if pod is None or pod.node is None or (pod.started is None and node is not None and node.ready):
        return None
    return last_sign(evidence, listening_since, started) + window(node, silence)
