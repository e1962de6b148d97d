"""`spotreel selftest`, as a person and as `helm test` run it."""

import subprocess

from tests.integration.local import SPOTREEL


def test_says_that_all_is_well() -> None:
    done = subprocess.run([SPOTREEL, "selftest"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "in 2 segments" in done.stdout and done.stdout.endswith("all is well\n")


def test_says_what_is_wrong() -> None:
    done = subprocess.run(
        [SPOTREEL, "selftest", "--upload", "file:///proc/nowhere/clip.mp4"], capture_output=True, text=True
    )
    assert done.returncode != 0
    assert "Traceback" not in done.stderr and "uploading it to file:///proc/nowhere/clip.mp4 failed" in done.stdout
