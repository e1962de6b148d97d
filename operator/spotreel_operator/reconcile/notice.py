"""Notice: a pod that still works is told to go. It is said when it comes, as it may be seconds before the end."""

from datetime import datetime

from spotreel_operator.reconcile.disruptions import what_comes
from spotreel_operator.reconcile.plan import EventSpec
from spotreel_operator.state.evidence import Evidence
from spotreel_operator.state.pods import PodState
from videojob_api.names import Event


def is_given(evidence: Evidence) -> bool:
    """Whether its runner works and has to stop soon."""
    pod = evidence.pod
    if pod is None or not pod.started or pod.ended or pod.finished or pod.gone or evidence.last_word:
        return False
    return pod.delete_by is not None or pod.disruption is not None


def notice_event(pod: PodState, attempt: str, grace: int, now: datetime) -> EventSpec:
    """`grace`: seconds that such pods have, where its end is not set yet."""
    left = max(0, round((pod.delete_by - now).total_seconds())) if pod.delete_by else grace
    message = f"{left} seconds left: {what_comes(pod)}; attempt {attempt}"
    return EventSpec("Warning", Event.NOTICE_GIVEN, message, attempt)
