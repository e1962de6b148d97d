"""What a decoder is spared, and when the picker gives up. That its frames are the right ones: `test_wanted`."""

from pathlib import Path

import pytest

from job_runner.media.packets_needed import UncertainError
from job_runner.media.picker import Picker
from job_runner.media.timing import frame_times
from tests.unit.runner import odd
from tests.unit.runner.media import make_video, number_of, video_facts
from tests.unit.runner.odd import encoded


class Counting(Picker):
    """Counts the packets whose pictures are decoded."""

    decoded = 0

    def _frames_of(self, packet, leading=False):  # type: ignore[no-untyped-def]
        self.decoded += packet is not None and self._context.skip_frame != "NONREF"
        return super()._frames_of(packet, leading)


def picked(path: Path, numbers: range, threads: int = 1) -> int:
    """How many pictures are decoded for these frames, which are the right ones."""
    facts = video_facts(path)
    times = frame_times(str(path), "v", facts)
    with Counting(str(path), facts, times, numbers, threads) as picker:
        assert [(number, number_of(frame)) for number, frame in picker.frames()] == [(n, n) for n in numbers]
        return picker.decoded


GOPS = {"x264-params": "keyint=15:bframes=2:b-adapt=0:b-pyramid=none:scenecut=0"}


@pytest.mark.parametrize(("every", "most"), [(1, 90), (2, 64), (15, 6), (30, 3), (250, 1)])
@pytest.mark.parametrize("suffix", ["mp4", "ts"])
def test_h264(suffix: str, every: int, most: int, tmp_path: Path) -> None:
    """A key frame in 15, two of three pictures are spare."""
    path = make_video(tmp_path / f"v.{suffix}", 90, options=GOPS)
    assert most * 0.8 <= picked(path, range(0, 90, every)) <= most


def test_a_window_begins_at_its_own_key_frame(tmp_path: Path) -> None:
    path = make_video(tmp_path / "v.mp4", 90, options=GOPS)
    assert picked(path, range(60, 70)) <= 11
    assert picked(path, range(60, 61)) == 1


@pytest.mark.parametrize(
    ("codec", "suffix", "pixel_format"), [("mjpeg", "avi", "yuvj420p"), ("prores_ks", "mov", "yuv422p10le")]
)
def test_intra_only(codec: str, suffix: str, pixel_format: str, tmp_path: Path) -> None:
    path = encoded(tmp_path / f"v.{suffix}", codec, 30, pixel_format=pixel_format)
    assert picked(path, range(0, 30, 7), threads=2) == 5
    assert picked(path, range(20, 30, 5)) == 2


def test_hevc(tmp_path: Path) -> None:
    params = "log-level=error:keyint=12:min-keyint=12:scenecut=0:bframes=4"
    path = encoded(tmp_path / "v.mp4", "libx265", 48, options={"x265-params": params})
    assert picked(path, range(0, 48, 12)) == 4 and picked(path, range(0, 48, 2)) < 44


@pytest.mark.parametrize("codec", ["ffv1", "libvpx"])
def test_other_codecs_are_left_to_others(codec: str, tmp_path: Path) -> None:
    with pytest.raises(UncertainError):
        picked(encoded(tmp_path / "v.mkv", codec, 5), range(5))


def test_damage_is_left_to_others(tmp_path: Path) -> None:
    path = odd.flipped(12, make_video)(tmp_path / "v.mkv")
    with pytest.raises(UncertainError):
        picked(path, range(90))


def test_interlaced_pictures_are_all_decoded(tmp_path: Path) -> None:
    path = encoded(tmp_path / "v.mp4", frames=9, options={"x264-params": "tff=1"})
    assert picked(path, range(9)) == 9
    with pytest.raises(UncertainError):
        picked(path, range(0, 9, 2))


def test_long_ways_to_key_frames_that_are_no_starts_are_left_to_seeking(tmp_path: Path) -> None:
    params = "open-gop=1:keyint=12:min-keyint=12:scenecut=0:bframes=3"
    path = make_video(tmp_path / "v.mp4", 60, options={"x264-params": params})
    assert picked(path, range(0, 60, 2)) < 60
    for numbers in (range(30, 40), range(0, 60, 251)):
        with pytest.raises(UncertainError):
            picked(path, range(numbers.start, 600, 251) if numbers.step > 1 else numbers)
