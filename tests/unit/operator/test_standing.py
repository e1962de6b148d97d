"""Where a job stands: a sentence for people, and behind it the words of whoever said more."""

from typing import Any

import pytest

from spotreel_operator.reconcile.reconcile import reconcile
from spotreel_operator.state.evidence import Evidence
from tests.unit.operator.histories import A1, attempt, status_with
from tests.unit.operator.make import evidence, heard, job, pod, report, snapshot
from videojob_api.names import Stage
from videojob_api.report import SegmentCounts
from videojob_api.status import VideoJobStatus

NODES = "0/3 nodes are available: 3 Insufficient cpu."
MISSING = 'MountVolume.SetUp failed: secret "keys" not found'


def message(seen: Evidence | None = None, status: VideoJobStatus | None = None, **changes: Any) -> str:
    """Without where to read on."""
    seen_list = [seen] if seen else []
    plan = reconcile(snapshot(job(status or status_with(attempt())), seen_list, now=50, **changes))
    assert plan.status and plan.status.message
    return plan.status.message.partition(" (help:")[0]


def waiting(**changes: Any) -> Any:
    return pod(**{"started": None, "phase": "Pending", **changes})


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        (evidence(pod=None), "its pod is being made"),
        (evidence(pod=None, trouble="pods is forbidden"), "Kubernetes refuses its pod: pods is forbidden"),
        (evidence(pod=waiting(node=None)), "waits for a node of tier spot: it is being scheduled"),
        (evidence(pod=waiting(node=None, unschedulable=NODES)), f"waits for a node of tier spot: {NODES}"),
        (evidence(pod=waiting()), "starting on node n1"),
        (evidence(pod=waiting(waiting_message="no runtime")), "starting on node n1: no runtime"),
        (
            evidence(pod=waiting(waiting_reason="ErrImagePull", waiting_message="not found")),
            "its image spotreel/runner:0.1.0 does not come: not found",
        ),
        (
            evidence(pod=waiting(), trouble=MISSING, trouble_reason="FailedMount"),
            f"waits for a Secret of its namespace: {MISSING}",
        ),
        (evidence(), f"has started on node n1; attempt {A1}"),
        (evidence(heard=heard(report())), "running on g5.xlarge; 4 of 10 segments done"),
        (
            evidence(heard=heard(report(stage=Stage.ANALYZING, windows=SegmentCounts(done=2, total=9)))),
            "running on g5.xlarge; 2 of 9 windows of analyses done",
        ),
    ],
)
def test_people_first(seen: Evidence, words: str) -> None:
    assert message(seen) == words


def test_the_reason_is_the_stage() -> None:
    """Also in `kubectl get vj`, whose column has it."""
    plan = reconcile(snapshot(job(status_with(attempt())), [evidence(heard=heard(report(stage=Stage.ANALYZING)))]))
    assert plan.status and plan.status.reason == "Analyzing"
    (progressing,) = (c for c in plan.status.conditions if c.type == "Progressing")
    assert (progressing.status, progressing.reason) == ("True", "Analyzing")


def test_a_refused_job() -> None:
    said = message(status=VideoJobStatus(), rejection="admission webhook denied the request")
    assert said == "Kubernetes refuses its Job: admission webhook denied the request"
