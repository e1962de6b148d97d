"""The scratch disk, and how the system says that a disk is full."""

import errno
import os
import tempfile

from videojob_api.runner_pod import SCRATCH_DIR

_FULL = (errno.ENOSPC, errno.EDQUOT)


def scratch_folder() -> str:
    """Where temporary files go."""
    return os.environ.get("TMPDIR") or SCRATCH_DIR


def is_full(error: OSError) -> bool:
    """Whether it says that there is no room left: on the device, in a quota, or for any temporary file."""
    return error.errno in _FULL or (_has_no_temporary_folder(error) and _refuses_a_byte(scratch_folder()))


def _has_no_temporary_folder(error: OSError) -> bool:
    """`tempfile` tries all folders that it knows, and then says only that none will do."""
    return isinstance(error, FileNotFoundError) and "No usable temporary directory" in (error.strerror or "")


def _refuses_a_byte(folder: str) -> bool:
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"0")
            file.flush()
    except OSError as error:
        return error.errno in _FULL
    return False
