"""The folder for what is found: which one, whether it can be, and what is wrong where it cannot be written."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from job_runner.cli.document import nearest
from job_runner.cli.shortcuts import OptionError
from job_runner.errors import AccessDenied, SpecInvalid


def folder_of(options: argparse.Namespace) -> Path:
    """As `-o` says, else after the file. Raises OptionError before minutes are spent on looking."""
    typed = options.output or ""
    folder = Path(typed or f"{Path(options.file).stem}.analysis")
    if "://" in typed:
        raise OptionError(f"-o {typed}: name a local folder; what is found is written there")
    if not (there := nearest(folder)).is_dir():
        raise OptionError(f"-o {typed or folder}: {there} is a file; name a folder")
    return folder


@contextmanager
def writable(folder: Path) -> Iterator[None]:
    """Raises AccessDenied or SpecInvalid for what the system says of writing there."""
    try:
        yield
    except PermissionError as error:
        raise AccessDenied(f"this user may not write into {folder}: name another folder") from error
    except OSError as error:
        raise SpecInvalid(f"{folder} cannot be written ({error.strerror}): name another folder") from error
