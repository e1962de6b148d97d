"""VideoJobs as a cluster has them, for what is said of them."""

from datetime import UTC, datetime
from typing import Any

from spotreel.job import Job
from tests.unit.client.api_server import videojob

NOW = datetime(2026, 1, 2, 3, 8, 17, tzinfo=UTC)
"""4m12s after they were made."""
SHA256 = "1f0c" + "0" * 60
OUTPUT = {"uri": "s3://media/out/reel.mp4", "sizeBytes": 48_200_000, "sha256": SHA256, "frames": 9000, "duration": "5m"}
PLAN = {"encoder": "libx264", "width": 1080, "height": 1920, "frameRate": "30", "frames": 9000, "segments": 30}


def attempt(number: int, lane: int = 0, **more: Any) -> dict[str, Any]:
    begun = {"createTime": "2026-01-02T03:05:00Z", "startTime": "2026-01-02T03:07:15Z"}
    where = {"tier": "spot-a10g", "node": f"n{number}", "instanceType": "g5.xlarge", "zone": "eu-central-1a"}
    return {"name": f"reel-1a2b3-{lane}-{number}", **begun, **where, **more}


PREEMPTED = attempt(1, segments=11, verdict="Disruption", reason="Preempted", lostFrames=60)
RUNNING = attempt(2, segments=8)
PROGRESS = {
    "stage": "Rendering", "percent": 63, "summary": "63%", "frames": 5700, "totalFrames": 9000, "segments": 19,
    "totalSegments": 30, "fps": 118.0, "remaining": "29s",
}  # fmt: skip
COST = {"currency": "USD", "total": "0.0058", "onDemandEstimate": "0.0139"}


def running(**status: Any) -> Job:
    base = {"phase": "Running", "reason": "Rendering", "plan": PLAN, "progress": PROGRESS, "cost": COST}
    return Job(videojob(**{**base, "attempts": [PREEMPTED, RUNNING], "counts": {"attempts": 2}, **status}))


def succeeded(**status: Any) -> Job:
    times = {"startTime": "2026-01-02T03:04:30Z", "endTime": "2026-01-02T03:05:46Z"}
    done = {"phase": "Succeeded", "reason": "ResultCommitted", "outputs": [OUTPUT], "attempts": [], **times}
    return running(**{**done, **status})


def failed(reason: str = "InputNotFound", message: str = "there is no s3://media/match.mp4") -> Job:
    return Job(videojob(phase="Failed", reason=reason, message=message))


def waiting(message: str = "no node yet") -> Job:
    return Job(videojob(phase="Pending", reason="WaitingForCapacity", message=message))
