"""Runs every comparison, prints the ratios, writes the page."""

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

from tests.bench.against import against_ffmpeg, checkpointing
from tests.bench.measure import Ratio, Seconds
from tests.bench.resume import resume
from tests.testbed.cache import ROOT

PAGE = ROOT / "docs" / "performance.md"
HEAD = """# Performance

Made by `make bench`; every figure is a ratio of two runs side by side on one machine, the median of {pairs} pairs
(with the smallest and the largest). Above 1 means that Spotreel is faster.

Machine: {machine}, {cores} cores used.

| comparison | ratio (median) | min … max | goal |
|---|---|---|---|
"""


def machine() -> str:
    """The CPU's name."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown CPU")


def page(ratios: list[Ratio], times: list[Seconds], pairs: int) -> str:
    """The page as Markdown."""
    rows = [f"| {r.name} | {r.median:.2f} | {min(r.values):.2f} … {max(r.values):.2f} | {r.goal} |" for r in ratios]
    notes = [f"- {r.name}: {note}" for r in ratios for note in r.notes]
    after = [f"- {t.name}: {t.text()} (goal: {t.goal})" for t in times]
    head = HEAD.format(pairs=pairs, machine=machine(), cores=len(os.sched_getaffinity(0)))
    return head + "\n".join(rows) + "\n\n" + "\n".join([*notes, *after]) + "\n"


def main() -> int:
    """0 if everything could be measured; goals are shown, not asserted: machines are noisy."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--output", type=Path, default=PAGE)
    options = parser.parse_args()
    say: Callable[[str], None] = lambda text: print(text, flush=True)  # noqa: E731, T201
    ratios = [against_ffmpeg(options.pairs, say), checkpointing(options.pairs, say)]
    times = [resume(options.pairs, say)]
    text = page(ratios, times, options.pairs)
    options.output.write_text(text)
    say("\n" + text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
