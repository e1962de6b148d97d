"""Each codec of the API is encoded by something that FFmpeg has, with settings of its own."""

from collections.abc import Mapping
from typing import Any

import av
import pytest

from job_runner.errors import NodeUnfit, SpecInvalid
from job_runner.plan.encoder import OPTIONS, EncoderPlan, choose_encoder
from job_runner.plan.facts import PQ, ColorTags, Mastering
from job_runner.plan.sound import ENCODED
from tests.unit.api.enums import ENUMS
from videojob_api.codecs import ENCODERS, MADE_BY, SOUND_CODECS, Encoder
from videojob_api.containers import CONTAINERS
from videojob_api.output import Video

SDR = ColorTags(primaries=1, transfer=1, matrix=1, range=1)
HDR = ColorTags(primaries=9, transfer=PQ, matrix=9, range=1)
MASTERING = Mastering(display=[13250, 34500, 7500, 3000, 34000, 16000, 15635, 16450, 10_000_000, 50], light=[1000, 400])


def everywhere(name: str, options: Mapping[str, str], pixel_format: str) -> str | None:
    return None


def nowhere(name: str, options: Mapping[str, str], pixel_format: str) -> str | None:
    return f"{name} does not open on this machine"


def chosen(pixel_format: str = "yuv420p", opens: Any = everywhere, **video: Any) -> EncoderPlan:
    return choose_encoder(Video.model_validate(video), pixel_format, SDR, None, opens)


def test_every_encoder_has_its_options_and_no_others() -> None:
    assert OPTIONS.keys() == ENCODERS.keys()


@pytest.mark.parametrize("encoder", ENCODERS.values(), ids=lambda encoder: encoder.name)
def test_ffmpeg_has_each_encoder_for_its_codec_and_pixel_formats(encoder: Encoder) -> None:
    known = av.Codec(encoder.name, "w")
    assert known.canonical_name == MADE_BY[encoder.name].name
    assert {known_format.name for known_format in known.video_formats or []} >= set(encoder.pixel_formats.values())


def test_ffmpeg_has_what_sound_and_files_are_made_with() -> None:
    for codec in SOUND_CODECS.values():
        known = av.Codec(codec.encoder, "w")
        assert known.canonical_name == codec.name
        assert set(known.audio_rates or codec.rates) >= set(codec.rates)
    for container in CONTAINERS.values():
        assert av.ContainerFormat(container.muxer, "w").is_output


def test_sound_is_made_as_the_only_codec_there_is() -> None:
    """A plan does not say which: a second one needs a field there first."""
    assert [ENCODED.name] == ENUMS["outputs[].audio.codec"]


def test_x264() -> None:
    assert chosen(encoder="CPU", encoderOptions={"me": "hex"}) == EncoderPlan(
        name="libx264",
        options={"preset": "medium", "crf": "20", "profile": "high", "x264-params": "cpu-independent=1:me=hex"},
    )


def test_x265_with_static_metadata() -> None:
    video = Video(codec="hevc", encoder="CPU", quality="Low", preset="Fast")
    found = choose_encoder(video, "yuv420p10le", HDR, MASTERING, everywhere)
    assert (found.name, found.pixel_format) == ("libx265", "yuv420p10le")
    assert {name: found.options[name] for name in ("preset", "crf", "profile")} == {
        "preset": "veryfast",
        "crf": "31",
        "profile": "main10",
    }
    assert found.options["x265-params"].endswith(
        ":hdr10=1:repeat-headers=1:master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)"
        "L(10000000,50):max-cll=1000,400"
    )


def test_svt_av1_takes_no_profile() -> None:
    found = choose_encoder(Video(codec="av1", encoder="CPU", crf=60), "yuv420p10le", HDR, MASTERING, everywhere)
    assert found.options == {
        "preset": "8",
        "crf": "60",
        "svtav1-params": "lp=1:mastering-display=G(0.2650,0.6900)B(0.1500,0.0600)R(0.6800,0.3200)WP(0.3127,0.3290)"
        "L(1000.0000,0.0050):content-light=1000,400",
    }


@pytest.mark.parametrize(
    ("codec", "name", "profile", "b_frames"),
    [("h264", "h264_nvenc", "high10", "2"), ("hevc", "hevc_nvenc", "main10", "0"), ("av1", "av1_nvenc", None, "0")],
)
def test_nvenc(codec: str, name: str, profile: str | None, b_frames: str) -> None:
    found = chosen("yuv420p10le", codec=codec, preset="Slow", encoder="NVENC", encoderOptions={"spatial-aq": "0"})
    assert (found.name, found.pixel_format, found.fallback) == (name, "p010le", None)
    assert (found.options.get("profile"), found.options["bf"], found.options["preset"]) == (profile, b_frames, "p6")
    assert found.options["spatial-aq"] == "0"


def test_auto_says_why_it_took_the_cpu() -> None:
    found = chosen(opens=nowhere)
    assert found.name == "libx264"
    assert found.fallback == "encoder Auto took libx264 on the CPU: h264_nvenc does not open on this machine"
    assert chosen().name == "h264_nvenc"
    assert chosen(encoder="CPU").fallback is None


def test_nvenc_or_nothing() -> None:
    with pytest.raises(NodeUnfit, match="h264_nvenc does not open on this machine; use a GPU with NVENC, or Auto"):
        chosen(opens=nowhere, encoder="NVENC")
    with pytest.raises(NodeUnfit, match="HDR goes to the CPU encoders only"):
        choose_encoder(Video(codec="hevc", encoder="NVENC"), "yuv420p10le", HDR, None, everywhere)


def test_a_profile_that_the_codec_lacks_at_this_depth() -> None:
    with pytest.raises(SpecInvalid, match="profile: h264 with 10 bit has high10, not main"):
        chosen("yuv420p10le", encoder="CPU", profile="main")
    assert chosen(encoder="CPU", profile="baseline").options["profile"] == "baseline"
