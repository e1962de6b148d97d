"""A store in a local folder: temporary file, fsync, then link (never replacing) or rename."""

import hashlib
import os
import shutil
import uuid
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO

from job_runner.disk import is_full
from job_runner.errors import AccessDenied, ConfigInvalid, DiskFull, RunnerError
from job_runner.workspace.store import Missing, Stored, Taken

SHOWN = 48
"""Letters of a file's name in that of its temporary one: a long name has no room for all and a number."""


class DirectoryStore:
    """Objects are files below `root`; metadata is not kept."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def list(self, prefix: str) -> set[str]:
        """Keys that begin with `prefix`."""
        files = (Path(folder) / name for folder, _, names in os.walk(self._root) for name in names if name[0] != ".")
        return {key for path in files if (key := self._key(path)).startswith(prefix)}

    def _key(self, path: Path) -> str:
        return path.relative_to(self._root).as_posix()

    def get(self, key: str) -> Stored:
        """A file's content. Raises Missing."""
        try:
            return Stored((self._root / key).read_bytes())
        except FileNotFoundError as error:
            raise Missing(key) from error

    def fetch(self, key: str, path: Path) -> Mapping[str, str]:
        """Copies a file. Raises Missing."""
        try:
            shutil.copyfile(self._root / key, path)
        except FileNotFoundError as error:
            raise Missing(key) from error
        return {}

    def metadata(self, key: str) -> Mapping[str, str] | None:
        """Empty for a file that is there."""
        return {} if (self._root / key).exists() else None

    def put(self, key: str, data: bytes, metadata: Mapping[str, str]) -> bool:
        """Writes a file unless one is there; False if one is."""
        return self._written(key, lambda file: file.write(data), replace=False)

    def put_file(self, key: str, path: Path, metadata: Mapping[str, str], replace: bool) -> None:
        """Copies a file into place. Raises Taken if other bytes are there and `replace` is false."""
        with path.open("rb") as source:
            written = self._written(key, lambda file: shutil.copyfileobj(source, file), replace)
        if not written and file_sha256(self._root / key) != file_sha256(path):
            raise Taken(str(self._root / key))

    def _written(self, key: str, write: Callable[[IO[bytes]], object], replace: bool) -> bool:
        """Temporary file, fsync, then the name; False if a file has that name already."""
        target = self._root / key
        temporary = target.with_name(f".{target.name[:SHOWN]}.{uuid.uuid4().hex}")
        try:
            with _new_file(temporary) as file:
                write(file)
                file.flush()
                os.fsync(file.fileno())
            return _place(temporary, target, replace)
        except OSError as error:
            raise _explained(error, target) from error
        finally:
            temporary.unlink(missing_ok=True)

    def delete(self, keys: Iterable[str]) -> None:
        """Removes files, and the folders that this leaves empty."""
        for key in keys:
            path = self._root / key
            path.unlink(missing_ok=True)
            _prune(path.parent, self._root)


def _place(temporary: Path, target: Path, replace: bool) -> bool:
    """Gives the file its name, at once; False if another has it, and is not to be replaced."""
    if replace:
        temporary.replace(target)
        return True
    try:
        os.link(temporary, target)
        return True
    except FileExistsError:
        return False


def _new_file(path: Path) -> IO[bytes]:
    """Opened for writing; another runner may just be removing the empty folder, so twice."""
    for _ in range(3):
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            return path.open("xb")
    return path.open("xb")


def _prune(folder: Path, root: Path) -> None:
    with suppress(OSError):
        while folder != root:
            folder.rmdir()
            folder = folder.parent


def _explained(error: OSError, target: Path) -> RunnerError:
    if is_full(error):
        return DiskFull(f"no space left for {target}; free some and run again")
    if isinstance(error, PermissionError):
        return AccessDenied(f"may not write {target}; give this user the right to, or choose another place")
    return ConfigInvalid(f"cannot write {target}: {error.strerror or error}")


def file_sha256(path: Path) -> str:
    """Hex digest of a file of any size."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
