"""What befell a pod, first in the words of people who own videos; those of Kubernetes follow in brackets."""

from typing import NamedTuple

from spotreel_operator.state.pods import PodState
from videojob_api.names import AttemptReason


class _Kind(NamedTuple):
    """The words for it while it comes, those for it once it has come, and the attempt's reason."""

    coming: str
    come: str
    reason: AttemptReason = AttemptReason.PREEMPTED


_BY_CONDITION = {
    "EvictionByEvictionAPI": _Kind(
        "{node} is being emptied", "its pod was evicted, as {node} was emptied", AttemptReason.EVICTED
    ),
    "DeletionByTaintManager": _Kind("{node} gives notice", "{node} was reclaimed"),
    "DeletionByPodGC": _Kind("{node} is gone", "{node} is gone", AttemptReason.NODE_LOST),
    "TerminationByKubelet": _Kind("{node} shuts down or needs room", "{node} was shut down or needed room"),
} | dict.fromkeys(
    ("PreemptionByScheduler", "PreemptionByKubeScheduler"),
    _Kind("a pod of higher priority takes {node}", "a pod of higher priority took {node}"),
)
"""By the reason of a pod's condition DisruptionTarget."""

_OTHER = _Kind("its pod is told to leave {node}", "its pod was told to leave {node}")
_DELETED = _Kind("its pod on {node} is being deleted", "its pod on {node} was deleted")
_SHUT_DOWN = "{node} was shut down"
_BY_STATUS = {
    "NodeLost": "{node} is gone",
    "Preempting": "{node} needed room for a pod of the cluster's own",
    "NodeAffinity": "{node} no longer fits its tier",
} | dict.fromkeys(("Terminated", "NodeShutdown", "Shutdown"), _SHUT_DOWN)
"""By the reason of a pod's status, where its node's kubelet has ended it."""


def what_comes(pod: PodState) -> str:
    """Of a pod that still works and has been told to go."""
    return _said(pod, _kind(pod).coming)


def what_came(pod: PodState) -> str:
    """Of one that has been told to go."""
    return _said(pod, _kind(pod).come)


def is_ended_by_its_node(pod: PodState) -> bool:
    """Whether kubelet says in its status that the node, not the pod itself, was the reason."""
    return pod.reason in _BY_STATUS


def reason_of(condition: str) -> AttemptReason:
    """An attempt's reason, by that of its pod's condition DisruptionTarget; `Preempted` for one not known here."""
    return _BY_CONDITION.get(condition, _OTHER).reason


def ended_by_its_node(pod: PodState) -> str:
    """Of one whose kubelet says in its status why it ended it."""
    words = _BY_STATUS.get(pod.reason, _SHUT_DOWN)
    return f"{_with_node(words, pod)} ({pod.reason})"


def named_by_the_job(message: str) -> str:
    """Of one that nobody saw, by what its Job says."""
    return f"its pod was told to leave its node ({message})"


def _kind(pod: PodState) -> _Kind:
    return _BY_CONDITION.get(pod.disruption.reason, _OTHER) if pod.disruption else _DELETED


def _said(pod: PodState, words: str) -> str:
    found = pod.disruption
    machine = ": ".join(part for part in (found.reason, found.message) if part) if found else ""
    return _with_node(words, pod) + (f" ({machine})" if machine else "")


def _with_node(words: str, pod: PodState) -> str:
    return words.replace("{node}", f"node {pod.node}" if pod.node else "its node")
