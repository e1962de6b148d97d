"""An hour of made detections: CPU and memory of all that comes after the detector, each step in its own process.

Run as `python -m tests.bench.hour [BOXES]` (in each frame, 5 by default); it writes docs/analysis-detection.md's table.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from time import process_time

from job_runner.analysis.found import Found
from job_runner.analyzing.engines import Engines
from job_runner.analyzing.kinds import Subject
from job_runner.analyzing.stored import found_by, rows_file
from job_runner.detection.signature import Signature
from job_runner.inputs import JobInputs
from job_runner.plan.facts import InputFacts, VideoFacts
from job_runner.plan.plan import make_plan
from job_runner.plan.times import VariableTimes
from job_runner.plan.windows import FRAMES, ModelPlan, WindowsPlan
from job_runner.results.detections import DetectionRow
from job_runner.results.ndjson import member
from job_runner.stop import Stop
from job_runner.targets.destination import Destination
from job_runner.targets.found import FoundTarget
from job_runner.targets.handed import HandedTarget
from job_runner.tracker import Tracker
from job_runner.workspace import names
from job_runner.workspace.directory import DirectoryStore
from job_runner.workspace.places import Places
from tests.bench.__main__ import machine
from tests.testbed.cache import ROOT
from tests.unit.runner.jobs import order
from videojob_api.results import Result
from videojob_api.status import AnalysisStatus

PAGE = ROOT / "docs" / "analysis-detection.md"
BEGIN, END = "<!-- hour: begin -->", "<!-- hour: end -->"
BOXES, RATE, SECONDS = 5, 25, 3600
STAYS = 20
"""Seconds for which each thing is seen, before another takes its place."""
SIZE = (1920, 1080)
ANALYSIS = {"name": "people", "input": "main", "detect": {"model": {"input": "model"}, "track": {}}}
OVERLAY = {"blur": {}, "keyframesFrom": {"analysis": "people"}}
METADATA = {"plan": "digest", "attempt": "a-0-1", "fingerprint": "f"}
SIGNATURE = Signature((), (), {"names": "{0: 'person'}"})
FILES = ("rows.ndjson.gz", "rows.json", "rows.txt", "rows.parquet")


@dataclass(frozen=True)
class Hour:
    """A job in a folder whose windows have been measured already."""

    folder: Path

    @cached_property
    def subject(self) -> Subject:
        """The analysis, and facts of an input that need not be there."""
        clip = self.folder / "in.mp4"
        inputs = [{"name": "main", "uri": clip.as_uri()}, {"name": "model", "uri": (self.folder / "m.onnx").as_uri()}]
        job = order(
            self.folder, clip, inputs=inputs, analyses=[ANALYSIS],
            timeline={"clips": [{"input": "main"}], "overlays": [OVERLAY]},
        )  # fmt: skip
        made = JobInputs(job.work, Places(None, None, 0.1), Tracker("a"))
        assert job.work.analyses
        return Subject(job.work.analyses[0], facts("main", clip), made, Engines(job, made, Stop(0), None))

    @cached_property
    def planned(self) -> WindowsPlan:
        """Every frame is looked at."""
        total = SECONDS * RATE
        return WindowsPlan(
            name="people", input="main", rate=Fraction(RATE), total=total, window=FRAMES,
            times=VariableTimes(scale=RATE, first=0, steps=[(1, total)]), model=ModelPlan(signature=SIGNATURE.text()),
        )  # fmt: skip

    @property
    def store(self) -> DirectoryStore:
        """The workspace."""
        return DirectoryStore(self.folder / "work")

    def measured(self, boxes: int) -> None:
        """Puts the windows of a detector that finds so many things in each frame."""
        for number in range(self.planned.count):
            looks = self.planned.looks(number)
            rows = (row for frame in range(looks.first, looks.end) for row in seen(frame, boxes))
            self.store.put(names.window("people", number), member(rows), METADATA)

    def reduce(self) -> None:
        """Follows things through all windows, and writes all rows."""
        keys = [names.window("people", number) for number in range(self.planned.count)]
        FoundTarget(self.subject, self.planned, True, lambda: keys, self.store, METADATA, _go_on).make()

    def tracks(self) -> Found:
        """As a plan goes by them."""
        return found_by(self.subject, self.planned, True, self.store, METADATA["plan"])

    def plan(self) -> None:
        """A blur on each thing, the tracks read before."""
        job, facts_ = self.subject.engines.order, self.subject.facts
        all_facts = {"main": facts_, "model": facts_.model_copy(update={"name": "model", "video": None})}
        plan = make_plan(job.job, job.work, all_facts, "f", lambda *_: None, None, {"people": self.tracks()})
        assert len(plan.overlays) == self._status.tracks
        plan.model_dump_json(by_alias=True, exclude_none=True)

    def results(self) -> None:
        """A file of each format."""
        with ExitStack() as kept:
            rows = kept.enter_context(rows_file(self.store, "people", METADATA["plan"]))
            for name in FILES:
                self._handed(name, rows)

    def _handed(self, name: str, rows: Path) -> None:
        result = Result(analysis="people", uri=(self.folder / name).as_uri())
        place = Destination(self.subject.engines.order, result.uri or "", True, Places(None, None, 0.1))
        HandedTarget(
            result, self.subject, self.planned, self._status, lambda: rows, place, lambda *_: "", _go_on
        ).make()

    @property
    def _status(self) -> AnalysisStatus:
        return AnalysisStatus.model_validate_json(self.store.get(names.found("people")).data)


def facts(name: str, path: Path) -> InputFacts:
    """Of an hour of video."""
    video = VideoFacts(
        width=SIZE[0], height=SIZE[1], pixel_format="yuv420p", codec="h264", rate=Fraction(RATE), start=Fraction(0),
        duration=Fraction(SECONDS),
    )  # fmt: skip
    return InputFacts(name=name, uri=path.as_uri(), etag="e", size=1, video=video)


def seen(frame: int, boxes: int) -> Iterator[DetectionRow]:
    """Things side by side that walk down the picture, each in a lane of its own."""
    lane, seconds = SIZE[0] / boxes, frame / RATE
    for number in range(boxes):
        # They do not change all at once.
        passed = (seconds + number * STAYS / boxes) % STAYS / STAYS
        left, top = round(number * lane, 1), round(passed * SIZE[1] * 0.8, 1)
        right, bottom = round(left + lane / 2, 1), round(top + SIZE[1] / 5, 1)
        yield DetectionRow(frame, round(seconds, 6), "person", 0.9, left, top, right, bottom)


def _go_on() -> None:
    """Nobody asks to stop."""


STEPS: dict[str, tuple[str, Callable[[Hour], object]]] = {
    "start": ("nothing: Python and what it imports", lambda hour: hour.subject),
    "reduce": ("reduce: things are followed, all rows are written", Hour.reduce),
    "tracks": ("tracks: read again, as a plan goes by them", Hour.tracks),
    "plan": ("plan: a blur on each thing, the tracks read before", Hour.plan),
    "results": (f"results: {', '.join(FILES)}", Hour.results),
}
"""In the order of a job: what each is called, and what it does."""


def measured(step: str, folder: Path) -> dict[str, float]:
    """Seconds of the CPU for a step, and megabytes that its process has had at most."""
    command = [sys.executable, "-m", "tests.bench.hour", "--step", step, str(folder)]
    return dict(json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout))


def run_step(step: str, folder: Path) -> None:
    """In this process; prints what `measured` gives."""
    hour, began = Hour(folder), process_time()
    STEPS[step][1](hour)
    seconds = process_time() - began
    status = Path("/proc/self/status").read_text().splitlines()
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
    sys.stdout.write(json.dumps({"seconds": seconds, "megabytes": peak * 1024 / 1e6}))


def page(boxes: int, found: dict[str, dict[str, float]]) -> str:
    """The table with its introduction."""
    rows = [f"| {STEPS[step][0]} | {one['megabytes']:.0f} MB | {one['seconds']:.1f} s |" for step, one in found.items()]
    return "\n".join(
        [
            f"After the detector, an hour of {RATE} frames a second with {boxes} boxes in each, every frame looked at: "
            f"{SECONDS * RATE * boxes:,} rows, each thing seen for {STAYS} s.",
            "The highest resident memory of each step, in a process of its own, and the CPU's seconds for it. Made by",
            f"`python -m tests.bench.hour` ({machine()}).",
            "",
            "| step | memory at most | CPU |",
            "|---|---|---|",
            *rows,
        ]
    )


def main() -> None:
    """All steps, one after the other."""
    if sys.argv[1:2] == ["--step"]:
        run_step(sys.argv[2], Path(sys.argv[3]))
        return
    boxes = int(sys.argv[1]) if len(sys.argv) > 1 else BOXES
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        Hour(folder).measured(boxes)
        text = page(boxes, {step: measured(step, folder) for step in STEPS})
    whole = PAGE.read_text()
    PAGE.write_text(whole[: whole.index(BEGIN) + len(BEGIN)] + f"\n{text}\n" + whole[whole.index(END) :])
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
