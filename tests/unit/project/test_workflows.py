"""The forge's workflows, as far as they can be tried without the forge."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.generate import version
from tests.testbed.cache import ROOT

Object = dict[str, Any]
FOLDER = ROOT / ".github" / "workflows"
CI, RELEASE = FOLDER / "ci.yaml", FOLDER / "release.yaml"
FILES = sorted(FOLDER.iterdir())
CURRENT = version.current(ROOT)


def read(path: Path) -> Object:
    found: dict[Any, Any] = yaml.safe_load(path.read_text())
    # YAML 1.1 takes the key `on` for true.
    found["on"] = found.pop(True)
    return found


def jobs() -> Iterator[tuple[str, Object]]:
    for path in FILES:
        for name, job in read(path)["jobs"].items():
            yield f"{path.name}:{name}", job


def steps() -> list[tuple[str, Object]]:
    return [(name, step) for name, job in jobs() for step in job.get("steps", [])]


SCRIPTS: list[tuple[str, str]] = [(f"{name}:{step['name']}", step["run"]) for name, step in steps() if "run" in step]


def script(name: str) -> str:
    return dict(SCRIPTS)[name]


def bash(text: str, folder: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    command = ["bash", "-eo", "pipefail", "-c", text]
    return subprocess.run(command, cwd=folder, env=os.environ | environment, capture_output=True, text=True)


def test_both_are_there() -> None:
    assert FILES == [CI, RELEASE]


@pytest.mark.parametrize("name", [name for name, _ in jobs()])
def test_every_job_has_a_limit_of_time(name: str) -> None:
    job = dict(jobs())[name]
    assert job.get("uses", "").startswith("./") or 0 < job["timeout-minutes"] <= 240


def test_nothing_may_be_written_but_by_the_jobs_that_publish() -> None:
    assert read(CI)["permissions"] == {"contents": "read"} and read(RELEASE)["permissions"] == {}
    allowed = {name: job.get("permissions", {"contents": "read"}) for name, job in jobs()}
    publish = {"contents": "read", "packages": "write", "id-token": "write"}
    for name, permissions in allowed.items():
        assert permissions == (
            publish if name in ("release.yaml:images", "release.yaml:chart") else {"contents": "read"}
        )


def test_nothing_is_published_before_everything_holds() -> None:
    needs = {name.partition(":")[2]: job.get("needs") for name, job in jobs()}
    assert (needs["chart"], needs["images"], needs["ci"], needs["check"]) == ("images", "ci", "check", None)
    assert read(RELEASE)["jobs"]["ci"]["uses"] == "./" + CI.relative_to(ROOT).as_posix()
    assert "workflow_call" in read(CI)["on"]


def test_pushes_and_pull_requests_run_what_a_desk_runs() -> None:
    assert read(CI)["on"].keys() == {"push", "pull_request", "workflow_call"}
    assert script("ci.yaml:run:Everything") == ".ci/run"


def test_other_peoples_actions_are_pinned_by_commit() -> None:
    lines = [
        line for path in FILES for line in path.read_text().splitlines() if re.search(r"^\s*(- )?uses: [^.]", line)
    ]
    assert len(lines) >= 5
    for line in lines:
        assert re.search(r"uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), line


def test_the_checkout_leaves_no_token_behind() -> None:
    checkouts = [step for _, step in steps() if step.get("uses", "").startswith("actions/checkout@")]
    assert len(checkouts) == 4 and all(step["with"]["persist-credentials"] is False for step in checkouts)


@pytest.mark.parametrize(("name", "text"), SCRIPTS, ids=[name for name, _ in SCRIPTS])
def test_scripts_can_be_read_and_what_they_call_is_there(name: str, text: str) -> None:
    """What somebody else may have written comes in by variables: `${{ … }}` would be run as part of the script."""
    assert "${{" not in text
    checked = subprocess.run(["bash", "-n"], input=text, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
    targets = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"(?m)(?:^|[;&] )\s*make ([a-z0-9-]+)", text)) <= targets
    for path in re.findall(r"(?<![\w/$\"])((?:\.ci|k8s|charts|tests)/[\w./-]+)", text):
        assert (ROOT / path).exists(), path
        if path == ".ci/run" or path.endswith(".sh"):
            assert os.access(ROOT / path, os.X_OK), path


def test_every_image_that_can_be_built_is_published() -> None:
    known = re.search(r"is none of ([a-z, -]+)\"", (ROOT / "k8s" / "images.sh").read_text())
    assert known
    assert read(RELEASE)["jobs"]["images"]["strategy"]["matrix"]["image"] == known[1].split(", ")


def test_the_flags_reach_the_builder(tmp_path: Path) -> None:
    """k8s/images.sh with the step's own settings, and a `docker` that writes down what it is told."""
    step = next(s for n, s in steps() if n == "release.yaml:images" and s.get("name") == "Build and push")
    (tmp_path / "docker").write_text('#!/bin/sh\necho "$@" >> "$SAID"\n')
    (tmp_path / "docker").chmod(0o755)
    filled = {key: re.sub(r"\$\{\{ matrix\.image \}\}", "runner", value) for key, value in step["env"].items()}
    filled = {key: re.sub(r"\$\{\{ runner\.temp \}\}", "/t", value) for key, value in filled.items()}
    path, said = f"{tmp_path}:{os.environ['PATH']}", tmp_path / "said"
    done = bash(step["run"], ROOT, **filled, PATH=path, SAID=str(said), REGISTRY="example.com/us")
    assert done.returncode == 0, done.stderr
    build = said.read_text().splitlines()[-1]
    assert build.startswith("build --builder=release --platform=linux/amd64 --push --sbom=true --provenance=mode=max ")
    assert "--metadata-file=/t/built.json" in build and f"-t example.com/us/runner:{CURRENT} ." in build


@pytest.mark.parametrize(
    ("tag", "registry", "code"),
    [
        (f"v{CURRENT}", "example.com/us", 0),
        (f"v{CURRENT}", "", 1),
        ("v9.8.7", "example.com/us", 1),
        (CURRENT, "a/b", 1),
    ],
)
def test_a_tag_that_is_not_the_version_publishes_nothing(tag: str, registry: str, code: int) -> None:
    done = bash(script("release.yaml:check:The tag is the version"), ROOT, GITHUB_REF_NAME=tag, REGISTRY=registry)
    assert done.returncode == code, done.stderr
    assert bool(done.stderr) is bool(code)


def test_the_version_makes_a_tag_that_starts_the_release() -> None:
    (pattern,) = read(RELEASE)["on"]["push"]["tags"]
    assert re.fullmatch(pattern.replace(".", r"\."), f"v{CURRENT}")


def test_the_published_chart_names_the_published_images(tmp_path: Path) -> None:
    folder = tmp_path / "charts" / "spotreel"
    shutil.copytree(ROOT / "charts" / "spotreel", folder)
    text = script("release.yaml:chart:The chart names the images that were pushed")
    done = bash(text, tmp_path, REGISTRY="example.com/us/video")
    assert done.returncode == 0, done.stderr
    values, chart = (yaml.safe_load((folder / name).read_text()) for name in ("values.yaml", "Chart.yaml"))
    for image, name in ((values["image"], "operator"), (values["runner"]["image"], "runner")):
        assert (image["registry"], image["repository"]) == ("example.com", f"us/video/{name}")
    named = [entry["image"] for entry in yaml.safe_load(chart["annotations"]["artifacthub.io/images"])]
    assert named == [f"example.com/us/video/{name}:{CURRENT}" for name in ("operator", "runner")]
