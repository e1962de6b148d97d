"""When an attempt counts as lost: after silence, or at once when its Node object is deleted.

Kubernetes removes the pods of a deleted Node within a minute, whether they still work or not. Silence is
judged by the operator's own clock, and only for as long as the operator itself was listening.
Taints are not relied on: with every node NotReady none ever comes.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from spotreel_operator.state.evidence import Evidence
from spotreel_operator.state.nodes import NodeState
from videojob_api.config import Silence
from videojob_api.values import parse_duration


def last_sign(evidence: Evidence, listening_since: datetime, started: datetime | None) -> datetime:
    """The latest moment at which the attempt is known to have lived, or somebody began to listen."""
    pod = evidence.pod
    signs = [listening_since, evidence.heard.time if evidence.heard else None]
    signs += [started, pod.bound or pod.created] if pod else []
    return max(sign for sign in signs if sign is not None)


def node_of(evidence: Evidence, nodes: Mapping[str, NodeState], name: str | None) -> NodeState | None:
    """The node under an attempt; None if it is gone, also when another one has its name now."""
    if name is None or (evidence.pod and evidence.pod.node_gone):
        return None
    return nodes.get(name)


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
    if pod and pod.node_gone:
        return last_sign(evidence, listening_since, started)
    if pod is None or pod.node is None or (pod.started is None and node is not None and node.ready):
        return None
    return last_sign(evidence, listening_since, started) + window(node, silence)
