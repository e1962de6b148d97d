"""`make generate` and `make verify` as a whole: they need helm and helm-docs, as the tests of the chart do."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.generate import version
from tests.testbed.cache import ROOT
from tests.unit.project.places import HOLDERS, holding, tracked

READ_ONLY = """\
mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && cd "$0" && ! touch pyproject.toml 2>/dev/null && exec "$@"
"""
Seen = dict[str, tuple[int, bytes]]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The repository's files, somewhere else."""
    for path in tracked():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, tmp_path / path)
    return tmp_path


def command(*flags: str) -> list[str]:
    return [sys.executable, "-m", "tests.generate", *flags]


def run(root: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """With the modules of that copy, not of this one."""
    environment = os.environ | {"PYTHONPATH": f"{root}:{root / 'crds'}:{root / 'operator'}"}
    return subprocess.run(words, cwd=root, env=environment, capture_output=True, text=True)


def seen(root: Path) -> Seen:
    return {path: ((root / path).stat().st_mtime_ns, (root / path).read_bytes()) for path in tracked()}


def index() -> bytes:
    """What is staged, as git keeps it."""
    asked = ["git", "rev-parse", "--path-format=absolute", "--git-path", "index"]
    return Path(subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()).read_bytes()


def test_what_is_committed_is_current_and_looking_changes_nothing() -> None:
    before, known = seen(ROOT), index()
    looked = run(ROOT, *command("--check"))
    assert looked.returncode == 0 and "+++" not in looked.stdout, looked.stdout + looked.stderr
    assert seen(ROOT) == before and index() == known


def test_a_read_only_checkout_can_be_looked_at(copy: Path) -> None:
    if not shutil.which("unshare") or run(copy, "unshare", "--mount", "true").returncode:
        pytest.skip("mount namespaces need Linux and root")
    looked = run(copy, "unshare", "--mount", "sh", "-c", READ_ONLY, str(copy), *command("--check"))
    assert looked.returncode == 0, looked.stdout + looked.stderr


@pytest.mark.parametrize(
    "path", ["crds/videojob.yaml", "charts/spotreel/README.md", "k8s/operator/operator.yaml", "docs/reference.md"]
)
def test_drift_is_shown_and_mended(copy: Path, path: str) -> None:
    wanted = (copy / path).read_text()
    (copy / path).write_text(spoilt := wanted.replace("\n", "\nby hand\n", 1))
    looked = run(copy, *command("--check"))
    assert looked.returncode == 1 and f"+++ b/{path}\n" in looked.stdout and "-by hand\n" in looked.stdout
    assert (copy / path).read_text() == spoilt
    assert run(copy, *command()).stdout == f"wrote {path}\n"
    assert (copy / path).read_text() == wanted


def test_a_new_version_reaches_every_file_in_one_go(copy: Path) -> None:
    old, source = version.current(copy), copy / version.SOURCE
    source.write_text(source.read_text().replace(f'version = "{old}"', 'version = "9.8.7"', 1))
    made = run(copy, *command())
    assert made.returncode == 0, made.stderr
    assert holding(copy, old, tracked()) <= {"CHANGELOG.md"}
    assert holding(copy, "9.8.7", tracked()) == HOLDERS - {"CHANGELOG.md"}
    assert run(copy, *command("--check")).returncode == 0


def test_other_flags_are_refused(copy: Path) -> None:
    assert run(copy, *command("--chek")).returncode == 2
