"""Jobs with several lanes: what a plan leads to, as a next snapshot."""

from dataclasses import replace
from typing import Any

from spotreel_operator.reconcile.lane_review import JobReview
from spotreel_operator.reconcile.plan import Plan
from spotreel_operator.reconcile.reconcile import reconcile
from spotreel_operator.state.evidence import Evidence
from spotreel_operator.state.snapshot import Snapshot
from tests.unit.operator.make import batch_job, config, evidence, heard, job, pod, report, snapshot
from videojob_api.config import OperatorConfiguration
from videojob_api.names import Outcome
from videojob_api.status import VideoJobStatus

JOIN = {"resources": {"limits": {"cpu": "1"}}, "tiers": [{"name": "cheap"}]}


def name(lane: int | str, number: int = 1) -> str:
    return f"reel-12345-{lane}-{number}"


def joining() -> OperatorConfiguration:
    """A class whose segments are joined by an attempt of its own."""
    gpu = config().classes["gpu"].plain() | {"join": JOIN}
    return config(classes={"gpu": gpu})


def runs(lane: int | str, number: int = 1, done: int = 4, **changes: Any) -> Evidence:
    """A runner at work."""
    own = name(lane, number)
    return evidence(own, job=batch_job(own), pod=pod(name=f"{own}-x", uid=f"pod-{own}"),
                    heard=heard(report(own, done, **changes)))  # fmt: skip


def has_done_its_share(lane: int, number: int = 1) -> Evidence:
    return runs(lane, number, 9, outcome=Outcome.SHARE_DONE, exit_code=0, message="its share is done")


def waits(lane: int, number: int = 1) -> Evidence:
    """A pod without a node."""
    own = name(lane, number)
    pending = pod(name=f"{own}-x", uid=f"pod-{own}", node=None, bound=None, started=None, phase="Pending")
    return evidence(own, job=batch_job(own), pod=pending)


def of(lanes: int, status: VideoJobStatus | None, *seen: Evidence, now: float = 60, **more: Any) -> Snapshot:
    return snapshot(job(status, parallelism=lanes), list(seen), now=now, **more)


def begun(lanes: int, **more: Any) -> VideoJobStatus:
    """The status of a job all of whose lanes have just got their first attempts."""
    plan = reconcile(of(lanes, None, **more))
    assert plan.status
    return plan.status


def next_status(plan: Plan) -> VideoJobStatus:
    assert plan.status
    return plan.status


def started(plan: Plan) -> list[str]:
    return [attempt.name for attempt in plan.start]


def only(r: JobReview, lane: int) -> JobReview:
    return replace(r, lanes=tuple(one for one in r.lanes if one.lane == lane))
