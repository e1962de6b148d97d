"""A local file as it is now: its sha256, which names it in the store, and a checksum of each part."""

import base64
import hashlib
import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG

from spotreel.errors import LocalFileError
from spotreel.parts import Part, parts
from videojob_api.exit_codes import ExitCode

Told = Callable[[int], None]
"""Hears of so many bytes that are done."""


class Stopped(Exception):
    """Somebody has interrupted what was done with a file."""


@dataclass(frozen=True)
class Digest:
    """`checksums` are the CRC32 of its parts, as S3 writes them."""

    path: Path
    size: int
    sha256: str
    checksums: tuple[str, ...]

    def read(self, part: Part) -> bytes:
        """The part's bytes. Raises LocalFileError if they are no longer what they were."""
        with _in_words(self.path), self.path.open("rb") as file:
            data = os.pread(file.fileno(), part.size, part.offset)
        if crc32(data) != self.checksums[part.number - 1]:
            raise LocalFileError(f"{self.path} was changed while it was uploaded: run the command again")
        return data


def digest(path: Path, told: Told = lambda count: None) -> Digest:
    """Reads the file once. Raises LocalFileError."""
    whole, checksums = hashlib.sha256(), []
    with _in_words(path), path.open("rb") as file:
        stat = os.fstat(file.fileno())
        if not S_ISREG(stat.st_mode):
            raise LocalFileError(f"{path} is no file that can be read twice: copy it into one")
        if not stat.st_size:
            raise LocalFileError(f"{path} is empty, 0 bytes: copy it again", ExitCode.INPUT_INVALID)
        for part in parts(stat.st_size):
            data = file.read(part.size)
            whole.update(data)
            checksums.append(crc32(data))
            told(len(data))
    return Digest(path, stat.st_size, whole.hexdigest(), tuple(checksums))


def crc32(data: bytes) -> str:
    """As S3 writes it."""
    return base64.b64encode(zlib.crc32(data).to_bytes(4, "big")).decode()


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    """Raises LocalFileError for what the system says of reading a file."""
    try:
        yield
    except OSError as error:
        raise _explained(path, error) from error


def _explained(path: Path, error: OSError) -> LocalFileError:
    match error:
        case FileNotFoundError() | NotADirectoryError():
            return LocalFileError(f"there is no file {path}")
        case PermissionError():
            return LocalFileError(f"this user may not read {path}", ExitCode.ACCESS_DENIED)
        case IsADirectoryError():
            return LocalFileError(f"{path} is a folder: name a file in it")
        case _:
            return LocalFileError(f"{path} cannot be read: {error.strerror}")
