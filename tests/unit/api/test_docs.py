"""What the docs promise to have, they have."""

import re
from pathlib import Path

from tests.testbed.cache import ROOT
from videojob_api.names import HELP, AttemptReason, Event, Note
from videojob_api.reasons import Reason

DOCS = ROOT / "docs"


def test_every_reason_and_event_has_its_anchor() -> None:
    page = (DOCS / HELP.rsplit("/", 1)[1]).read_text()
    found = set(re.findall(r"^### (\w+)$", page, re.MULTILINE))
    assert found == {str(word) for words in (Reason, AttemptReason, Event, Note) for word in words}


def test_log_lines_that_the_pages_name_are_written() -> None:
    """Somebody greps for them."""
    code = "".join(p.read_text() for folder in ("operator", "job_runner") for p in (ROOT / folder).rglob("*.py"))
    pages = "".join((DOCS / name).read_text() for name in ("troubleshooting.md", "runbooks.md"))
    for line in (
        "namespace left out: not listed",
        "listing failed, trying again",
        "the operator does not take reports",
    ):
        assert line in code and line in pages, line


def test_links_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "charts").rglob("*.md"), *(ROOT / "k8s").rglob("*.md")]
    broken = [f"{page.name}: {link}" for page in pages for link in _links(page.read_text()) if not _leads(page, link)]
    assert not broken


def test_what_the_media_page_says_has_its_tests() -> None:
    """The files that each row of a table ends with are there."""
    there = {path.stem for path in (ROOT / "tests").rglob("test_*.py")}
    rows = [row for row in (DOCS / "media.md").read_text().splitlines() if row.startswith("| ") and "`test_" in row]
    assert len(rows) > 40
    assert not {name for row in rows for name in re.findall(r"`(test_\w+)`", row)} - there


def _links(text: str) -> list[str]:
    return [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if not link.startswith("http")]


def _leads(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    if not target.exists():
        return False
    return not anchor or anchor in _anchors(target.read_text())


def _anchors(text: str) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head).strip().lower().replace(" ", "-") for head in heads}
