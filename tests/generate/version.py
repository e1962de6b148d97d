"""The version: pyproject.toml is its source, and these are the files that have to repeat it."""

import re
import tomllib
from pathlib import Path

from tests.generate.files import Files, put

SOURCE = "pyproject.toml"
CONSTANT = "crds/videojob_api/release.py"
IMAGE = r"(\bspotreel/(?:operator|runner|runner-gpu):)\d+\.\d+\.\d+"
PLACES = {
    "charts/spotreel/Chart.yaml": (r"(?m)^(version: ).*$", r"(?m)^(appVersion: ).*$", IMAGE),
    "docs/install/README.md": (IMAGE,),
    "k8s/krew/spotreel.yaml": (r"(?m)^(  version: v).*$", r"(/v)\d+\.\d+\.\d+(?=\.tar)"),
}
"""Files written by hand that hold it, and the patterns that find it there."""
_CONSTANT = '''\
"""The version of operator, runner and chart. Made by `make generate` from pyproject.toml; do not edit."""

RELEASE = "{version}"
'''


def current(root: Path) -> str:
    """Three numbers: what Python's packages, Helm's charts, image tags and git tags all take."""
    found: str = tomllib.loads((root / SOURCE).read_text())["project"]["version"]
    if not re.fullmatch(r"\d+\.\d+\.\d+", found):
        raise ValueError(f"{SOURCE}: version {found} is not of the form 1.2.3")
    return found


def files(root: Path) -> Files:
    """Every file that holds the version, as it should be."""
    version = current(root)
    places = {path: repeated((root / path).read_text(), patterns, version) for path, patterns in PLACES.items()}
    return places | {CONSTANT: _CONSTANT.format(version=version)}


def repeated(text: str, patterns: tuple[str, ...], version: str) -> str:
    """The text with the version at each place that a pattern finds. Raises ValueError if one finds none."""
    for pattern in patterns:
        text, count = re.subn(pattern, rf"\g<1>{version}", text)
        if not count:
            raise ValueError(f"nothing matches {pattern}")
    return text


def write(root: Path) -> None:
    """Before everything else: the models' defaults name the image of this version."""
    put(files(root), root)
