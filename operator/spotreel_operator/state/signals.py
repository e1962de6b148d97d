"""What autoscalers say of a pod that has no node, by the events that they write about it.

cluster-autoscaler: `TriggeredScaleUp` and `NotTriggerScaleUp`, both Normal; GKE's also `FailedScaleUp`, a Warning.
Karpenter: `Nominated`, Normal; `FailedScheduling`, a Warning, of a reason that kube-scheduler has too, so that only the
component tells them apart. It tells either of a pod at most once in two and in five minutes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from spotreel_operator.state.times import parse_time

Object = dict[str, Any]

COMING = frozenset({"TriggeredScaleUp", "Nominated"})
REFUSED = frozenset({"NotTriggerScaleUp", "FailedScaleUp"})
FAILED = "FailedScheduling"
KARPENTERS = ("karpenter", "eks-auto-mode/compute")
NORMAL_REASONS = ("TriggeredScaleUp", "NotTriggerScaleUp", "Nominated")
"""Those that a watch of warnings does not bring."""


@dataclass(frozen=True)
class Signals:
    """Of one pod: a node is on its way; none will come; how often Karpenter has failed since it last had hope.

    `known`: an autoscaler is at work in this cluster.
    """

    coming: bool = False
    refused: bool = False
    failures: int = 0
    known: bool = False


@dataclass(frozen=True)
class Signal:
    """One event: what it says, when it was said last, and how often."""

    reason: str
    time: datetime
    count: int = 1


def signal_of(event: Object) -> Signal | None:
    """Of a Kubernetes Event about a pod; None if no autoscaler wrote it."""
    reason, time = str(event.get("reason") or ""), _time_of(event)
    is_one = reason in COMING | REFUSED or (reason == FAILED and _component_of(event) in KARPENTERS)
    if time is None or not is_one or (event.get("involvedObject") or {}).get("kind") != "Pod":
        return None
    series = event.get("series") or {}
    return Signal(reason, time, int(series.get("count") or event.get("count") or 1))


def _component_of(event: Object) -> str:
    return str((event.get("source") or {}).get("component") or event.get("reportingComponent") or "")


def _time_of(event: Object) -> datetime | None:
    """Of the last time that it was said: each kind of recorder fills in others of these."""
    series = event.get("series") or {}
    times = [series.get("lastObservedTime"), *(event.get(key) for key in ("lastTimestamp", "eventTime"))]
    return next((parse_time(time) for time in times if time), parse_time(event["metadata"].get("creationTimestamp")))


def signals_of(signals: Iterable[Signal], known: bool = False) -> Signals:
    """What all of them come to: the newest word counts, and failures since a node was last on its way."""
    said = sorted(signals, key=lambda signal: signal.time)
    hoped = max((signal.time for signal in said if signal.reason in COMING), default=None)
    since = [signal for signal in said if hoped is None or signal.time > hoped]
    return Signals(
        coming=hoped is not None and not since,
        refused=any(signal.reason in REFUSED for signal in since),
        failures=sum(signal.count for signal in since if signal.reason == FAILED),
        known=known or bool(said),
    )
