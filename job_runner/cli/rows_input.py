"""Where `spotreel import` reads rows: a file, or all that comes through a pipe, kept on the disk first.

A file is read twice, to know which rows it has; and while rows are waited for, no transaction is open that others would
wait for, and that a server would end.
"""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from job_runner.disk import is_full, scratch_folder
from job_runner.errors import AccessDenied, DiskFull
from job_runner.results.ndjson import opened

STANDARD_INPUT = "-"
_PIPES = ("/dev/", "/proc/")
"""Where a shell puts those that it makes, by numbers."""


def shown(typed: str) -> str:
    """What messages call it."""
    return "standard input" if typed == STANDARD_INPUT else typed


def is_named(typed: str) -> bool:
    """Whether its name says what it is: that of a pipe is only a number."""
    return typed != STANDARD_INPUT and not typed.startswith(_PIPES)


@contextmanager
def rows_input(typed: str) -> Iterator[BinaryIO]:
    """Open, and at its start. Raises NotFound, AccessDenied, InputInvalid or DiskFull."""
    with _opened(typed) as file:
        if file.seekable() and file.tell() == 0:
            yield file
            return
        with _kept(file, shown(typed)) as kept:
            yield kept


def _opened(typed: str) -> BinaryIO:
    return open(0, "rb", closefd=False) if typed == STANDARD_INPUT else opened(Path(typed))


@contextmanager
def _kept(pipe: BinaryIO, name: str) -> Iterator[BinaryIO]:
    """All that comes, in a file without a name."""
    with ExitStack() as stack:
        try:
            kept = stack.enter_context(TemporaryFile(prefix="spotreel-"))
            shutil.copyfileobj(pipe, kept)
            kept.flush()
        except OSError as error:
            if is_full(error):
                raise DiskFull(f"no space left in {scratch_folder()} for what comes from {name}") from error
            raise AccessDenied(f"{name} cannot be kept in {scratch_folder()} ({error.strerror})") from error
        yield kept
