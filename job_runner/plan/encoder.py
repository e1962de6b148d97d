"""Which encoder, with which settings: chosen once, in the plan. Pure.

Identity profile: a fixed number of threads, constant rate factor, no VBV, closed GOPs, arithmetic that is the same
on every CPU. With VBV and threads x264 and x265 differ from run to run.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from job_runner.errors import NodeUnfit, SpecInvalid
from job_runner.plan.facts import PQ, ColorTags, Mastering
from videojob_api.codecs import PIXEL_FORMATS, Encoder, VideoCodec, video_codec
from videojob_api.model import Model
from videojob_api.output import Video

Opens = Callable[[str, Mapping[str, str], str], str | None]
"""Encoder name, options, pixel format -> None if it really encodes, else why not."""


class EncoderPlan(Model):
    """An FFmpeg encoder with all its options. One thread each: cores are kept busy by more segments."""

    name: str
    options: dict[str, str]
    pixel_format: str = "yuv420p"
    threads: int = 1
    fallback: str | None = None


@dataclass(frozen=True)
class Wanted:
    """What options are made of: the spec's words, the profile, and the output's colour and HDR metadata."""

    video: Video
    profile: str
    color: ColorTags
    mastering: Mastering | None


def choose_encoder(
    video: Video, pixel_format: str, color: ColorTags, mastering: Mastering | None, opens: Opens
) -> EncoderPlan:
    """By `encoder`; Auto takes NVENC where it really opens and says in `fallback` why it does not.

    Raises NodeUnfit where NVENC is asked for and there is none, SpecInvalid for a profile that the codec lacks.
    """
    codec, depth = video_codec(video.codec), PIXEL_FORMATS[pixel_format].depth
    wanted = Wanted(video, _profile(video, codec, depth), color, mastering)
    asked, why = video.encoder or "Auto", ""
    # NVENC writes no mastering metadata that PyAV could hand it.
    if asked != "CPU" and not color.is_hdr:
        gpu = _planned(codec.encoders["NVENC"], wanted, depth)
        why = opens(gpu.name, gpu.options, gpu.pixel_format) or ""
        if not why:
            return gpu
    if asked == "NVENC":
        raise NodeUnfit(f"encoder NVENC: {why or 'HDR goes to the CPU encoders only'}; use a GPU with NVENC, or Auto")
    cpu = codec.encoders["CPU"]
    fallback = f"encoder Auto took {cpu.name} on the CPU: {why or 'the video is HDR'}" if asked == "Auto" else None
    return _planned(cpu, wanted, depth).model_copy(update={"fallback": fallback})


def _planned(encoder: Encoder, wanted: Wanted, depth: int) -> EncoderPlan:
    options = OPTIONS[encoder.name](encoder, wanted)
    return EncoderPlan(name=encoder.name, options=options, pixel_format=encoder.pixel_formats[depth])


def _profile(video: Video, codec: VideoCodec, depth: int) -> str:
    known = codec.profiles[depth]
    if video.profile and video.profile not in known:
        raise SpecInvalid(
            f"outputs[0].video.profile: {codec.name} with {depth} bit has {' or '.join(known)}, not {video.profile}"
        )
    return video.profile or known[-1]


def _crf(encoder: Encoder, video: Video) -> str:
    return str(video.crf if video.crf is not None else encoder.quality[video.quality or "High"])


def _common(encoder: Encoder, wanted: Wanted) -> dict[str, str]:
    video = wanted.video
    return {
        "preset": encoder.presets[video.preset or "Medium"],
        "crf": _crf(encoder, video),
        **_profile_option(encoder, wanted),
    }


def _profile_option(encoder: Encoder, wanted: Wanted) -> dict[str, str]:
    return {"profile": wanted.profile} if encoder.has_profiles else {}


def _joined(params: Mapping[str, str], wanted: Wanted) -> str:
    """With the spec's own, which replace ours."""
    return ":".join(f"{key}={value}" for key, value in {**params, **(wanted.video.encoder_options or {})}.items())


def _x264(encoder: Encoder, wanted: Wanted) -> dict[str, str]:
    return {**_common(encoder, wanted), "x264-params": _joined({"cpu-independent": "1"}, wanted)}


def _x265(encoder: Encoder, wanted: Wanted) -> dict[str, str]:
    """Without its info SEI, which tells thread counts and so makes extradata differ between machines."""
    params = {"info": "0", "open-gop": "0", "pools": "none", "frame-threads": "1", "wpp": "0", "log-level": "error"}
    mastering = wanted.mastering
    if wanted.color.transfer == PQ:
        params |= {"hdr10": "1", "repeat-headers": "1"}
    if mastering and mastering.display:
        d = mastering.display
        params["master-display"] = f"G({d[0]},{d[1]})B({d[2]},{d[3]})R({d[4]},{d[5]})WP({d[6]},{d[7]})L({d[8]},{d[9]})"
    if mastering and mastering.light:
        params["max-cll"] = f"{mastering.light[0]},{mastering.light[1]}"
    return {**_common(encoder, wanted), "x265-params": _joined(params, wanted)}


def _svt(encoder: Encoder, wanted: Wanted) -> dict[str, str]:
    params, mastering = {"lp": "1"}, wanted.mastering
    if mastering and mastering.display:
        g, b, r, w = (_fraction(mastering.display[k : k + 2], 50_000) for k in (0, 2, 4, 6))
        light = _fraction(mastering.display[8:10], 10_000)
        params["mastering-display"] = f"G({g})B({b})R({r})WP({w})L({light})"
    if mastering and mastering.light:
        params["content-light"] = f"{mastering.light[0]},{mastering.light[1]}"
    return {**_common(encoder, wanted), "svtav1-params": _joined(params, wanted)}


def _fraction(pair: list[int], unit: int) -> str:
    return ",".join(f"{value / unit:.4f}" for value in pair)


def _nvenc(encoder: Encoder, wanted: Wanted) -> dict[str, str]:
    """The most repeatable settings: constant quality, no look-ahead, one pass."""
    video = wanted.video
    return {
        "preset": encoder.presets[video.preset or "Medium"],
        "tune": "hq",
        "rc": "vbr",
        "cq": _crf(encoder, video),
        "b": "0",
        "bf": str(encoder.b_frames),
        "g": "300",
        "spatial-aq": "1",
        "multipass": "disabled",
        "forced-idr": "1",
        **_profile_option(encoder, wanted),
        **(video.encoder_options or {}),
    }


OPTIONS: dict[str, Callable[[Encoder, Wanted], dict[str, str]]] = {
    "libx264": _x264,
    "libx265": _x265,
    "libsvtav1": _svt,
    "h264_nvenc": _nvenc,
    "hevc_nvenc": _nvenc,
    "av1_nvenc": _nvenc,
}
"""By FFmpeg's name of the encoder."""
