"""A .pt2 file, as torch.export.save writes it, looked into before torch loads it. Pure.

A zip file whose members lie in one folder of any name; torch's own description of the format is
torch/export/pt2_archive/constants.py.
"""

import io
import zipfile
from pathlib import PurePosixPath

from job_runner.engines.metadata import MOST_LETTERS, kept
from job_runner.engines.onnx_file import check_size
from job_runner.errors import InputInvalid

FORMAT, PROGRAM, EXTRA = "archive_format", "models/model.json", "extra"
"""Members: what the file says that it is, the program, and the folder of texts that its author has added."""
_ZIP = b"PK\x03\x04"
_SAYS = b"pt2"


def is_pt2(data: bytes) -> bool:
    """Whether it calls itself one. Other archives of PyTorch's are not: weights alone, and TorchScript."""
    if not data.startswith(_ZIP):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            says = _members(archive).get(FORMAT)
            return says is not None and says.file_size == len(_SAYS) and archive.read(says) == _SAYS
    except (zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError, EOFError):
        return False


def check_pt2(data: bytes, model: str) -> None:
    """Raises InputInvalid for a file that is too large, or holds no program for torch.export.load."""
    check_size(len(data), model)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if PROGRAM not in _members(archive):
            raise InputInvalid(
                f"model {model} is a .pt2 without a program of torch.export; write it by torch.export.save"
            )


def metadata_of(data: bytes) -> dict[str, str]:
    """The texts of `extra_files` that torch.export.save was given, by their names without an ending."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        texts = {
            PurePosixPath(name).stem: archive.read(member).decode(errors="replace")
            for name, member in _members(archive).items()
            if PurePosixPath(name).parts[:-1] == (EXTRA,) and member.file_size <= MOST_LETTERS
        }
    return kept(texts.items())


def _members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """By their names below the archive's folder."""
    return {member.filename.partition("/")[2]: member for member in archive.infolist()}
