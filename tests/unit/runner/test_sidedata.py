"""Side data of kinds that PyAV has no names for."""

from pathlib import Path
from typing import Any

import av
from av.sidedata.sidedata import Type

from job_runner.media.sidedata import side_data
from tests.unit.runner import odd

EXIF = 31
"""FFmpeg's AV_FRAME_DATA_EXIF."""


def test_a_kind_without_a_name_is_no_error_and_hides_nothing(tmp_path: Path) -> None:
    with av.open(str(odd.with_exif(tmp_path / "e.avi"))) as container:
        frame = next(container.decode(video=0))
    kinds: list[Any] = list(frame.side_data)
    assert [data.type.value for data in kinds] == [EXIF], "the input is no longer what it was made for"
    assert side_data(frame, Type.DISPLAYMATRIX) is None


def test_what_has_a_name_is_given_out(tmp_path: Path) -> None:
    with av.open(str(odd.rotated(90)(tmp_path / "r.mp4"))) as container:
        frame = next(container.decode(video=0))
    matrix = side_data(frame, Type.DISPLAYMATRIX)
    assert matrix is not None and len(matrix) == 36
