"""A decoder made by name behind the seek of all sources, with the CPU's in place of a GPU's."""

from pathlib import Path

import av
import pytest

from job_runner.gpu_check.clips import facts_of
from job_runner.media.hardware import CPU, CUDA, HardwareSource, RefusedError, accelerator
from job_runner.media.patterns import PATTERNS, Pattern, make_pattern
from job_runner.media.semiplanar import planes_of
from job_runner.media.source import FrameSource
from job_runner.plan.times import ConstantClock
from tests.unit.runner.gpu_check.grounds import without_gpu

FRAMES = 40
BACK_AND_FORTH = (*range(FRAMES), 39, 3, 38, 0, 12, 11, 25)


@pytest.mark.parametrize("pattern", PATTERNS, ids=str)
def test_frames_are_those_of_every_source(pattern: Pattern, tmp_path: Path) -> None:
    path = make_pattern(tmp_path / "clip.mkv", pattern, FRAMES, (192, 144))
    facts = facts_of(path)
    clock = ConstantClock(facts.rate)
    with FrameSource(str(path), facts, clock) as one, HardwareSource(str(path), facts, clock, CPU) as other:
        for number in BACK_AND_FORTH:
            pair = zip(planes_of(one.at(number)), planes_of(other.at(number)), strict=True)
            assert all((a == b).all() for a, b in pair), number


def test_what_gives_no_frame_is_refused(tmp_path: Path) -> None:
    """As a GPU refuses what it has no circuit for: packet by packet."""
    path = make_pattern(tmp_path / "clip.mkv", PATTERNS[0], FRAMES, (192, 144))
    facts = facts_of(path)
    emptied(path, tmp_path / "empty.mkv")
    with pytest.raises(RefusedError, match="it gives no frame"):
        HardwareSource(str(tmp_path / "empty.mkv"), facts, ConstantClock(facts.rate), CPU)


def emptied(path: Path, target: Path) -> None:
    """A file whose packets are there, and none of them can be decoded."""
    with av.open(str(path)) as source, av.open(str(target), "w") as made:
        stream = made.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            nothing = av.Packet(bytes(packet.size))
            nothing.pts, nothing.dts, nothing.time_base = packet.pts, packet.dts, packet.time_base
            nothing.stream, nothing.is_keyframe = stream, packet.is_keyframe
            if packet.size:
                made.mux(nothing)


def test_the_cpu_needs_no_accelerator() -> None:
    assert accelerator(CPU) is None


@without_gpu
def test_without_a_gpu_it_does_not_fall_back(tmp_path: Path) -> None:
    path = make_pattern(tmp_path / "clip.mkv", PATTERNS[0], FRAMES, (192, 144))
    facts = facts_of(path)
    with pytest.raises(RefusedError, match="it does not open: "):
        HardwareSource(str(path), facts, ConstantClock(facts.rate), CUDA)
