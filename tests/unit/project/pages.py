"""Markdown pages: their tables, and the paths that they name."""

import re

from tests.testbed.cache import ROOT


def rows(text: str) -> list[list[str]]:
    """The cells of every row of every table, heads left out."""
    tables = re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE)
    lines = [line for table in tables for line in table.splitlines()[2:]]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def code(text: str) -> list[str]:
    """What stands between single backquotes."""
    return re.findall(r"`([^`\n]+)`", text)


def paths(text: str) -> list[str]:
    """Those of `code` that are paths in the repository."""
    return [word for word in code(text) if re.fullmatch(r"\.?[\w-]+(/[\w.-]+)*/?", word) and "/" in word]


def missing(text: str) -> list[str]:
    """Paths that lead nowhere."""
    return [path for path in paths(text) if not (ROOT / path).exists()]


def targets(text: str) -> set[str]:
    """Make's targets that a page names."""
    return {name for word in code(text) for name in re.findall(r"^make ([a-z0-9-]+)", word)}


def makefile() -> set[str]:
    """Those that there are."""
    return set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
