"""What befell a pod, first in the words of people who own videos; those of Kubernetes follow in brackets."""

from typing import NamedTuple

from spotreel_operator.state.pods import PodState


class _Words(NamedTuple):
    """While it comes, and once it has come."""

    coming: str
    come: str


_BY_CONDITION = {
    "EvictionByEvictionAPI": _Words("{node} is being emptied", "its pod was evicted, as {node} was emptied"),
    "DeletionByTaintManager": _Words("{node} gives notice", "{node} was reclaimed"),
    "DeletionByPodGC": _Words("{node} is gone", "{node} is gone"),
    "TerminationByKubelet": _Words("{node} shuts down or needs room", "{node} was shut down or needed room"),
} | dict.fromkeys(
    ("PreemptionByScheduler", "PreemptionByKubeScheduler"),
    _Words("a pod of higher priority takes {node}", "a pod of higher priority took {node}"),
)
"""By the reason of a pod's condition DisruptionTarget."""

_OTHER = _Words("its pod is told to leave {node}", "its pod was told to leave {node}")
_DELETED = _Words("its pod on {node} is being deleted", "its pod on {node} was deleted")
_BY_STATUS = {
    "NodeLost": "{node} is gone",
    "Preempting": "{node} needed room for a pod of the cluster's own",
    "NodeAffinity": "{node} no longer fits its tier",
}
"""By the reason of a pod's status; all others are of a node that shuts down."""


def what_comes(pod: PodState) -> str:
    """Of a pod that still works and has been told to go."""
    return _said(pod, _words(pod).coming)


def what_came(pod: PodState) -> str:
    """Of one that has been told to go."""
    return _said(pod, _words(pod).come)


def ended_by_its_node(pod: PodState) -> str:
    """Of one whose kubelet says in its status why it ended it."""
    words = _BY_STATUS.get(pod.reason, "{node} was shut down")
    return f"{_with_node(words, pod)} ({pod.reason})"


def named_by_the_job(message: str) -> str:
    """Of one that nobody saw, by what its Job says."""
    return f"its pod was told to leave its node ({message})"


def _words(pod: PodState) -> _Words:
    return _BY_CONDITION.get(pod.disruption.reason, _OTHER) if pod.disruption else _DELETED


def _said(pod: PodState, words: str) -> str:
    found = pod.disruption
    machine = ": ".join(part for part in (found.reason, found.message) if part) if found else ""
    return _with_node(words, pod) + (f" ({machine})" if machine else "")


def _with_node(words: str, pod: PodState) -> str:
    return words.replace("{node}", f"node {pod.node}" if pod.node else "its node")
