"""Clips that checks decode: made once, opened by both decoders."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from job_runner.gpu_check.found import NotHereError
from job_runner.gpu_check.ground import Ground, Size
from job_runner.media.hardware import HardwareSource, RefusedError
from job_runner.media.patterns import PATTERNS, Pattern, make_pattern
from job_runner.media.probe import probe
from job_runner.media.source import FrameSource
from job_runner.plan.facts import VideoFacts
from job_runner.plan.times import ConstantClock

BY_NAME = {str(pattern): pattern for pattern in PATTERNS}


def clip_of(pattern: Pattern, ground: Ground) -> Path:
    """Made when it is first asked for."""
    return sized_clip(pattern, ground, ground.extent.frames, ground.extent.size)


def sized_clip(pattern: Pattern, ground: Ground, frames: int, size: Size) -> Path:
    """The same, longer or larger."""
    path = ground.folder / f"{pattern.encoder}-{pattern.depth}-{size[0]}x{size[1]}-{frames}.mkv"
    return path if path.exists() else make_pattern(path, pattern, frames, size)


def facts_of(path: Path) -> VideoFacts:
    """Of a clip's picture."""
    facts, _ = probe(str(path), path.name)
    assert facts is not None
    return facts


@contextmanager
def on_cpu(path: Path) -> Iterator[FrameSource]:
    """Its frames as every job sees them."""
    facts = facts_of(path)
    with FrameSource(str(path), facts, ConstantClock(facts.rate)) as source:
        yield source


@contextmanager
def on_device(path: Path, ground: Ground, stays: bool = False) -> Iterator[HardwareSource]:
    """Its frames by the device's decoder. Raises NotHereError if that does not take them."""
    facts = facts_of(path)
    try:
        source = HardwareSource(str(path), facts, ConstantClock(facts.rate), ground.device, stays)
    except RefusedError as why:
        raise NotHereError(f"the decoder refuses it, {why}: the CPU would decode it") from why
    with source:
        yield source
