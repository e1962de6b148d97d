"""What a job has made, brought to this machine: whole and right, or not at all."""

import errno
import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from job_runner.workspace.places import split_s3
from job_runner.workspace.ranges import again_when_cut
from job_runner.workspace.s3 import PIECE_BYTES, S3Calls
from spotreel.digest import Stopped, Told
from spotreel.errors import LocalFileError, NothingToFetch, StoreError
from spotreel.job import Job
from spotreel.stores import store_words
from videojob_api.exit_codes import ExitCode


@dataclass(frozen=True)
class Made:
    """A file in a store; results of older runners may lack the sha256."""

    uri: str
    size: int
    sha256: str | None

    @property
    def name(self) -> str:
        """The last part of its URI, as a file's name."""
        return unquote(self.uri.rsplit("/", 1)[-1])


def made_by(job: Job, analysis: str | None = None) -> Made:
    """The output, or the rows of an analysis. Raises NothingToFetch."""
    if not job.succeeded:
        why = f"failed: {job.status.message}" if job.finished else f"is not done: spotreel wait {job.name} follows it"
        raise NothingToFetch(f"{job.name} {why}")
    if analysis is None and job.status.outputs:
        output = job.status.outputs[0]
        return Made(output.uri, output.size_bytes, output.sha256)
    return _rows(job, analysis)


def _rows(job: Job, analysis: str | None) -> Made:
    """Where there is one file of rows alone, it need not be named."""
    files = {result.analysis: result for result in job.status.results or [] if result.uri}
    chosen = next(iter(files)) if analysis is None and len(files) == 1 else analysis
    if chosen not in files:
        known = f"--result takes {', '.join(files)}" if files else "it has made no file"
        raise NothingToFetch(f"{job.name}: {f'no {analysis}' if analysis else 'which file?'}; {known}")
    found = files[chosen]
    return Made(str(found.uri), found.size_bytes or 0, found.sha256)


def place_for(made: Made, to: Path | None) -> Path:
    """`to`, or the file's own name in it where it is a folder, or here. Raises LocalFileError."""
    path = to or Path(made.name)
    path = path / made.name if path.is_dir() else path
    check_parent(path)
    return path


def check_parent(path: Path) -> None:
    """Raises LocalFileError where no file can be made."""
    folder = path.absolute().parent
    if not folder.is_dir():
        raise LocalFileError(f"there is no folder {folder} for {path.name}: make it first, or name another")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise LocalFileError(f"this user may not write into {folder}: name another place", ExitCode.ACCESS_DENIED)


def is_same(path: Path, made: Made) -> bool:
    """Whether the file that stands there is this one."""
    if not path.is_file() or path.stat().st_size != made.size:
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == made.sha256


def check_free(path: Path) -> None:
    """Raises LocalFileError where something stands."""
    if path.exists():
        raise LocalFileError(f"{path} is there, and is another file: add -y to replace it", ExitCode.OUTPUT_EXISTS)


class Fetch:
    """One object to one path, by a file beside it that takes its name at the end."""

    def __init__(self, calls: S3Calls, made: Made, path: Path, told: Told, stop: threading.Event) -> None:
        self._calls, self._made, self._path, self._told, self._stop = calls, made, path, told, stop

    def run(self) -> None:
        """Raises StoreError, LocalFileError or Stopped; then nothing is left."""
        part = self._path.with_name(f".{self._path.name}.{os.getpid()}.part")
        try:
            with store_words(), _written(self._path, self._made.size):
                sha256 = again_when_cut(lambda: self._calls(self._made.uri, lambda: self._read(part)))
                self._check(sha256)
                part.replace(self._path)
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)

    def _read(self, part: Path) -> str:
        """The sha256 of what has come. A body that breaks off is asked for from its beginning."""
        bucket, key = split_s3(self._made.uri)
        answer = self._calls.client.get_object(Bucket=bucket, Key=key)
        digest, done = hashlib.sha256(), 0
        try:
            with part.open("wb") as file:
                for piece in answer["Body"].iter_chunks(PIECE_BYTES):
                    if self._stop.is_set():
                        raise Stopped
                    file.write(piece)
                    digest.update(piece)
                    done += len(piece)
                    self._told(len(piece))
        except BaseException:
            self._told(-done)
            raise
        return digest.hexdigest()

    def _check(self, sha256: str) -> None:
        if self._made.sha256 not in (None, sha256):
            wrong = f"sha256 {sha256}, not {self._made.sha256}"
            raise StoreError(
                f"{self._made.uri} is not what the job has made ({wrong}): somebody has replaced it",
                ExitCode.INPUT_INVALID,
            )


@contextmanager
def _written(path: Path, size: int) -> Iterator[None]:
    """Raises LocalFileError for what the system says of writing."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            full = f"no space left for {path}, which takes {size} bytes: make room, and fetch it again"
            raise LocalFileError(full, ExitCode.DISK_FULL) from error
        raise LocalFileError(f"{path} cannot be written: {error.strerror or error}", ExitCode.ACCESS_DENIED) from error
