"""Which image an attempt's runner has."""

from spotreel_operator.reconcile.stalls import stall_of
from spotreel_operator.reconcile.standing import cannot_pull
from spotreel_operator.state.evidence import Evidence
from spotreel_operator.state.snapshot import Platform, Snapshot


def wanted_image(s: Snapshot, platform: Platform) -> str:
    """Pinned by the first attempt that started: an upgrade in mid-job mixes nothing."""
    pinned = s.videojob.status.runner
    return pinned.image if pinned else platform.job_class.image or platform.config.runner.image


def is_replaced(s: Snapshot, platform: Platform, evidence: Evidence) -> bool:
    """Whether an attempt waits for an image that cannot be pulled, and the configuration names another by now."""
    asked = evidence.job.image if evidence.job else ""
    waits = stall_of(s) is None and cannot_pull(evidence.pod) and bool(asked)
    return waits and asked != wanted_image(s, platform)
