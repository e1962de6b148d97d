"""docs/support.md claims what these files say."""

import re
import tomllib

import yaml

from tests.integration.test_platforms import MACHINES, PYTHONS
from tests.testbed.cache import KUBERNETES, ROOT
from tests.unit.project.pages import makefile, missing, rows, targets
from videojob_api.names import API_VERSION
from videojob_api.schema import VERSIONS

PAGE = (ROOT / "docs" / "support.md").read_text()
KNOWN = {row[0]: row[1] for row in rows(PAGE)}


def text(path: str) -> str:
    return (ROOT / path).read_text()


def test_paths_and_targets_are_there() -> None:
    assert not missing(PAGE)
    assert targets(PAGE) and targets(PAGE) <= makefile()


def test_api_versions() -> None:
    assert all(f"`{version.name}`" in PAGE for version in VERSIONS)
    assert f"`{API_VERSION}` is the only version" in PAGE and len(VERSIONS) == 1


def test_kubernetes() -> None:
    minor = ".".join(KUBERNETES.lstrip("v").split(".")[:2])
    assert KUBERNETES in KNOWN[minor] and KNOWN[minor].startswith("tested")
    lowest = re.fullmatch(r">=(1\.\d+)\.0-0", yaml.safe_load(text("charts/spotreel/Chart.yaml"))["kubeVersion"])
    assert lowest and f"{lowest[1]} to 1.{int(minor.split('.')[1]) - 1}" in KNOWN
    helm = re.search(r"helm\.sh/helm/v4 v(4\.\d+)\.", text("tests/testbed/tools/go.mod"))
    assert helm and f"Helm {helm[1]}" in KNOWN


def test_python() -> None:
    needed = tomllib.loads(text("pyproject.toml"))["project"]["requires-python"]
    lowest, others = needed.removeprefix(">="), PYTHONS[1:]
    assert PYTHONS[0] == lowest and {lowest, ", ".join(others)} <= KNOWN.keys()
    for file in ("operator/Dockerfile", "job_runner/Dockerfile"):
        assert f"ARG BASE=docker.io/library/python:{lowest}-" in text(file)
    # Debian 12 has Python 3.11.
    assert "image: docker.io/library/debian:12\n" in text(".github/workflows/ci.yaml")


def test_processors() -> None:
    assert {known.partition(" ")[0] for known in KNOWN if known.startswith(MACHINES)} == set(MACHINES)
    assert re.findall(r"--platform=(\S+)", text(".github/workflows/release.yaml")) == ["linux/amd64"]
