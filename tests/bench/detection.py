"""`spotreel analyze --model` against the loop that people write: OpenCV reads and scales, onnxruntime runs.

Run as `python -m tests.bench.detection [PAIRS]`; writes its table into docs/analysis-detection.md.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.bench.__main__ import machine
from tests.bench.against import long_clip
from tests.bench.measure import Run, timed
from tests.testbed import cache
from tests.testbed.cache import ROOT
from tests.testbed.detector import face_model
from tests.unit.runner.models import bright_model

PAGE = ROOT / "docs" / "analysis-detection.md"
BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"
PACKAGES = ["opencv-python-headless==4.12.0.88", "onnxruntime==1.32.0"]
FRAMES = 300
LOOP = """
import sys, json
import cv2, numpy as np, onnxruntime
session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
height, width = session.get_inputs()[0].shape[2:]
source, rows, number = cv2.VideoCapture("long.mp4"), 0, 0
with open("theirs.ndjson", "w") as out:
    while True:
        there, frame = source.read()
        if not there:
            break
        scaled = cv2.cvtColor(cv2.resize(frame, (width, height)), cv2.COLOR_BGR2RGB)
        given = scaled.transpose(2, 0, 1)[None].astype(np.float32) / 255
        found = session.run(None, {"images": given})
        boxes, scores = (found[0][0, :, :4], found[0][0, :, 4]) if len(found) == 1 else found
        for box, score in zip(boxes[scores >= 0.4], scores[scores >= 0.4]):
            out.write(json.dumps({"frame": number, "score": float(score), "box": box.tolist()}) + "\\n")
        number += 1
assert number == FRAMES, number
"""
Say = Callable[[str], None]


@dataclass(frozen=True)
class Case:
    """A model and what it stands for."""

    name: str
    data: Callable[[], bytes]


CASES = (
    Case("a model that costs next to nothing, 640x360", lambda: bright_model((640, 360))),
    Case("MTCNN's faces, 640x360", lambda: face_model(640, 360)),
)


def main() -> None:
    """All cases, in pairs."""
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        long_clip(folder, FRAMES)
        (folder / "loop.py").write_text(LOOP.replace("FRAMES", str(FRAMES)))
        rows = [_row(case, folder, pairs, _say) for case in CASES]
    cores = len(os.sched_getaffinity(0))
    table = "\n".join([f"{machine()}, {cores} cores, {pairs} pairs of runs, starting included:\n", *HEAD, *rows])
    text = PAGE.read_text()
    PAGE.write_text(text[: text.index(BEGIN) + len(BEGIN)] + f"\n{table}\n" + text[text.index(END) :])


HEAD = (
    f"| {FRAMES} frames of 720p H.264 | frames/s, loop → ours | ratio, median (min … max) | CPU ms a frame |",
    "|---|---|---|---|",
)


def _row(case: Case, folder: Path, pairs: int, say: Say) -> str:
    (folder / "m.onnx").write_bytes(case.data())
    theirs = [str(_environment()), "loop.py", "m.onnx"]
    ours = [str(Path(sys.executable).parent / "spotreel"), "analyze", "long.mp4", "--model", "m.onnx", "-o", "ours"]
    ours += ["--fit", "Stretch", "--json"]
    runs: list[tuple[Run, Run]] = []
    for number in range(pairs):
        runs.append((timed(theirs, folder), timed(ours, folder)))
        say(f"{case.name}: {runs[-1][0].wall:.2f} s, ours {runs[-1][1].wall:.2f} s (pair {number + 1})")
    found = json.loads(subprocess.run(ours, cwd=folder, check=True, capture_output=True, text=True).stdout)
    assert found["looked"] == FRAMES
    ratios = sorted(them.wall / us.wall for them, us in runs)
    speeds = [FRAMES / median(run.wall for run in side) for side in zip(*runs, strict=True)]
    cpu = [1000 * median(run.cpu for run in side) / FRAMES for side in zip(*runs, strict=True)]
    ratio = f"{median(ratios):.2f} ({ratios[0]:.2f} … {ratios[-1]:.2f})"
    return f"| {case.name} | {speeds[0]:.1f} → {speeds[1]:.1f} | {ratio} | {cpu[0]:.1f} → {cpu[1]:.1f} |"


def _environment() -> Path:
    """The Python of a virtual environment in the cache."""

    def make(into: Path) -> None:
        subprocess.run([sys.executable, "-m", "venv", "--copies", str(into)], check=True)
        subprocess.run([str(into / "bin" / "python"), "-m", "pip", "install", "--quiet", *PACKAGES], check=True)

    return cache.kept(f"bench-detection-{cache.digest(' '.join(PACKAGES))}", make) / "bin" / "python"


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
