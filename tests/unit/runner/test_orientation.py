"""All eight orientations, and what a file says beyond them, as the ffmpeg command shows them."""

import io
import math
import struct
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest
from av.sidedata.sidedata import Type
from av.video.frame import VideoFrame
from PIL import Image

from job_runner.media.orientation import turn, turn_of
from job_runner.media.probe import probe
from job_runner.media.sidedata import side_data
from job_runner.plan.plan import Plan
from tests.unit.runner.jobs import order, run
from tests.unit.runner.media import only, plan_of, renderer_of, video_facts
from tests.unit.runner.odd import displayed

Bytes = npt.NDArray[np.uint8]
LEVELS = {(0, 0): 40, (1, 0): 90, (0, 1): 150, (1, 1): 210}
"""Luma of the quarters, by column and row."""

MATRICES = {
    1: (1, 0, 0, 1), 2: (-1, 0, 0, 1), 3: (-1, 0, 0, -1), 4: (1, 0, 0, -1),
    5: (0, 1, 1, 0), 6: (0, 1, -1, 0), 7: (0, -1, -1, 0), 8: (0, -1, 1, 0),
}  # fmt: skip


def quarters(width: int = 96, height: int = 64) -> Bytes:
    picture = np.zeros((height, width), np.uint8)
    for (column, row), level in LEVELS.items():
        picture[row * height // 2 : (row + 1) * height // 2, column * width // 2 : (column + 1) * width // 2] = level
    return picture


def stored(path: Path, turned: int = 180) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"x264-params": "qp=0"})
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        stream.set_display_rotation(turned)
        frame = VideoFrame.from_ndarray(quarters(), "gray").reformat(format="yuvj420p").reformat(format="yuvj420p")
        luma = VideoFrame(96, 64, "yuv420p")
        for plane, source in zip(luma.planes, frame.planes, strict=True):
            plane.update(bytes(source))
        luma.pts, luma.time_base = 0, Fraction(1, 25)
        container.mux(stream.encode(luma))
        container.mux(stream.encode(None))
    return path


