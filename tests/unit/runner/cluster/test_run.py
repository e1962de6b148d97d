"""How a command begins and ends that needs a cluster."""

import subprocess
import sys
from pathlib import Path

import pytest

from job_runner.cli.main import main

WITHOUT = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {blocked}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Missing())
from job_runner.cli.main import main
sys.exit(main({arguments}))
"""


def without(blocked: list[str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    code = WITHOUT.format(blocked=blocked, arguments=list(arguments))
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_no_kubeconfig_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "--kubeconfig", str(tmp_path / "none")]) == 78
    file = tmp_path / "none"
    assert (
        capsys.readouterr().err
        == f"spotreel: there is no kubeconfig {file}: name one in KUBECONFIG or with --kubeconfig\n"
    )


def test_without_the_extra_it_says_which() -> None:
    run = without(["kubernetes"], "list")
    assert run.returncode == 78
    said = "the library kubernetes is not installed, which talks to clusters: pip install 'spotreel[client]'"
    assert run.stderr == f"spotreel: {said}\n"


def test_the_client_needs_nothing_that_renders(tmp_path: Path) -> None:
    """Who only submits installs no FFmpeg."""
    run = without(["av", "numpy", "PIL", "fontTools", "uniseg"], "list", "--kubeconfig", str(tmp_path / "none"))
    assert run.returncode == 78 and "there is no kubeconfig" in run.stderr, run.stderr


def test_render_needs_nothing_of_a_cluster(tmp_path: Path) -> None:
    run = without(
        ["kubernetes", "kopf", "aiohttp", "spotreel"], "render", "--dry-run", "a.mp4", str(tmp_path / "b.mp4")
    )
    assert run.returncode == 0 and "kind: VideoJob" in run.stdout, run.stderr
