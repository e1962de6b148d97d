"""The table of codecs is whole: every word that the API admits has its row, and every row all that is asked of it."""

import pytest

from tests.unit.api.enums import ENUMS
from videojob_api.codecs import (
    DEFAULT_CODEC,
    ENCODERS,
    MADE_BY,
    PIXEL_FORMATS,
    SOUND_CODECS,
    VIDEO_CODECS,
    Encoder,
    VideoCodec,
    video_codec,
)
from videojob_api.output import Video
from videojob_api.schema import model_schema


def words(field: str) -> set[str]:
    return set(ENUMS[f"outputs[].{field}"])


def test_every_codec_of_the_api_has_a_row() -> None:
    assert VIDEO_CODECS.keys() == words("video.codec")
    assert all(name == codec.name for name, codec in VIDEO_CODECS.items())
    assert SOUND_CODECS.keys() == words("audio.codec")


def test_the_default_is_the_one_that_the_api_tells() -> None:
    described = model_schema(Video)["properties"]["codec"]["description"]
    assert described.endswith(f"else {DEFAULT_CODEC}.")
    assert video_codec(None) == VIDEO_CODECS[DEFAULT_CODEC]
    assert video_codec("hevc").name == "hevc"


@pytest.mark.parametrize("codec", VIDEO_CODECS.values(), ids=lambda codec: codec.name)
def test_each_codec_has_every_encoder_and_a_profile_for_each_depth(codec: VideoCodec) -> None:
    assert codec.encoders.keys() == words("video.encoder") - {"Auto"}
    assert codec.profiles.keys() == {PIXEL_FORMATS[name].depth for name in words("video.pixelFormat")}
    assert all(codec.profiles.values()), "the last one is taken where none is asked for"
    assert set(codec.depths) <= codec.profiles.keys()


def test_every_profile_belongs_to_a_codec() -> None:
    known = {profile for codec in VIDEO_CODECS.values() for bits in codec.profiles.values() for profile in bits}
    assert known == words("video.profile")


def test_the_schema_admits_what_the_most_patient_codec_knows() -> None:
    assert model_schema(Video)["properties"]["crf"]["maximum"] == max(c.largest_crf for c in VIDEO_CODECS.values())


@pytest.mark.parametrize("encoder", ENCODERS.values(), ids=lambda encoder: encoder.name)
def test_each_encoder_knows_every_quality_preset_and_depth(encoder: Encoder) -> None:
    assert encoder.quality.keys() == words("video.quality")
    assert encoder.presets.keys() == words("video.preset")
    assert {depth: PIXEL_FORMATS[name].depth for depth, name in encoder.pixel_formats.items()} == {8: 8, 10: 10}
    in_order = [encoder.quality[word] for word in ("Low", "Medium", "High", "VeryHigh")]
    assert in_order == sorted(in_order, reverse=True)
    assert max(in_order) <= MADE_BY[encoder.name].largest_crf


def test_drawing_has_a_planar_format_for_each() -> None:
    assert words("video.pixelFormat") <= PIXEL_FORMATS.keys()
    for found in PIXEL_FORMATS.values():
        planar = PIXEL_FORMATS[found.planar]
        assert planar.planar == planar.name and planar.depth == found.depth
        assert planar.name in words("video.pixelFormat")


def test_no_two_rows_share_a_name() -> None:
    spelled = [word for codec in VIDEO_CODECS.values() for word in (codec.name, *codec.spelled)]
    assert len(spelled) == len(set(spelled))
    assert len(ENCODERS) == sum(len(codec.encoders) for codec in VIDEO_CODECS.values())
