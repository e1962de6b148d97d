"""`python -m tests.replay [--traces FOLDER --ones available]`: plays jobs over spot capacity, writes the page."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tests.replay.cases import CASES, Case, Row, policies, rows
from tests.replay.generator import regions
from tests.replay.traces import TraceError, Zone, read
from tests.testbed.cache import ROOT

PAGE = ROOT / "docs" / "placement-replay.md"
MONTHS, SEED = 4, 1
OF_TRACES = 0.2
"""So many of the jobs over traces that are given: they are shorter."""
REGIONS = {"east": ["east-a", "east-b"], "west": ["west-a", "west-b"]}
HEAD = """# Placement, replayed

Made by `make replay`: the operator's own placement (`reconcile/placement`), asked as the operator asks it, plays jobs
over spot capacity that comes and goes. On-demand is always there. Prices are those of g4dn.xlarge, {spot} and
{on_demand} an hour; cost is that of all nodes, starts included, against on-demand alone. The worst stands first.

- *on-demand*: one node, from begin to end. *greedy spot*: spot whenever it is there, on-demand when time just suffices.
- *Uniform Progress, as published*: the rule of "Can't Be Late" (NSDI 2024), which sees at each moment whether there is
  spot, and knows the work and the length of a start.
- *Spotreel*: what is shipped. What it knows of work and starts is what its attempts have shown so far.
- *omniscient*: knows all spans of spot, and is a bound: nobody can be cheaper.

What this does not show: other kinds of nodes than V100 (nobody has published spot of T4 or A10G), on-demand that is not
there either, and jobs that compete for one node.
"""
MADE = """
## Four zones in two regions, generated

Statistics of two months of V100 capacity in nine zones ({months} months, seed {seed}).
"""


def table(case: Case, found: Sequence[Row]) -> str:
    """One case, the dearest policy first."""
    lines = [f"\n### {case.name}: {case.count} jobs\n", "| policy | in time | cost | hours on on-demand | attempts |"]
    lines.append("|---|---|---|---|---|")
    for row in sorted(found, key=lambda row: (row.in_time, -row.cost)):
        cells = (f"{100 * row.in_time:.3f} %", f"{row.cost:.3f}", f"{row.on_demand_hours:.3f}", f"{row.begun:.2f}")
        lines.append(f"| {row.policy} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def section(zones: Sequence[Zone], share: float) -> str:
    """All cases over some zones; `share`: of the jobs."""
    some = [replace(case, count=max(1, round(case.count * share))) for case in CASES]
    return "".join(table(case, rows(case, zones, SEED, policies())) for case in some)


def given(folder: Path, ones: str, tick: float | None) -> list[Zone]:
    """All traces of a folder. Raises TraceError."""
    if ones not in ("available", "preempted"):
        raise TraceError("--ones is needed: available or preempted, what a 1 of these files means")
    found = [
        read(path, "available" if ones == "available" else "preempted", tick) for path in sorted(folder.glob("*.json"))
    ]
    if not found:
        raise TraceError(f"{folder}: no *.json there")
    return found


def main(arguments: list[str]) -> int:
    """The exit code: 2 for a wrong trace."""
    parser = argparse.ArgumentParser(prog="replay", description=__doc__)
    parser.add_argument("--traces", type=Path, help="a folder of traces of one tick, a zone a file")
    parser.add_argument("--ones", default="", help="what a 1 means in them: available or preempted")
    parser.add_argument("--tick", type=float, help="seconds of a tick, where their own gap_seconds is wrong")
    parser.add_argument("--share", type=float, default=1.0, help="of the jobs: 0.01 for a look")
    parser.add_argument("--page", type=Path, default=PAGE, help="what is written")
    asked = parser.parse_args(arguments)
    zones = regions(REGIONS, MONTHS * 30 * 86_400.0, SEED)
    text = (
        HEAD.format(spot=0.204, on_demand=0.526) + MADE.format(months=MONTHS, seed=SEED) + section(zones, asked.share)
    )
    if asked.traces:
        try:
            real = given(asked.traces, asked.ones, asked.tick)
        except TraceError as error:
            sys.stderr.write(f"{error}\n")
            return 2
        names = ", ".join(f"{zone.name} ({100 * zone.share:.0f} % of the time)" for zone in real)
        text += f"\n## As it was\n\nTraces that were given by their path: {names}.\n" + section(
            real, asked.share * OF_TRACES
        )
    asked.page.write_text(text)
    sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
