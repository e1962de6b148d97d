"""Frames as models are shown them: colours, orientation, aspect and alpha as a render shows them."""

from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest

from job_runner.detection.fitting import Fitted, Size, fitted
from job_runner.media.model_frames import ModelFrames
from job_runner.plan.facts import VideoFacts
from tests.unit.runner.lamps import lamps, walk
from tests.unit.runner.media import video_facts
from tests.unit.runner.odd import changing_size, rotated
from tests.unit.runner.tagged import COLORS, Tags, colored
from tests.unit.runner.test_alpha import SHARES, clip


def plain(shown: Size) -> Fitted:
    return fitted(shown, shown, "Stretch")


def seen(path: Path, facts: VideoFacts | None = None, number: int = 0) -> npt.NDArray[np.uint8]:
    """(height, width, 3) of a frame in its own size."""
    frames = ModelFrames("main", facts or video_facts(path), plain)
    with av.open(str(path)) as container:
        frame = next(frame for k, frame in enumerate(container.decode(video=0)) if k == number)
        return np.stack(frames.planes(frame)[1], -1)


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("matrix", [1, 2, 5, 9])
@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuv444p10le"])
def test_colours_by_their_tags(tmp_path: Path, matrix: int, full: bool, pixel_format: str) -> None:
    path = colored(tmp_path / "c.mp4", Tags(matrix, full), pixel_format)
    for number, color in enumerate(COLORS):
        assert np.abs(seen(path, number=number)[32, 48] - np.array(color) * 255).max() <= 2, color


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_upright(tmp_path: Path, degrees: int) -> None:
    path = lamps(tmp_path / "l.mp4", walk(1), rotation=degrees)
    stored = np.zeros((128, 192), np.uint8)
    stored[16:48, 8:40] = 255
    # The display matrix turns counter-clockwise, as set_display_rotation does.
    wanted = np.rot90(stored, degrees // 90)
    assert np.abs(seen(path)[..., 1].astype(int) - wanted).max() <= 2


def test_another_turn_than_the_tests_own(tmp_path: Path) -> None:
    bars = seen(rotated(90)(tmp_path / "r.mp4"), number=5)
    assert bars.shape == (64, 96, 3)
    columns = bars[32, 4::8, 0]
    assert [int(level > 115) for level in columns] == [int(bit) for bit in f"{5:012b}"]


@pytest.mark.parametrize(("codec", "pixel_format"), [("prores_ks", "yuva444p10le"), ("png", "rgba")])
def test_what_is_transparent_is_black(tmp_path: Path, codec: str, pixel_format: str) -> None:
    picture = seen(clip(tmp_path / "c.mov", codec, pixel_format))
    for at, share in SHARES.items():
        assert np.abs(picture[32, int(at * 96)] - np.array([200, 100, 50]) * share).max() <= 4


def test_a_size_that_changes_still_fills_the_place(tmp_path: Path) -> None:
    path = changing_size(tmp_path / "c.ts")
    assert seen(path, number=45).shape == (64, 96, 3)


@pytest.mark.parametrize("size", [(97, 63), (64, 64), (50, 33)])
def test_into_any_size(tmp_path: Path, size: Size) -> None:
    path = lamps(tmp_path / "l.mp4", walk(1))
    frames = ModelFrames("main", video_facts(path), lambda shown: fitted(shown, size, "Letterbox"))
    with av.open(str(path)) as container:
        place, planes = frames.planes(next(container.decode(video=0)))
    assert all(plane.shape == place.size[::-1] for plane in planes)
    inside = planes[0][place.size[1] // 4, place.size[0] // 8]
    assert inside > 240 and planes[0][-1, -1] < 10
