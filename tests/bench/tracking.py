"""Tracks on made scenes, judged by py-motmetrics: MOTA, IDF1, switches. Beside them norfair on the same detections.

Run as `python -m tests.bench.tracking`; writes its table into docs/analysis-detection.md.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from job_runner.detection.tracks import tracked
from tests.testbed import cache
from tests.testbed.cache import ROOT
from tests.unit.runner.detection.scenes import SCENES, Scene

PAGE = ROOT / "docs" / "analysis-detection.md"
BEGIN, END = "<!-- tracks: begin -->", "<!-- tracks: end -->"
PACKAGES = ["motmetrics==1.4.0", "norfair==2.3.0", "numpy<2.0", "pandas<2.3", "scipy<1.15"]
SEEDS = range(5)
EVERY = (1, 5)

JUDGE = """
import json, sys
import motmetrics, norfair, numpy as np

def score(frames, numbers):
    found = motmetrics.MOTAccumulator(auto_id=True)
    for frame, mine in zip(frames, numbers):
        true = [[*b[:2], b[2] - b[0], b[3] - b[1]] for b in frame["true"]]
        seen = [[*b[:2], b[2] - b[0], b[3] - b[1]] for b in frame["seen"]]
        none = np.empty((len(true), len(seen)))
        away = motmetrics.distances.iou_matrix(true, seen, max_iou=0.5) if true and seen else none
        found.update(frame["ids"], mine, away)
    return found

def norfairs(frames, every):
    tracker = norfair.Tracker(norfair.distances.create_normalized_mean_euclidean_distance(720, 1280), 0.1,
        hit_counter_max=max(2, 25 // every), initialization_delay=0, pointwise_hit_counter_max=25)
    rows = []
    for frame in frames:
        given = [norfair.Detection(np.array(b).reshape(2, 2), label=l, data=k)
                 for k, (b, l) in enumerate(zip(frame["seen"], frame["labels"]))]
        tracker.update(given)
        ids = {t.last_detection.data: t.id for t in tracker.tracked_objects if t.last_detection in given}
        rows.append([ids.get(k, -1 - k) for k in range(len(given))])
    return rows

def summary(all_found):
    table = motmetrics.metrics.create().compute_many(all_found, metrics=["mota", "idf1", "num_switches"],
        names=[str(k) for k in range(len(all_found))], generate_overall=True)
    row = table.loc["OVERALL"]
    return [float(row["mota"]), float(row["idf1"]), int(row["num_switches"])]

answers = []
for case in json.load(sys.stdin):
    ours = [score(run["frames"], run["ours"]) for run in case["runs"]]
    theirs = [score(run["frames"], norfairs(run["frames"], case["every"])) for run in case["runs"]]
    answers.append([summary(ours), summary(theirs)])
json.dump(answers, sys.stdout)
"""


def main() -> None:
    """All scenes, each with several seeds."""
    cases = [(name, scene, every) for name, scene in SCENES.items() for every in EVERY]
    given = [{"every": every, "runs": [_run(scene, every, seed) for seed in SEEDS]} for _, scene, every in cases]
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "judge.py"
        script.write_text(JUDGE)
        command = [str(_environment()), str(script)]
        said = subprocess.run(command, input=json.dumps(given), capture_output=True, text=True, check=True).stdout
    rows = [_row(name, every, *answer) for (name, _, every), answer in zip(cases, json.loads(said), strict=True)]
    table = "\n".join([INTRODUCTION, "", *HEAD, *rows])
    text = PAGE.read_text()
    PAGE.write_text(text[: text.index(BEGIN) + len(BEGIN)] + f"\n{table}\n" + text[text.index(END) :])
    sys.stdout.write(table + "\n")


INTRODUCTION = f"""The same scenes, {len(SEEDS)} times each with other noise, at every frame and every fifth, judged by
py-motmetrics (overlap of at least one half), beside norfair on the same detections; what a detector misses counts
against both. What moves by more than about twice its own size between two frames that are looked at, as the ball at
every fifth, is not followed: look at more frames. Made by `python -m tests.bench.tracking`."""
HEAD = (
    "| scene | every | MOTA | IDF1 | switches | norfair: MOTA | IDF1 | switches |",
    "|---|---|---|---|---|---|---|---|",
)


def _run(scene: Scene, every: int, seed: int) -> dict[str, object]:
    frames = scene.frames(every, seed)
    mine = list(tracked((seconds, [each for _, each in seen]) for seconds, seen in frames))
    return {"frames": [_frame(scene, *frame) for frame in frames], "ours": mine}


def _frame(scene: Scene, seconds: float, seen: Sequence[tuple[int, object]]) -> dict[str, object]:
    there = [(k, thing) for k, thing in enumerate(scene.things) if thing.there[0] <= seconds < thing.there[1]]
    return {
        "ids": [k for k, _ in there],
        "true": [thing.box(seconds) for _, thing in there],
        "seen": [each.box for _, each in seen],  # type: ignore[attr-defined]
        "labels": [each.label for _, each in seen],  # type: ignore[attr-defined]
    }


def _row(name: str, every: int, ours: Sequence[float], theirs: Sequence[float]) -> str:
    shown = [f"{value:.3f}" if k < 2 else f"{value:.0f}" for side in (ours, theirs) for k, value in enumerate(side)]
    return f"| {name} | {every} | {' | '.join(shown)} |"


def _environment() -> Path:
    """The Python of a virtual environment in the cache."""

    def make(into: Path) -> None:
        subprocess.run([sys.executable, "-m", "venv", "--copies", str(into)], check=True)
        subprocess.run([str(into / "bin" / "python"), "-m", "pip", "install", "--quiet", *PACKAGES], check=True)

    return cache.kept(f"bench-tracking-{cache.digest(' '.join(PACKAGES))}", make) / "bin" / "python"


if __name__ == "__main__":
    main()
