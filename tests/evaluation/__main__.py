"""Makes the scenes, measures them by every judge, and writes docs/analysis.md's tables (about eight minutes)."""

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.scripts import environment
from tests.evaluation.cost import Cost, costs
from tests.evaluation.judges import OUR_THRESHOLD, OURS, found, judges
from tests.evaluation.scenes import SCENES, pictures, real, written
from tests.evaluation.score import Score, Stretch, score
from tests.testbed.cache import ROOT

PAGE = ROOT / "docs" / "analysis.md"
MARK = "<!-- written by python -m tests.evaluation; do not edit below -->\n"
THRESHOLDS = sorted({round(1.12**k) for k in range(84)})
"""From 1 to about 12,000: every judge's unit is in there."""
GOOD = 0.9
Say = Callable[[str], None]


@dataclass(frozen=True)
class Clip:
    """A file whose motion is known."""

    name: str
    words: str
    path: Path
    truth: Sequence[Stretch]


Values = Mapping[str, Sequence[int]]
"""A judge's curve of each clip."""


def made(folder: Path, seed: int, say: Say) -> list[Clip]:
    """Six minutes."""
    found = []
    for scene in SCENES:
        path = written(folder / f"{scene.name}-{seed}.mp4", pictures(scene, seed))
        found.append(Clip(f"{scene.name}{', again' * bool(seed)}", scene.words, path, scene.truth))
        say(f"made {scene.name}, seed {seed}")
    return found


def footage(folder: Path) -> Clip:
    """Half a minute of what others filmed."""
    truth = real(folder / "real.mp4")
    words = "real footage, each piece followed by its last picture for 6 s"
    return Clip("real", words, folder / "real.mp4", truth)


def summed(values: Values, some: Sequence[Clip], threshold: int) -> Score:
    return sum((score(found(values[c.name], threshold), c.truth) for c in some), Score())


def best(values: Values, some: Sequence[Clip]) -> int:
    """The threshold with the highest F1 on these very clips, the middle one of several."""
    scored = [(summed(values, some, t).f1, t) for t in THRESHOLDS]
    top = [t for f1, t in scored if f1 == max(scored)[0]]
    return top[len(top) // 2]


def judges_table(measured: Mapping[str, Values], some: Sequence[Clip]) -> str:
    """A row a judge."""
    rows = [
        "| measure | threshold | F1 | found | missed | false events | thresholds with F1 > 0.9 |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, values in measured.items():
        threshold = OUR_THRESHOLD if name == OURS else best(values, some)
        total = summed(values, some, threshold)
        good = [t for t in THRESHOLDS if summed(values, some, t).f1 > GOOD]
        how = "the default" if name == OURS else "the best"
        rows.append(
            f"| {name} | {threshold}, {how} | {total.f1:.3f} | {total.hits} | {total.missed} | {total.false} | "
            f"{f'{good[0]}–{good[-1]}' if good else 'none'} |"
        )
    return "\n".join(rows) + "\n"


def scenes_table(values: Values, some: Sequence[Clip]) -> str:
    """A row a scene, by our measure and its default threshold."""
    rows = ["| scene | what it has | true events | F1 | missed | false events |", "|---|---|---|---|---|---|"]
    for clip in some:
        own = score(found(values[clip.name], OUR_THRESHOLD), clip.truth)
        rows.append(f"| {clip.name} | {clip.words} | {len(clip.truth)} | {own.f1:.3f} | {own.missed} | {own.false} |")
    return "\n".join(rows) + "\n"


def cost_table(measured: Sequence[Cost]) -> str:
    rows = ["| clip | measuring / decoding (median) | min … max | goal |", "|---|---|---|---|"]
    return "\n".join([*rows, *(cost.row() for cost in measured)]) + "\n"


def tables(folder: Path, pairs: int, say: Say) -> str:
    """All of them, as Markdown."""
    first, later, films, python = made(folder, 0, say), made(folder, 2, say), [footage(folder)], environment()
    everything = [*first, *later, *films]
    measured: dict[str, Values] = {}
    for name, judge in judges(python).items():
        measured[name] = {clip.name: judge(clip.path) for clip in everything}
        say(f"measured by {name}")
    return (
        "## By scene\n\n" + scenes_table(measured[OURS], everything)
        + "\n## Against others, six made minutes\n\n" + judges_table(measured, first)
        + "\n## Against others, six more\n\n" + judges_table(measured, later)
        + "\n## Against others, real footage\n\n" + judges_table(measured, films)
        + "\n## Cost\n\n" + cost_table(costs(folder, pairs, say))
    )  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(prog="evaluation", description=__doc__)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--output", type=Path, default=PAGE)
    options = parser.parse_args()
    say: Say = lambda text: print(text, flush=True)  # noqa: E731, T201
    with tempfile.TemporaryDirectory() as name:
        text = tables(Path(name), options.pairs, say)
    head = options.output.read_text().partition(MARK)[0] if options.output.exists() else ""
    options.output.write_text(head + MARK + "\n" + text)
    say(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
