"""The files of the repository, and which of them hold a version."""

import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

from tests.generate import version
from tests.testbed.cache import ROOT

DERIVED = {
    "charts/spotreel/README.md",
    "charts/spotreel/values.schema.json",
    "docs/reference.md",
    "k8s/operator/config.yaml",
    "k8s/operator/operator.yaml",
    "k8s/policies/runner-networkpolicy.yaml",
}
"""What is derived from files that hold the version."""
HOLDERS = {version.SOURCE, version.CONSTANT, *version.PLACES, *DERIVED, "CHANGELOG.md"}


def tracked() -> list[str]:
    """Files that git knows, and new ones that it does not ignore."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [path for path in listed if (ROOT / path).is_file()]


def holding(root: Path, wanted: str, paths: Iterable[str]) -> set[str]:
    """Those that name this version of ours. Tests have versions of their own, and so have pinned libraries."""
    alone = re.compile(rf"(?<![\d.]){re.escape(wanted)}(?!\.?\w)")
    others = (".sum", ".mod", ".jpg")
    ours = (path for path in paths if not path.startswith(("tests/", "requirements/")) and not path.endswith(others))
    return {path for path in ours if alone.search((root / path).read_text(encoding="utf-8"))}
