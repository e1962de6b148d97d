"""A model's bytes, read whole."""

from pathlib import Path

from job_runner.engines.onnx_file import check_size
from job_runner.workspace.ranges import Opened

PIECE = 1 << 22


def read_model(media: Opened, size: int, model: str) -> bytes:
    """Raises InputInvalid for a `size` in bytes, as its store tells it, that no model should have."""
    check_size(size, model)
    with Path(media).open("rb") if isinstance(media, str) else media as file:
        return b"".join(iter(lambda: file.read(PIECE) or b"", b""))
