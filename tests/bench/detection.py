"""`spotreel analyze --model` against two loops that people write, one with OpenCV, one with supervision.

Run as `python -m tests.bench.detection [ROUNDS]`; writes its table into docs/analysis-detection.md.
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
PACKAGES = ["opencv-python-headless==4.12.0.88", "onnxruntime==1.32.0", "supervision==0.31.2"]
START = """
import sys, json
import cv2, numpy as np, onnxruntime
session = onnxruntime.InferenceSession("m.onnx", providers=["CPUExecutionProvider"])
height, width = session.get_inputs()[0].shape[2:]
frames, every = int(sys.argv[1]), int(sys.argv[2])

def found(frame):
    scaled = cv2.cvtColor(cv2.resize(frame, (width, height)), cv2.COLOR_BGR2RGB)
    given = scaled.transpose(2, 0, 1)[None].astype(np.float32) / 255
    out = session.run(None, {"images": given})
    boxes, scores = (out[0][0, :, :4], out[0][0, :, 4]) if len(out) == 1 else out
    return boxes[scores >= 0.4], scores[scores >= 0.4]
"""
OPENCV = """
source, looked = cv2.VideoCapture("long.mp4"), 0
with open("theirs.ndjson", "w") as file:
    for number in range(frames):
        if number % every:
            source.grab()
            continue
        there, frame = source.read()
        looked += there
        for box, score in zip(*found(frame)):
            file.write(json.dumps({"frame": number, "score": float(score), "box": box.tolist()}) + "\\n")
assert looked == -(-frames // every), looked
"""
SUPERVISION = """
import supervision as sv
looked = 0
with sv.CSVSink("theirs.csv") as sink:
    for frame in sv.get_video_frames_generator("long.mp4", stride=every, prefetch=8):
        boxes, scores = found(frame)
        labels = np.zeros(len(boxes), int)
        detections = sv.Detections(boxes.reshape(-1, 4), confidence=scores, class_id=labels).with_nms(0.5)
        sink.append(detections, {"frame": looked * every})
        looked += 1
assert looked == -(-frames // every), looked
"""
LOOPS = {"opencv.py": START + OPENCV, "supervised.py": START + SUPERVISION}
Say = Callable[[str], None]


@dataclass(frozen=True)
class Case:
    """A model and what it stands for; how many frames the clip has, and which are looked at."""

    name: str
    data: Callable[[], bytes]
    frames: int
    every: int


CASES = (
    Case("a model that costs next to nothing", lambda: bright_model((640, 360)), 300, 1),
    Case("the same", lambda: bright_model((640, 360)), 1800, 5),
    Case("the same", lambda: bright_model((640, 360)), 1800, 250),
    Case("MTCNN's faces", lambda: face_model(640, 360), 300, 1),
)
WHAT = "The other loop has supervision's frames, read ahead in a thread, its suppression and its file of rows:"
HEAD = (
    "| model, 640x360 | frames of 720p H.264, every | frames/s: OpenCV, supervision, ours | ours to OpenCV (min … max) "
    "| ours to the best | CPU ms a frame |",
    "|---|---|---|---|---|---|",
)


def main() -> None:
    """All cases, each loop after the other, in rounds."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for script, text in LOOPS.items():
            (folder / script).write_text(text)
        rows = [_row(case, folder, rounds, _say) for case in CASES]
    cores = len(os.sched_getaffinity(0))
    where = f"{machine()}, {cores} cores, {rounds} rounds, starting included, medians. {WHAT}\n"
    table = "\n".join([where, *HEAD, *rows])
    text = PAGE.read_text()
    PAGE.write_text(text[: text.index(BEGIN) + len(BEGIN)] + f"\n{table}\n" + text[text.index(END) :])


def _row(case: Case, folder: Path, rounds: int, say: Say) -> str:
    (folder / "m.onnx").write_bytes(case.data())
    (folder / "long.mp4").unlink(missing_ok=True)
    long_clip(folder, case.frames)
    commands = [[str(_environment()), script, str(case.frames), str(case.every)] for script in LOOPS]
    commands.append(_ours(case))
    runs: list[list[Run]] = []
    for number in range(rounds):
        runs.append([timed(command, folder) for command in commands])
        say(f"{case.name}, every {case.every}: {', '.join(f'{run.wall:.2f}' for run in runs[-1])} s ({number + 1})")
    found = json.loads(subprocess.run(commands[-1], cwd=folder, check=True, capture_output=True, text=True).stdout)
    assert found["looked"] == -(-case.frames // case.every)
    return row(case, runs)


def row(case: Case, runs: list[list[Run]]) -> str:
    """Of the table: OpenCV's loop, supervision's, ours, in each round."""
    speeds = ", ".join(f"{case.frames / median(run.wall for run in side):.0f}" for side in zip(*runs, strict=True))
    cpu = ", ".join(f"{1000 * median(r.cpu for r in side) / case.frames:.1f}" for side in zip(*runs, strict=True))
    loop = sorted(each[0].wall / each[-1].wall for each in runs)
    best = median(min(run.wall for run in each[:-1]) / each[-1].wall for each in runs)
    ratio = f"{median(loop):.2f} ({loop[0]:.2f} … {loop[-1]:.2f})"
    return f"| {case.name} | {case.frames}, {case.every} | {speeds} | {ratio} | {best:.2f} | {cpu} |"


def _ours(case: Case) -> list[str]:
    command = [str(Path(sys.executable).parent / "spotreel"), "analyze", "long.mp4", "--model", "m.onnx", "-o", "ours"]
    return [*command, "--fit", "Stretch", "--every", str(case.every), "--json"]


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
