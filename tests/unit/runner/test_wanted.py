"""Some frames of odd files: the same bytes as when every picture is decoded in one thread, from the file's start on."""

import hashlib
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import pytest
from av.video.frame import VideoFrame

from job_runner.media.device import NoFrameError
from job_runner.media.rows import rows_of
from job_runner.media.source import FrameSource
from job_runner.media.timing import frame_times
from job_runner.media.wanted import wanted_frames
from job_runner.plan.facts import VideoFacts
from job_runner.plan.times import VariableTimes
from tests.testbed import cache
from tests.unit.runner import odd
from tests.unit.runner.media import make_video, video_facts
from tests.unit.runner.test_real_files import DAMAGED, GOOD, coded, video

Make = Callable[[Path], Path]
EVERY = (1, 2, 3, 5, 12, 250)


def hevc(params: str) -> Make:
    common = "log-level=error:keyint=12:min-keyint=12:scenecut=0:bframes=4"
    return coded(codec="libx265", options={"x265-params": f"{common}:{params}"})


def footage(name: str) -> Make:
    return lambda path: cache.footage() / name


KNOWN = (
    "plain", "matroska", "mpeg-ts", "open gop", "open gop in ts", "intra refresh", "b-pyramid", "one key frame",
    "key frames only", "edit list", "raw h264", "avi", "flv", "avi with b-frames", "without display times",
    "program stream", "material exchange format", "fragments", "trimmed by an edit list", "cut in two",
    "joined, back in time", "joined, ahead in time", "clock begins anew", "motion jpeg", "prores", "size changes",
    "interlaced", "4:2:2", "lossless", "cover picture", "still picture", "one frame", "two frames",
)  # fmt: skip
MPEG2 = {"bf": "2", "q": "2", "g": "12"}
KINDS: dict[str, tuple[str, Make]] = {
    **{name: (GOOD[name][0], GOOD[name][1]) for name in KNOWN},
    **DAMAGED,
    "short gops": ("mkv", video(gop=12)),
    "variable": ("mp4", video(gop=10, times=odd.BURSTS)),
    "variable, mkv": ("mkv", video(gop=10, times=odd.random_times(3))),
    "paused": ("ts", odd.paused),
    "misdated": ("ts", odd.misdated(20, 40)),
    "hevc, closed gops": ("mp4", hevc("open-gop=0")),
    "hevc, open gops": ("mp4", hevc("open-gop=1")),
    "hevc, open gops, ts": ("ts", hevc("open-gop=1")),
    "hevc, sub-layers": ("mp4", hevc("temporal-layers=3")),
    "av1": ("mp4", coded(codec="libsvtav1", options={"preset": "12", "g": "12"})),
    "vp9": ("webm", coded(codec="libvpx-vp9", options={"deadline": "realtime", "cpu-used": "8", "g": "12"})),
    "mpeg-2": ("ts", coded(codec="mpeg2video", options=MPEG2)),
    "mpeg-2, interlaced": ("ts", coded(codec="mpeg2video", options=MPEG2 | {"flags": "+ildct+ilme"})),
    "dv": ("avi", coded(codec="dvvideo", size=(720, 576), frames=12)),
    "bikes": ("mp4", footage("bikes.mp4")),
    "carphone": ("mp4", footage("carphone_pristine.mp4")),
}
NOT_IN_WINDOWS = {"flipped, intra refresh"}
"""Damage in a file that has no key frame to begin anew with: what is made of it depends on all that came before."""


def opened(path: Path) -> tuple[VideoFacts, VariableTimes]:
    facts = video_facts(path)
    return facts, frame_times(str(path), "v", facts)


def digest(frame: VideoFrame) -> str:
    told = (frame.format.name, frame.width, frame.height, frame.pts, bool(frame.interlaced_frame), frame.time_base)
    found = hashlib.sha1(repr((*told, int(frame.color_range), int(frame.colorspace))).encode())
    for plane in frame.planes:
        width = plane.line_size if frame.format.name.startswith(("bgr", "rgb")) else plane.buffer_size // plane.height
        found.update(rows_of(plane, 8)[: plane.height, : min(width, plane.width * _bytes(frame))].tobytes())
    return found.hexdigest()


def _bytes(frame: VideoFrame) -> int:
    """Of a sample, at most."""
    return 4 if not frame.format.is_planar else 1 + (max(c.bits for c in frame.format.components) > 8)


def whole(path: Path, facts: VideoFacts, times: VariableTimes) -> list[str]:
    """Every frame by a decoder that leaves nothing out."""
    with FrameSource(str(path), facts, times) as source:
        return [digest(source.at(number)) for number in range(times.frames)]


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_frames_as_by_decoding_all(kind: str, tmp_path: Path) -> None:
    """From the file's start, and in windows that begin in the middle."""
    suffix, make = KINDS[kind]
    path = make(tmp_path / f"v.{suffix}")
    facts, times = opened(path)
    wanted = whole(path, facts, times)

    def check(numbers: range, threads: int) -> None:
        found = [(n, digest(frame)) for n, frame in wanted_frames(str(path), facts, times, numbers, threads)]
        assert found == [(n, wanted[n]) for n in numbers], (numbers, threads)

    for every in EVERY:
        check(range(0, times.frames, every), 1 + every % 2)
    if kind not in NOT_IN_WINDOWS:
        for first in range(0, times.frames, 25):
            check(range(first, min(first + 25, times.frames), 3), 1 + first % 2)


def test_two_packets_of_one_time(tmp_path: Path) -> None:
    """Nobody says which picture is meant: all are decoded, and the last one is shown."""
    times = [3600 * k - (k == 20) * 3600 for k in range(40)]
    path = tmp_path / "v.mkv"
    whole_file = make_video(tmp_path / "w.mp4", 40, options={"bf": "0"})
    with av.open(str(whole_file)) as inside, av.open(str(path), "w") as outside:
        copy = outside.add_stream_from_template(inside.streams.video[0])
        for number, packet in enumerate(p for p in inside.demux() if p.size):
            packet.time_base, packet.pts = Fraction(1, 90000), times[number]
            packet.dts, packet.stream = packet.pts, copy
            outside.mux(packet)
    facts, found = opened(path)
    frames = whole(path, facts, found)
    for every in (1, 3, 19):
        numbers = range(0, found.frames, every)
        assert [digest(f) for _, f in wanted_frames(str(path), facts, found, numbers)] == [frames[n] for n in numbers]


def test_a_file_without_a_frame(tmp_path: Path) -> None:
    path = make_video(tmp_path / "v.mp4", 5)
    facts, times = opened(path)
    data = bytearray(path.read_bytes())
    at = data.index(b"mdat") + 4
    end = at - 8 + int.from_bytes(data[at - 8 : at - 4])
    data[at:end] = bytes(end - at)
    path.write_bytes(data)
    with pytest.raises(NoFrameError):
        list(wanted_frames(str(path), facts, times, range(5)))


def test_no_numbers(tmp_path: Path) -> None:
    path = make_video(tmp_path / "v.mp4", 5)
    assert not list(wanted_frames(str(path), *opened(path), range(0)))
