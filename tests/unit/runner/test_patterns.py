"""Clips in every codec: all frames are there, no two are alike, and key frames come often."""

from pathlib import Path

import av
import pytest

from job_runner.media.patterns import PATTERNS, SMALL_GOP, Pattern, make_pattern
from job_runner.media.semiplanar import planes_of


@pytest.mark.parametrize("pattern", PATTERNS, ids=str)
def test_what_was_asked_for(pattern: Pattern, tmp_path: Path) -> None:
    path = make_pattern(tmp_path / "clip.mkv", pattern, 2 * SMALL_GOP + 1, (192, 144))
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        keys = sum(packet.is_keyframe for packet in container.demux(stream) if packet.size)
        assert (stream.codec_context.codec.canonical_name, stream.width) == (pattern.codec, 192)
    with av.open(str(path)) as container:
        frames = list(container.decode(video=0))
    assert {frame.format.name for frame in frames} == {pattern.pixel_format}
    assert len({planes_of(frame)[0].tobytes() for frame in frames}) == 2 * SMALL_GOP + 1 and keys >= 2


def test_every_codec_of_nvdec_is_here_that_can_be() -> None:
    """VC-1 and Windows Media 9 cannot be encoded here; H.263 is a video phone's."""
    known = {name for name in av.codecs_available if _has_nvdec(name)}
    assert known - {pattern.codec for pattern in PATTERNS} == {"vc1", "wmv3", "h263", "h263p"}
    assert {pattern.codec for pattern in PATTERNS} <= known


def _has_nvdec(name: str) -> bool:
    try:
        codec = av.Codec(name, "r")
    except ValueError:
        return False
    # FFmpeg's decoders named after cuvid are another road to the same circuits.
    return "cuvid" not in name and any(config.device_type.name == "cuda" for config in codec.hardware_configs or [])
