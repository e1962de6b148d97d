"""Builders of the reconciler's world: everything has a sensible default, tests name what matters."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from spotreel_operator.manifests.attempt import attempt_job, attempt_name
from spotreel_operator.manifests.orders import fitting, order
from spotreel_operator.reconcile.platform import platform_of
from spotreel_operator.state.evidence import Evidence, Heard
from spotreel_operator.state.jobs import JobState
from spotreel_operator.state.nodes import NodeState
from spotreel_operator.state.pods import Disruption, PodState
from spotreel_operator.state.snapshot import Platform, Snapshot
from spotreel_operator.state.videojobs import VideoJob
from videojob_api.config import OperatorConfiguration, Runner
from videojob_api.names import Outcome, Stage
from videojob_api.report import Report, SegmentCounts
from videojob_api.spec import VideoJobSpec
from videojob_api.status import OutputStatus, VideoJobStatus

T0 = datetime(2026, 1, 1, 12, 0, 0, tzinfo=UTC)
UID = "12345678-aaaa-bbbb-cccc-1234567890ab"
LABELS = {
    "topology.kubernetes.io/zone": "zone-a",
    "node.kubernetes.io/instance-type": "g5.xlarge",
    "karpenter.sh/capacity-type": "spot",
}
OUTPUT = "s3://m/out/a.mp4"
IMAGE = Runner().image
SPEC: dict[str, Any] = {"inputs": [{"uri": "s3://m/in.mp4"}], "outputs": [{"uri": OUTPUT}]}
CONFIG: dict[str, Any] = {
    "defaultClass": "gpu",
    "classes": {
        "gpu": {
            "placement": {
                "tiers": [
                    {"name": "spot", "capacity": "Spot", "waitFor": "60s"},
                    {"name": "od", "capacity": "OnDemand"},
                ]
            },
            "storage": {"secretRef": {"name": "keys"}},
        }
    },
    "prices": {"table": {"g5.xlarge": {"Spot": 0.36, "OnDemand": 1.08}}},
    "noProgressAttempts": 3,
}


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def config(**changes: Any) -> OperatorConfiguration:
    return OperatorConfiguration.model_validate(CONFIG | changes)


def job(status: VideoJobStatus | None = None, **spec: Any) -> VideoJob:
    return VideoJob(
        namespace="ns",
        name="reel",
        uid=UID,
        generation=1,
        resource_version="7",
        created=T0,
        deleting=False,
        spec=VideoJobSpec.model_validate(SPEC | spec),
        problem="",
        status=status or VideoJobStatus(),
    )


def pod(**changes: Any) -> PodState:
    base = PodState(
        name="reel-12345-0-1-x",
        uid="pod-1",
        resource_version="5",
        phase="Running",
        reason="",
        message="",
        image=IMAGE,
        node="n1",
        created=at(1),
        bound=at(1),
        gone=False,
        delete_by=None,
        started=at(2),
        ended=None,
        exit_code=None,
        unknown_end=False,
        oom_killed=False,
        last_word=None,
        last_line="",
        waiting_reason="",
        waiting_message="",
        unschedulable="",
        disruption=None,
    )
    return replace(base, **changes)


def ended(code: int, **changes: Any) -> PodState:
    """A pod whose container has ended."""
    phase = "Succeeded" if code == 0 else "Failed"
    return pod(**{"phase": phase, "exit_code": code, "ended": at(50), **changes})


def target(reason: str, seconds: float = 49) -> Disruption:
    return Disruption(reason, at(seconds))


def batch_job(name: str = "reel-12345-0-1", **changes: Any) -> JobState:
    base = JobState(
        name=name, uid=f"job-{name}", created=at(1), tier="spot", image=IMAGE,
        deleting=False, complete=False, failed=False,
        finished_at=None, failure_reason="", failure_message="",
    )  # fmt: skip
    return replace(base, **changes)


def report(attempt: str = "reel-12345-0-1", done: int = 4, own: int = 4, **changes: Any) -> Report:
    base = Report(
        attempt=attempt, stage=Stage.RENDERING, segments=SegmentCounts(done=done, total=10, by_this=own),
        frames=done * 30, total_frames=300, encoded=own * 30, committed=own * 30, fps=30.0,
    )  # fmt: skip
    return base.model_copy(update=changes)


def success(attempt: str = "reel-12345-0-1", uri: str = OUTPUT) -> Report:
    output = OutputStatus(uri=uri, size_bytes=9, sha256="ab" * 32, frames=300, duration="10s")
    return report(attempt, 10, outcome=Outcome.SUCCEEDED, exit_code=0, outputs=[output], message="result committed")


def evidence(name: str = "reel-12345-0-1", **changes: Any) -> Evidence:
    base = Evidence(name, batch_job(name), pod(), None)
    return replace(base, **changes)


def heard(what: Report, seconds: float = 40) -> Heard:
    return Heard(what, at(seconds))


def node(name: str = "n1", ready: bool = True) -> NodeState:
    return NodeState(name, ready, LABELS)


def snapshot(
    videojob: VideoJob | None = None,
    seen: list[Evidence] | None = None,
    now: float = 60,
    nodes: list[NodeState] | None = None,
    listening: float = 0,
    configuration: OperatorConfiguration | None = None,
    **changes: Any,
) -> Snapshot:
    made = videojob or job()
    base = Snapshot(
        videojob=made,
        platform=platform_of(made, configuration or config(), {}),
        evidence={e.name: e for e in seen or []},
        nodes={n.name: n for n in (nodes if nodes is not None else [node()])},
        now=at(now),
        listening_since=at(listening),
        progress_url="http://operator/v1/progress",
        config=configuration or config(),
    )
    return replace(base, **changes)


def attempt_manifest(videojob: VideoJob, platform: Platform, number: int = 1) -> dict[str, Any]:
    """The Job of an attempt on the first tier. Raises OrderTooLarge."""
    told = order(videojob, platform, attempt_name(videojob, number), "http://o")
    text = fitting(videojob, told)
    return attempt_job(videojob, platform, platform.tiers[0], number, "image", text)
