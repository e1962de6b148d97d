"""Which encoder, with which settings: chosen once, in the plan. Pure.

Identity profile: a fixed number of threads, constant rate factor, no VBV, closed GOPs, arithmetic that is the same
on every CPU. With VBV and threads x264 and x265 differ from run to run.
"""

from collections.abc import Callable, Mapping

from job_runner.errors import NodeUnfit, SpecInvalid
from job_runner.plan.facts import PQ, ColorTags, Mastering
from videojob_api.checks import PROFILES
from videojob_api.model import Model
from videojob_api.output import Video

CPU = {"h264": "libx264", "hevc": "libx265", "av1": "libsvtav1"}
NVENC = {"h264": "h264_nvenc", "hevc": "hevc_nvenc", "av1": "av1_nvenc"}
# What looks alike has another number in each encoder; none of them is a promise of equal quality.
QUALITY = {
    "libx264": {"Low": 28, "Medium": 23, "High": 20, "VeryHigh": 17},
    "libx265": {"Low": 31, "Medium": 26, "High": 22, "VeryHigh": 18},
    "libsvtav1": {"Low": 45, "Medium": 36, "High": 29, "VeryHigh": 22},
    "h264_nvenc": {"Low": 32, "Medium": 27, "High": 23, "VeryHigh": 19},
    "hevc_nvenc": {"Low": 33, "Medium": 28, "High": 24, "VeryHigh": 20},
    "av1_nvenc": {"Low": 40, "Medium": 34, "High": 29, "VeryHigh": 24},
}
PRESET: dict[str, dict[str, str]] = {
    "libx264": {"Fast": "veryfast", "Medium": "medium", "Slow": "slow"},
    "libx265": {"Fast": "veryfast", "Medium": "medium", "Slow": "slow"},
    "libsvtav1": {"Fast": "11", "Medium": "8", "Slow": "5"},
    "nvenc": {"Fast": "p2", "Medium": "p4", "Slow": "p6"},
}
Opens = Callable[[str, Mapping[str, str], str], str | None]
"""Encoder name, options, pixel format -> None if it really encodes, else why not."""


class EncoderPlan(Model):
    """An FFmpeg encoder with all its options. One thread each: cores are kept busy by more segments."""

    name: str
    options: dict[str, str]
    pixel_format: str = "yuv420p"
    threads: int = 1
    fallback: str | None = None


def choose_encoder(
    video: Video, pixel_format: str, color: ColorTags, mastering: Mastering | None, opens: Opens
) -> EncoderPlan:
    """By `encoder`; Auto takes NVENC where it really opens and says in `fallback` why it does not.

    Raises NodeUnfit where NVENC is asked for and there is none, SpecInvalid for a profile that the codec lacks.
    """
    codec = video.codec or "h264"
    profile = _profile(video, codec, 10 if pixel_format.endswith("10le") else 8)
    wanted, why = video.encoder or "Auto", ""
    # NVENC writes no mastering metadata that PyAV could hand it.
    if wanted != "CPU" and not color.is_hdr:
        gpu = EncoderPlan(name=NVENC[codec], options=_nvenc(video, codec, profile), pixel_format=_gpu(pixel_format))
        why = opens(gpu.name, gpu.options, gpu.pixel_format) or ""
        if not why:
            return gpu
    if wanted == "NVENC":
        raise NodeUnfit(f"encoder NVENC: {why or 'HDR goes to the CPU encoders only'}; use a GPU with NVENC, or Auto")
    options = _CPU_OPTIONS[codec](video, profile, color, mastering)
    fallback = f"encoder Auto took {CPU[codec]} on the CPU: {why or 'the video is HDR'}" if wanted == "Auto" else None
    return EncoderPlan(name=CPU[codec], options=options, pixel_format=pixel_format, fallback=fallback)


def _gpu(pixel_format: str) -> str:
    return "p010le" if pixel_format.endswith("10le") else pixel_format


def _profile(video: Video, codec: str, depth: int) -> str:
    known = PROFILES[codec][depth]
    if video.profile and video.profile not in known:
        raise SpecInvalid(
            f"outputs[0].video.profile: {codec} with {depth} bit has {' or '.join(known)}, not {video.profile}"
        )
    return video.profile or known[-1]


def _crf(video: Video, encoder: str) -> str:
    return str(video.crf if video.crf is not None else QUALITY[encoder][video.quality or "High"])


def _common(video: Video, encoder: str) -> dict[str, str]:
    return {"preset": PRESET[encoder][video.preset or "Medium"], "crf": _crf(video, encoder)}


def _joined(params: Mapping[str, str]) -> str:
    return ":".join(f"{key}={value}" for key, value in params.items())


def _x264(video: Video, profile: str, color: ColorTags, mastering: Mastering | None) -> dict[str, str]:
    return {
        **_common(video, "libx264"),
        "profile": profile,
        "x264-params": _joined({"cpu-independent": "1", **(video.encoder_options or {})}),
    }


def _x265(video: Video, profile: str, color: ColorTags, mastering: Mastering | None) -> dict[str, str]:
    """Without its info SEI, which tells thread counts and so makes extradata differ between machines."""
    params = {"info": "0", "open-gop": "0", "pools": "none", "frame-threads": "1", "wpp": "0", "log-level": "error"}
    if color.transfer == PQ:
        params |= {"hdr10": "1", "repeat-headers": "1"}
    if mastering and mastering.display:
        d = mastering.display
        params["master-display"] = f"G({d[0]},{d[1]})B({d[2]},{d[3]})R({d[4]},{d[5]})WP({d[6]},{d[7]})L({d[8]},{d[9]})"
    if mastering and mastering.light:
        params["max-cll"] = f"{mastering.light[0]},{mastering.light[1]}"
    return {
        **_common(video, "libx265"),
        "profile": profile,
        "x265-params": _joined({**params, **(video.encoder_options or {})}),
    }


def _svt(video: Video, profile: str, color: ColorTags, mastering: Mastering | None) -> dict[str, str]:
    params = {"lp": "1"}
    if mastering and mastering.display:
        g, b, r, w = (_fraction(mastering.display[k : k + 2], 50_000) for k in (0, 2, 4, 6))
        light = _fraction(mastering.display[8:10], 10_000)
        params["mastering-display"] = f"G({g})B({b})R({r})WP({w})L({light})"
    if mastering and mastering.light:
        params["content-light"] = f"{mastering.light[0]},{mastering.light[1]}"
    return {
        **_common(video, "libsvtav1"),
        "svtav1-params": _joined({**params, **(video.encoder_options or {})}),
    }


_Options = Callable[[Video, str, ColorTags, Mastering | None], dict[str, str]]
_CPU_OPTIONS: dict[str, _Options] = {"h264": _x264, "hevc": _x265, "av1": _svt}


def _fraction(pair: list[int], unit: int) -> str:
    return ",".join(f"{value / unit:.4f}" for value in pair)


def _nvenc(video: Video, codec: str, profile: str) -> dict[str, str]:
    """The most repeatable settings: constant quality, no look-ahead, one pass."""
    name = NVENC[codec]
    options = {
        "preset": PRESET["nvenc"][video.preset or "Medium"],
        "tune": "hq",
        "rc": "vbr",
        "cq": _crf(video, name),
        "b": "0",
        "bf": "2" if codec == "h264" else "0",
        "g": "300",
        "spatial-aq": "1",
        "multipass": "disabled",
        "forced-idr": "1",
    }
    if codec != "av1":
        options["profile"] = profile
    return options | (video.encoder_options or {})
