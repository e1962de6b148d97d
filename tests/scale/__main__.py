"""`python -m tests.scale [--small] [--only N]`: plays scenarios, prints the figures, writes docs/scale.md."""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from tests.bench.__main__ import machine
from tests.scale.scenarios import Figures, crowd, held, quiet, vanishing_nodes
from tests.scale.throughput import all_at_once
from tests.testbed.cache import ROOT

PAGE = ROOT / "docs" / "scale.md"
HEAD = """# Scale

Made by `make scale`: Kubernetes' own API server, controllers and scheduler, and the operator with its defaults, share
{cores} cores with everything that stands in for nodes and runners. Nodes have no machine behind them; each
runner reports every 5 s with a token of its own. Latencies are seen from outside, by a watch.

"""
Say = Callable[[str], None]


def plays(small: bool, say: Say) -> Sequence[Callable[[], Awaitable[Figures]]]:
    """All scenarios; the small ones show only that they can be played."""
    if small:
        return (
            lambda: crowd(60, 30, say),
            lambda: vanishing_nodes(10, 20, 2, say),
            lambda: held(20, say),
            lambda: quiet(20, say),
            lambda: all_at_once(40, 8, say),
        )
    return (
        lambda: crowd(1000, 1000, say),
        lambda: crowd(3000, 1000, say),
        lambda: crowd(10_000, 1000, say),
        lambda: vanishing_nodes(500, 2000, 40, say),
        lambda: held(1000, say),
        lambda: quiet(10_000, say),
        lambda: all_at_once(10_000, 500, say),
    )


def page(found: Sequence[Figures], before: str = "") -> str:
    """As Markdown; sections of the page before that were not played again stay."""
    sections = {part.partition("\n")[0]: part.rstrip() for part in before.split("\n## ")[1:]}
    sections |= {figures.title: _section(figures) for figures in found}
    head = HEAD.format(cores=len(os.sched_getaffinity(0)))
    return head + "\n\n".join(f"## {section}" for section in sections.values()) + "\n"


def _section(figures: Figures) -> str:
    known = [*figures.rows, ("machine", machine(), "")]
    rows = "\n".join(f"| {label} | {value} | {goal} |" for label, value, goal in known)
    return f"{figures.title}\n\n| measured | value | goal |\n|---|---|---|\n{rows}"


async def _play(options: argparse.Namespace, say: Say) -> list[Figures]:
    found = []
    chosen = plays(options.small, say)
    for number in options.only or range(len(chosen)):
        found.append(await chosen[number]())
        for label, value, goal in found[-1].rows:
            say(f"{found[-1].title}: {label}: {value}" + (f" (goal: {goal})" if goal else ""))
    return found


def main() -> int:
    """0 if everything could be played; goals are shown, not asserted."""
    parser = argparse.ArgumentParser(prog="scale", description=__doc__)
    parser.add_argument("--small", action="store_true", help="a minute, to see that it can be played; writes nothing")
    only = "number of a scenario, from 0; other sections of the page stay"
    parser.add_argument("--only", type=int, action="append", help=only)
    parser.add_argument("--output", type=Path, default=PAGE)
    options = parser.parse_args()
    began = time.monotonic()
    say: Say = lambda text: print(f"{time.monotonic() - began:4.0f} s  {text}", flush=True)  # noqa: E731, T201
    found = asyncio.run(_play(options, say))
    if not options.small:
        before = options.output.read_text() if options.only and options.output.exists() else ""
        options.output.write_text(page(found, before))
    return 0


if __name__ == "__main__":
    sys.exit(main())
