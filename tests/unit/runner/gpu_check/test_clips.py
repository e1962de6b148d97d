"""Clips for decoders: made once."""

from pathlib import Path

from job_runner.gpu_check.clips import BY_NAME, clip_of, facts_of, sized_clip
from tests.unit.runner.gpu_check.grounds import on_cpu


def test_a_clip_is_made_once(tmp_path: Path) -> None:
    ground, pattern = on_cpu(tmp_path), BY_NAME["h264 10 bit"]
    path = clip_of(pattern, ground)
    made = path.stat().st_mtime_ns
    assert clip_of(pattern, ground) == path and path.stat().st_mtime_ns == made
    assert sized_clip(pattern, ground, 10, ground.extent.size) != path


def test_facts_are_those_of_the_pattern(tmp_path: Path) -> None:
    ground = on_cpu(tmp_path)
    facts = facts_of(clip_of(BY_NAME["h264 10 bit"], ground))
    assert (facts.codec, facts.depth, (facts.width, facts.height)) == ("h264", 10, ground.extent.size)
