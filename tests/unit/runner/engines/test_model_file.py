"""A model's bytes, from a path and from a reader of ranges."""

import io
from pathlib import Path

import pytest

from job_runner.engines.model_file import PIECE, read_model
from job_runner.engines.onnx_file import MAX_BYTES
from job_runner.errors import InputInvalid
from job_runner.workspace.ranges import BlockCache, RangeReader

DATA = bytes(range(256)) * (PIECE // 256 + 3)


def test_whole_from_either(tmp_path: Path) -> None:
    (tmp_path / "m.onnx").write_bytes(DATA)
    assert read_model(str(tmp_path / "m.onnx"), len(DATA), "m.onnx") == DATA
    cache = BlockCache(lambda first, end: DATA[first:end], len(DATA))
    assert read_model(RangeReader(cache), len(DATA), "m.onnx") == DATA


def test_what_is_too_large_is_not_read_at_all() -> None:
    class Never(io.RawIOBase):
        def readinto(self, buffer: object) -> int:
            raise AssertionError

    with pytest.raises(InputInvalid, match=r"model m.onnx has [\d,]+ bytes; at most 1,073,741,824 are possible"):
        read_model(Never(), MAX_BYTES + 1, "m.onnx")
