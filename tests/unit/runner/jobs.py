"""Whole jobs on a local folder, in this process."""

from pathlib import Path
from typing import Any

from job_runner.session import Session
from job_runner.stop import Stop
from videojob_api.names import Stage
from videojob_api.order import Order, Work
from videojob_api.report import Report, SegmentCounts

REPORT = Report(
    attempt="a-0-1",
    stage=Stage.RENDERING,
    segments=SegmentCounts(done=19, total=30),
    frames=5700,
    total_frames=9000,
    fps=118.0,
)
"""Two thirds of a job done, as a runner says it."""


def order(folder: Path, clip: Path, output: str = "out.mp4", job: str = "t/a-1", **more: Any) -> Order:
    """Of one input, in segments of 30 frames; `more` replaces parts of the work."""
    video = {"encoder": "CPU", "crf": 20, "preset": "Fast"}
    work = {
        "inputs": [{"uri": clip.as_uri()}],
        "outputs": [{"uri": (folder / output).as_uri(), "video": video}],
        "checkpoint": {"segmentFrames": 30},
    }
    return Order(
        job=job,
        attempt="a-0-1",
        work=Work.model_validate(work | more),
        workspace=(folder / "work").as_uri() + "/",
        patience_seconds=0.1,
        local_files=True,
    )


def run(made: Order, cores: int | None = None) -> Report:
    """The last word. `cores` limits the segments in hand."""
    return Session(made.model_copy(update={"max_parallel": cores}), Stop(30)).run()
