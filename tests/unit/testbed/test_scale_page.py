"""docs/scale.md: one section a scenario; what was not played again stays."""

from tests.scale.__main__ import page
from tests.scale.scenarios import Figures


def figures(title: str, memory: str) -> Figures:
    made = Figures(title)
    made.add("memory, at most", memory, "≤ 400 MB")
    return made


def test_a_scenario_played_again_replaces_its_section_only() -> None:
    first = page([figures("1000 VideoJobs", "144 MB"), figures("3000 VideoJobs", "261 MB")])
    again = page([figures("3000 VideoJobs", "115 MB")], first)
    assert again == page([figures("1000 VideoJobs", "144 MB"), figures("3000 VideoJobs", "115 MB")])
    assert again.count("## ") == 2 and "| memory, at most | 115 MB | ≤ 400 MB |" in again
