"""`spotreel selftest`, as a person and as `helm test` run it."""

import os
import subprocess
from pathlib import Path

from tests.integration.local import SPOTREEL
from tests.testbed.https import WebServer
from videojob_api.runner_pod import CA_VARIABLE


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


def test_reaches_a_store_with_a_private_authority(tmp_path: Path) -> None:
    """As a class's caBundle names it."""
    with WebServer(tmp_path, tmp_path) as web:
        keys = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1"}
        store = {"AWS_ENDPOINT_URL": web.uri("").rstrip("/"), "AWS_REQUEST_CHECKSUM_CALCULATION": "when_required"}
        command = [SPOTREEL, "selftest", "--upload", "s3://media/clip.mp4"]
        env = {**os.environ, **keys, **store, CA_VARIABLE: str(web.authority)}
        done = subprocess.run(command, capture_output=True, text=True, env=env)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "media" / "clip.mp4").stat().st_size