def shown(plan: Plan, path: Path, number: int = 0) -> dict[tuple[int, int], int]:
    """Luma in the middle of each quarter."""
    with renderer_of(plan, {"main": path}) as renderer:
        frame = renderer.frame(number)
    rows = np.frombuffer(memoryview(frame.planes[0]), np.uint8).reshape(-1, frame.planes[0].line_size)
    return {
        (c, r): int(rows[(2 * r + 1) * frame.height // 4, (2 * c + 1) * frame.width // 4])
        for c in (0, 1) for r in (0, 1)
    }  # fmt: skip


def moved(matrix: tuple[int, int, int, int]) -> dict[tuple[int, int], int]:
    """Where the matrix puts the quarters, counted from the top left."""
    a, b, c, d = matrix
    places = {(a * x + c * y, b * x + d * y): LEVELS[x, y] for x in (0, 1) for y in (0, 1)}
    left, top = min(x for x, _ in places), min(y for _, y in places)
    return {(x - left, y - top): level for (x, y), level in places.items()}


@pytest.mark.parametrize("orientation", MATRICES)
def test_all_eight(tmp_path: Path, orientation: int) -> None:
    path = displayed(stored(tmp_path / "v.mp4"), MATRICES[orientation])
    plan = plan_of({"main": path})
    assert video_facts(path).orientation == orientation
    assert only(plan).size == ((64, 96) if orientation > 4 else (96, 64))
    assert shown(plan, path) == moved(MATRICES[orientation])


@pytest.mark.parametrize("orientation", MATRICES)
def test_scale_does_not_matter(orientation: int) -> None:
    a, b, c, d = (value * 3 << 15 for value in MATRICES[orientation])
    assert turn((a, b, 0, c, d, 0, 500 << 16, 0, 1 << 30)).orientation == orientation


@pytest.mark.parametrize("degrees", [1, 12, 45, 89, 200, 359])
def test_other_turns_are_left_and_known(degrees: int) -> None:
    sine, cosine = (round((1 << 16) * f(math.radians(degrees))) for f in (math.sin, math.cos))
    found = turn((cosine, sine, 0, -sine, cosine, 0, 0, 0, 1 << 30))
    assert (found.orientation, found.rest) == (1, degrees)


def test_other_turns_are_said(tmp_path: Path) -> None:
    path = displayed(stored(tmp_path / "v.mp4"), (56756, 32768, -32768, 56756), unit=1)
    word = run(order(tmp_path, path))
    assert word.exit_code == 0, word.message
    said = [w.message for w in word.warnings if w.reason == "OrientationIgnored"]
    assert len(said) == 1 and "main asks to be turned by 30° clockwise" in said[0]


def test_a_matrix_of_nothing_is_upright() -> None:
    assert turn((0,) * 9).orientation == 1


def jpeg(orientation: int | None) -> bytes:
    """As a phone writes it: the way it was held stands in EXIF."""
    exif, buffer = Image.Exif(), io.BytesIO()
    if orientation:
        exif[0x0112] = orientation
    Image.fromarray(quarters()).save(buffer, "JPEG", quality=95, exif=exif)
    return buffer.getvalue()


def mjpeg(path: Path, orientations: list[int | None]) -> Path:
    """Motion JPEG whose frames each have their own EXIF."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mjpeg", rate=25)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuvj420p"
        for number, orientation in enumerate(orientations):
            packet = av.Packet(jpeg(orientation))
            packet.stream, packet.pts, packet.dts, packet.time_base = stream, number, number, Fraction(1, 25)
            packet.is_keyframe = True
            container.mux(packet)
    return path


def close(found: dict[tuple[int, int], int], wanted: dict[tuple[int, int], int]) -> bool:
    """Full range became limited."""
    return all(abs(found[place] - (16 + level * 219 / 255)) <= 2 for place, level in wanted.items())


@pytest.mark.parametrize("orientation", [3, 4, 6, 7])
def test_exif_of_a_jpeg_is_applied(tmp_path: Path, orientation: int) -> None:
    path = tmp_path / "p.jpg"
    path.write_bytes(jpeg(orientation))
    plan = plan_of({"main": path})
    assert close(shown(plan, path), moved(MATRICES[orientation]))


def test_each_frame_of_motion_jpeg_has_its_own(tmp_path: Path) -> None:
    path = mjpeg(tmp_path / "v.avi", [3, None, 2])
    plan = plan_of({"main": path})
    for number, orientation in enumerate((3, 1, 2)):
        assert close(shown(plan, path, number), moved(MATRICES[orientation])), number


def test_side_data_without_a_name_hides_nothing(tmp_path: Path) -> None:
    """EXIF is a kind that PyAV has no name for."""
    path = mjpeg(tmp_path / "v.avi", [6])
    video, _ = probe(str(path), "main")
    assert video is not None and video.orientation == 6
    with av.open(str(path)) as container:
        frame = next(container.decode(video=0))
    data = side_data(frame, Type.DISPLAYMATRIX)
    assert data is not None and struct.unpack("9i", data)[:2] == (0, 1 << 16)
    assert side_data(frame, Type.CONTENT_LIGHT_LEVEL) is None and turn_of(frame) is not None


def test_a_turn_in_mid_stream_is_not_squeezed(tmp_path: Path) -> None:
    """The camera was turned: the later picture stands upright in the middle, with borders beside it."""
    path = mjpeg(tmp_path / "v.avi", [1, 6])
    plan = plan_of({"main": path})
    with renderer_of(plan, {"main": path}) as renderer:
        luma = renderer.frame(1).to_ndarray(format="gray")
    height = 64
    width = round(height * 64 / 96)
    left = (96 - width) // 2
    assert luma[:, : left - 2].max() < 25 and luma[:, left + width + 2 :].max() < 25, "borders"
    assert luma[height // 4, 48 - width // 4] > 30 and luma[3 * height // 4, 48 + width // 4] > 30
