"""The first pictures of a stream, and whether they come as they say."""

from collections.abc import Callable
from pathlib import Path

import pytest

from job_runner.media.head import Head, read_head
from job_runner.media.untrusted import opened
from tests.unit.runner import odd
from tests.unit.runner.media import make_video, number_of


def head_of(path: Path) -> Head:
    with opened(str(path), "v") as container:
        stream = container.streams.video[0]
        assert stream is not None
        return read_head(container, stream, "v")


def coded(codec: str) -> Callable[[Path], Path]:
    return lambda path: odd.encoded(path, codec=codec, options={"bf": "2"})


@pytest.mark.parametrize(
    ("suffix", "make", "plain"),
    [
        ("mp4", make_video, True),
        ("ts", make_video, True),
        ("mp4", odd.without_display_times, False),
        ("avi", coded("libx264"), False),
        ("avi", coded("mpeg4"), False),
        ("mpg", coded("mpeg2video"), False),
        ("h264", coded("libx264"), False),
        ("ts", lambda path: odd.encoded(path, options={"x264-params": "tff=1"}), True),
    ],
)
def test_heads(suffix: str, make: Callable[[Path], Path], plain: bool, tmp_path: Path) -> None:
    head = head_of(make(tmp_path / f"v.{suffix}"))
    assert number_of(head.frame) == 0 and head.plain == plain
