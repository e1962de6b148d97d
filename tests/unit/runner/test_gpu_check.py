"""`spotreel gpu-check` as a person types it, on a machine without a GPU."""

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

from job_runner.gpu_check.checks import CHECKS
from tests.integration.local import SPOTREEL
from tests.unit.runner import crashing
from tests.unit.runner.gpu_check.grounds import without_gpu


@without_gpu
def test_every_line_says_that_there_is_none(tmp_path: Path) -> None:
    report = tmp_path / "gpu-check.json"
    done = subprocess.run([SPOTREEL, "gpu-check", "--report", str(report)], capture_output=True, text=True)
    *rows, total = done.stdout.splitlines()
    assert done.returncode == 76 and len(rows) == sum(len(check.subjects) for check in CHECKS)
    assert all(row.endswith("not run  no GPU") for row in rows) and total == f"{len(rows)} lines: {len(rows)} not run"
    assert done.stderr.startswith("spotreel: no GPU: ") and len(done.stderr.splitlines()) == 1
    made = json.loads(report.read_text())
    assert len(made["lines"]) == len(rows) and made["noGPU"] in done.stderr


def test_a_report_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    done = subprocess.run(
        [SPOTREEL, "gpu-check", "--report", str(tmp_path / "nowhere" / "x.json")], capture_output=True, text=True
    )
    assert done.returncode == 64 and "Traceback" not in done.stderr
    assert "nowhere/x.json cannot be written" in done.stderr


def test_a_crash_leaves_what_was_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And no clips. The first decoder that is asked takes the process with it."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    report = tmp_path / "gpu-check.json"
    command = ["gpu-check", "--device", "cpu", "--report", str(report)]
    done = crashing.spotreel(command, tmp_path, crashing.DECODING_ANY)
    assert done.returncode == 139
    assert done.stderr == "spotreel: the check after the last line crashed (SIGSEGV)\n"
    assert {line["check"] for line in json.loads(report.read_text())["lines"]} == {"libraries"}
    assert list(tmp_path.iterdir()) == [report]


def test_a_stop_waits_for_the_line_in_hand_and_leaves_no_files(tmp_path: Path) -> None:
    command = [SPOTREEL, "gpu-check", "--device", "cpu"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": str(tmp_path)}
    )
    try:
        assert process.stdout is not None
        while not process.stdout.readline().startswith("decoding"):
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        said, complained = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 75 and complained == "spotreel: stopped before the last check\n"
    assert len(said.splitlines()) < 10 and not list(tmp_path.iterdir())
