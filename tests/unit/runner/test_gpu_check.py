"""`spotreel gpu-check` as a person types it, on a machine without a GPU."""

import json
import subprocess
from pathlib import Path

from job_runner.gpu_check.checks import CHECKS
from tests.integration.local import SPOTREEL
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
