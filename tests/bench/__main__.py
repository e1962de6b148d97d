"""Runs every comparison, prints the ratios, writes the page."""

import argparse
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.bench.against import against_ffmpeg
from tests.bench.checkpoints import checkpointing
from tests.bench.effects import FRAMES, effects
from tests.bench.measure import Ratio, Seconds
from tests.bench.memory import Memory, memory
from tests.bench.resume import resume
from tests.bench.scripts import scripts
from tests.bench.start import start
from tests.testbed.cache import ROOT

PAGE = ROOT / "docs" / "performance.md"
TABLE = """| comparison | ratio (median) | min … max | goal |
|---|---|---|---|
"""
EFFECTS = (
    """
## Effect by effect, against the ffmpeg command line

{frames} frames of 720p footage, x264 medium crf 21 (where not said otherwise), without sound, worst first.

"""
    + TABLE
)
SCRIPTED = (
    """
## Against what people script in Python

The same {frames} frames, worst first, at x264's veryfast. Decoder and encoder are the same libraries on either side, so
what is compared is the rest: milliseconds of CPU a frame, starting included, less what ffmpeg takes to decode the clip
and to encode that very result. The goal: a third of theirs.

"""
    + TABLE
)
TIMES = """
## Starting and going on

"""
MEMORY = """
## Memory

Resident memory, every 0.2 s: the highest, and the mean of the second and of the last quarter of the run.

| run | highest | second quarter → last | goal |
|---|---|---|---|
"""
PASSES = """
## Passes over memory

What a frame of the output costs beside decoding and encoding, in passes over its bytes:

- nothing to do to it: none, the decoder's own planes go into the encoder;
- still crop, scale, rotation, another pixel format: one graph of FFmpeg's filters, which reads and writes once;
- a border: one copy more, into a frame of the background;
- a moving crop: Pillow reads the source and writes the target, each plane in two passes (across, down);
- overlays: one copy of the decoder's frame, which may be needed again, then only the overlay's own area; a box's
  outline is four strips, a spotlight dims the whole picture once;
- crossfades and fades: one pass over both pictures.

Colours stay YCbCr throughout; there is no conversion to RGB and back. `python -m tests.bench.profile` shows where the
time of a render goes, function by function.
"""
HEAD = """# Performance

Made by `make bench`; every figure is a ratio of two runs side by side on one machine, the median of {pairs} pairs
(with the smallest and the largest). Above 1 means that Spotreel is faster.

Machine: {machine}, {cores} cores used.

"""


def machine() -> str:
    """The CPU's name."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown CPU")


def table(ratios: list[Ratio]) -> str:
    """Rows, worst first, and a note for each."""
    ordered = sorted(ratios, key=lambda ratio: ratio.median)
    rows = [f"| {r.name} | {r.median:.2f} | {min(r.values):.2f} … {max(r.values):.2f} | {r.goal} |" for r in ordered]
    notes = [f"- {r.name}: {note}" for r in ordered for note in r.notes]
    return "\n".join(rows) + "\n" + ("\n" + "\n".join(notes) + "\n" if notes else "")


@dataclass(frozen=True)
class Found:
    """Everything that was measured."""

    whole: list[Ratio]
    each: list[Ratio]
    scripted: list[Ratio]
    times: list[Seconds]
    memory: list[Memory]


def page(found: Found, pairs: int) -> str:
    """As Markdown."""
    head = HEAD.format(pairs=pairs, machine=machine(), cores=len(os.sched_getaffinity(0)))
    times = "\n".join(f"- {t.name}: {t.text()} (goal: {t.goal})" for t in found.times) + "\n"
    rows = "\n".join(m.row() for m in found.memory) + "\n"
    edits = EFFECTS.format(frames=FRAMES) + table(found.each)
    scripted = SCRIPTED.format(frames=FRAMES) + table(found.scripted)
    return head + TABLE + table(found.whole) + edits + scripted + TIMES + times + MEMORY + rows + PASSES


def main() -> int:
    """0 if everything could be measured; goals are shown, not asserted: machines are noisy."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--output", type=Path, default=PAGE)
    options = parser.parse_args()
    say: Callable[[str], None] = lambda text: print(text, flush=True)  # noqa: E731, T201
    pairs = options.pairs
    found = Found(
        whole=[against_ffmpeg(pairs, say), checkpointing(pairs, say)],
        each=effects(pairs, say),
        scripted=scripts(pairs, say),
        times=[resume(pairs, say), *start(pairs, say)],
        memory=memory(say),
    )
    text = page(found, pairs)
    options.output.write_text(text)
    say("\n" + text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
