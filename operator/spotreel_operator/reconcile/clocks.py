"""Times that a node's kubelet wrote, as far as the operator's clock lets them be true.

A node's clock may be minutes off. How long something took by it is right nevertheless.
"""

from datetime import datetime, timedelta

from spotreel_operator.state.pods import PodState

CONDITION_SLACK = timedelta(seconds=2)
_STOPPED_CODES = (75, 137, 143)


def start_of(pod: PodState, now: datetime) -> datetime | None:
    """When its container began: not before it had a node, and not later than now."""
    return None if pod.started is None else min(max(pod.started, pod.bound or pod.created), now)


def end_of(pod: PodState | None, start: datetime | None, now: datetime) -> datetime:
    """When its container ended, if kubelet says it: so long after `start` as it ran; else now."""
    if pod is None or pod.ended is None:
        return now
    if start is None or pod.started is None:
        return min(max(pod.ended, pod.bound or pod.created), now)
    return min(start + max(pod.ended - pod.started, timedelta(0)), now)


def came_after_the_end(pod: PodState) -> bool:
    """Whether DisruptionTarget was set when the container had ended: crashed pods gain it later.

    Where the node's clock is behind, so that a container began before its pod was bound, the exit
    code must tell: a container that is told to stop, or killed, ends with one of few.
    """
    if not (pod.disruption and pod.disruption.time and pod.ended):
        return False
    if pod.disruption.time <= pod.ended + CONDITION_SLACK:
        return False
    behind = pod.started is not None and pod.bound is not None and pod.started < pod.bound - CONDITION_SLACK
    return not (behind and pod.exit_code in _STOPPED_CODES)
