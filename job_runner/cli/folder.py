"""The folder for what is found: which one, whether it can be, and what is wrong where it cannot be written."""

import argparse
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from job_runner.cli.document import nearest
from job_runner.cli.shortcuts import OptionError
from job_runner.errors import AccessDenied, SpecInvalid


def folder_of(options: argparse.Namespace) -> Path:
    """As `-o` says, else after the file; nothing is made yet.

    Raises OptionError, AccessDenied or SpecInvalid before minutes are spent on looking.
    """
    typed = options.output or ""
    folder = Path(typed or f"{Path(options.file).stem}.analysis")
    if "://" in typed:
        raise OptionError(f"-o {typed}: name a local folder; what is found is written there")
    if not (there := nearest(folder)).is_dir():
        raise OptionError(f"-o {typed or folder}: {there} is a file; name a folder")
    _try(folder)
    return folder


def _try(folder: Path) -> None:
    """Raises AccessDenied or SpecInvalid where no file can be written; leaves nothing."""
    with suppress(_TriedError), made(folder):
        tempfile.TemporaryFile(dir=folder).close()
        raise _TriedError


class _TriedError(Exception):
    """Takes back what was only tried."""


def write_files(folder: Path, contents: Mapping[str, bytes | IO[bytes]]) -> None:
    """By their names, all of them; if one cannot be written, none is, and no folder is left that was not there.

    Raises AccessDenied or SpecInvalid.
    """
    parts = {folder / name: folder / f".{name}.part" for name in contents}
    with made(folder):
        try:
            for part, content in zip(parts.values(), contents.values(), strict=True):
                _write(part, content)
            for path, part in parts.items():
                part.replace(path)
        finally:
            for part in parts.values():
                part.unlink(missing_ok=True)


def _write(path: Path, content: bytes | IO[bytes]) -> None:
    if isinstance(content, bytes):
        path.write_bytes(content)
        return
    with path.open("wb") as file:
        shutil.copyfileobj(content, file)


@contextmanager
def made(folder: Path) -> Iterator[None]:
    """A folder, made if it is not there. If this raises, what was made goes again, unless something is in it.

    Raises AccessDenied or SpecInvalid, also for what is done in it.
    """
    with writable(folder):
        new = [each for each in (folder, *folder.parents) if not each.exists()]
    try:
        with writable(folder):
            folder.mkdir(parents=True, exist_ok=True)
            yield
    except BaseException:
        for each in new:
            with suppress(OSError):
                each.rmdir()
        raise


@contextmanager
def writable(folder: Path) -> Iterator[None]:
    """Raises AccessDenied or SpecInvalid for what the system says of writing there."""
    try:
        yield
    except PermissionError as error:
        raise AccessDenied(f"this user may not write into {folder}: name another folder") from error
    except OSError as error:
        raise SpecInvalid(f"{folder} cannot be written ({error.strerror}): name another folder") from error
