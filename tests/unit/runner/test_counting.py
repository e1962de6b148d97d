"""Pictures of files that do not say when they are shown."""

from fractions import Fraction
from pathlib import Path

import pytest

from job_runner.media.counting import counted
from tests.unit.runner import odd
from tests.unit.runner.media import make_video, video_facts
from tests.unit.runner.odd import FRAMES, encoded


@pytest.mark.parametrize("suffix", ["mp4", "ts", "mkv"])
def test_counting_finds_what_a_file_says(suffix: str, tmp_path: Path) -> None:
    """Where it does say it."""
    path = make_video(tmp_path / f"v.{suffix}", frames=FRAMES)
    told = video_facts(path)
    found = counted(str(path), "v", told)
    assert found.counted is not None and found.counted.frames == FRAMES
    assert (found.start, found.duration) == (told.start, told.duration)


@pytest.mark.parametrize("codec", ["libx264", "mpeg4", "mjpeg"])
def test_pictures_in_avi_come_evenly(codec: str, tmp_path: Path) -> None:
    """However many of them the decoder holds back."""
    pixels = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    path = encoded(
        tmp_path / "v.avi", codec=codec, pixel_format=pixels, options={} if codec == "mjpeg" else {"bf": "2"}
    )
    times = counted(str(path), "v", video_facts(path)).counted
    assert times is not None
    assert [times.seconds(k) for k in range(times.frames + 1)] == [Fraction(k, 25) for k in range(FRAMES + 1)]


def test_raw_pictures_have_the_rate_told(tmp_path: Path) -> None:
    times = video_facts(encoded(tmp_path / "v.h264")).counted
    assert times is not None and times.seconds(times.frames) == Fraction(FRAMES, 25)


def test_counted_pictures_that_come_unevenly_have_a_pace(tmp_path: Path) -> None:
    """And a rate at which they are all seen, as those of files that tell."""
    facts = video_facts(odd.without_display_times(tmp_path / "v.mp4", odd.BURSTS))
    assert facts.counted is not None and facts.counted.frames == FRAMES
    assert facts.rate == 60 and facts.pace is not None and facts.pace.lost == 0


def test_damaged_files_are_counted_the_same_each_time(tmp_path: Path) -> None:
    path = odd.flipped(12, lambda path: encoded(path))(tmp_path / "v.h264")
    facts = video_facts(path)
    assert facts.counted is not None and 0 < facts.counted.frames <= FRAMES
    assert all(counted(str(path), "v", facts).counted == facts.counted for _ in range(3))
