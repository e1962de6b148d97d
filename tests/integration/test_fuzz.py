"""A short slice of `make fuzz`."""

import subprocess
import sys

from tests.testbed.cache import ROOT


def test_spoilt_files_and_specs_end_by_a_documented_code() -> None:
    command = [sys.executable, "-m", "tests.fuzz", "--media", "60", "--specs", "150", "--first", "50000"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    assert "media: 60 cases" in done.stdout and "specs: 150 cases" in done.stdout
