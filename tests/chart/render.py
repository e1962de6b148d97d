"""`helm template`, as objects."""

import subprocess
from pathlib import Path
from typing import Any

import yaml

from tests.testbed import cache
from tests.testbed.cache import ROOT

CHART = ROOT / "charts" / "spotreel"
VALUES = Path(__file__).parent / "values"
SYSTEM = "spotreel-system"
Object = dict[str, Any]


def helm(*arguments: str, stdin: str | None = None) -> str:
    """Runs helm; raises RuntimeError with what it said."""
    result = subprocess.run([str(cache.tool("helm")), *arguments], input=stdin or "", capture_output=True, text=True)
    if result.returncode:
        raise RuntimeError(result.stderr.strip())
    return result.stdout


def text(*flags: str, values: Object | None = None, tests: bool = False) -> str:
    """The manifests as Helm prints them."""
    more = ["--values", "-"] if values is not None else []
    skip = [] if tests else ["--skip-tests"]
    stdin = yaml.safe_dump(values) if values is not None else None
    return helm("template", "spotreel", str(CHART), "--namespace", SYSTEM, *skip, *flags, *more, stdin=stdin)


def objects(*flags: str, values: Object | None = None, tests: bool = False) -> list[Object]:
    """The manifests."""
    return [o for o in yaml.safe_load_all(text(*flags, values=values, tests=tests)) if o]


def one(kind: str, *flags: str, values: Object | None = None, name: str = "", tests: bool = False) -> Object:
    """The only object of a kind, or that whose name ends so."""
    found = [o for o in objects(*flags, values=values, tests=tests) if o["kind"] == kind]
    found = [o for o in found if o["metadata"]["name"].endswith(name)]
    assert len(found) == 1, [o["metadata"]["name"] for o in found]
    return found[0]


def kinds(found: list[Object]) -> set[str]:
    """What there is."""
    return {o["kind"] for o in found}
