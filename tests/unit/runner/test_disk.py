"""A full disk is told from all else that keeps a file from being written."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from job_runner.disk import scratch_folder
from job_runner.errors import ConfigInvalid, DiskFull
from job_runner.session import Session
from job_runner.stop import Stop
from job_runner.workspace import directory
from job_runner.workspace.directory import DirectoryStore
from tests.testbed.cache import ROOT
from tests.unit.runner.jobs import order
from videojob_api.exit_codes import ExitCode

UNTIL_FULL = """
import sys, tempfile
from pathlib import Path
from job_runner.disk import is_full

folder = sys.argv[1]
tempfile._candidate_tempdir_list = lambda: [folder]  # as in the pod, where nothing else can be written
if sys.argv[2] == "full":
    try:
        Path(folder, "fill").write_bytes(bytes(1 << 20))
    except OSError as error:
        print(error.errno, is_full(error))
else:
    Path(folder, "fill").mkdir()
    tempfile._candidate_tempdir_list = lambda: [folder + "/missing"]
try:
    tempfile.gettempdir()
except FileNotFoundError as error:
    print(is_full(error))
"""
NAMESPACE = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]


def told(folder: Path, what: str) -> str:
    """What the script above says on a tmpfs of 64 KiB; skips where no such thing may be mounted."""
    mount = f"mount -t tmpfs -o size=64k none {folder} || exit 9"
    command = f'{mount}; TMPDIR={folder} exec {sys.executable} -c "$SCRIPT" {folder} {what}'
    given = {**os.environ, "SCRIPT": UNTIL_FULL}
    result = subprocess.run([*NAMESPACE, command], cwd=ROOT, env=given, capture_output=True, text=True)
    if result.returncode in (1, 9) and "Traceback" not in result.stderr:
        pytest.skip(f"no tmpfs can be mounted here: {result.stderr.strip()}")
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_a_tmpfs_at_its_limit_is_full_also_for_the_first_temporary_file(tmp_path: Path) -> None:
    """`tempfile` says of it that there is no temporary directory, which was once taken for a crash."""
    assert told(tmp_path, "full").split() == [str(errno.ENOSPC), "True", "True"]


def test_a_temporary_folder_that_is_missing_is_not_full(tmp_path: Path) -> None:
    assert told(tmp_path, "missing").split() == ["False"]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_quota_that_is_used_up_is_a_full_disk(code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """NFS servers have an error of their own for it. No quota can be had here: what would fail is replaced."""

    def fails(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(Session, "_maker", fails)
    last = Session(order(tmp_path, tmp_path / "in.mp4"), Stop(0)).run()
    assert last.exit_code == ExitCode.DISK_FULL and f"no space left in {scratch_folder()}" in last.message
    monkeypatch.setattr(directory, "_place", fails)
    with pytest.raises(DiskFull, match="no space left for"):
        DirectoryStore(tmp_path / "store").put("a", b"1", {})


@pytest.mark.parametrize("code", [errno.EROFS, errno.EIO])
def test_a_disk_that_fails_is_a_crash(code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another node may do better, and so often as `backoffLimit` says it is tried."""

    def fails(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(Session, "_maker", fails)
    last = Session(order(tmp_path, tmp_path / "in.mp4"), Stop(0)).run()
    assert last.exit_code == ExitCode.CRASH and os.strerror(code) in last.message


def test_a_store_that_is_read_only_is_the_platforms_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(directory, "_place", fails)
    with pytest.raises(ConfigInvalid, match="Read-only file system"):
        DirectoryStore(tmp_path / "store").put("a", b"1", {})
