"""docs/scenarios.md is made of what end-to-end tests have seen; a run of some of them leaves the rest alone."""

from tests.e2e.page import HEAD, PAGE, page, sections

SEEN = {
    "status": {
        "phase": "Succeeded",
        "reason": "ResultCommitted",
        "attempts": [{"name": "reel-1", "verdict": "Succeeded", "reason": "ResultCommitted"}],
        "counts": {"attempts": 1, "spent": {"total": "0"}},
    },
    "seen": [[0.1, "pod reel-1-x", "Running"], [0.2, "job reel-1", "active 1"], [0.3, "pod reel-2-x", "Running"]],
}
MADE = """## new

| s | pod | Job |
|---|---|---|
| 0.1 | Running |  |
| 0.2 |  | active 1 |

Verdicts: Succeeded (ResultCommitted). End: Succeeded, ResultCommitted. Counts: attempts 1.
"""


def test_the_page_as_it_stands_is_made_of_its_sections() -> None:
    text = PAGE.read_text()
    assert page({}, sections(text)) == text and text.startswith(HEAD)


def test_a_new_scenario_stands_behind_the_others() -> None:
    text = PAGE.read_text()
    assert page({"new": SEEN}, sections(text)) == f"{text}\n{MADE}"


def test_one_that_was_played_again_keeps_its_place() -> None:
    before = sections(PAGE.read_text())
    name = list(before)[3]
    after = sections(page({name: SEEN}, before))
    assert list(after) == list(before)
    assert after[name] == MADE.replace("## new", f"## {name}")
    assert {key: text for key, text in after.items() if key != name} == {k: t for k, t in before.items() if k != name}


def test_the_whole_page_from_a_record_alone() -> None:
    assert page({"new": SEEN}, {}) == f"{HEAD}{MADE}"
