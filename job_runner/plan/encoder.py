"""Which encoder, with which settings: chosen once, in the plan. Pure.

Identity profile: frame threads with a fixed count, constant rate factor, no VBV, closed GOPs,
arithmetic that is the same on every CPU. With VBV and threads x264 differs from run to run.
"""

from videojob_api.model import Model
from videojob_api.spec import Video

CRF = {"Low": 28, "Medium": 23, "High": 20, "VeryHigh": 17}
PRESET = {"Fast": "veryfast", "Medium": "medium", "Slow": "slow"}


class EncoderPlan(Model):
    """An FFmpeg encoder with all its options. One thread each: cores are kept busy by more segments."""

    name: str
    options: dict[str, str]
    threads: int = 1
    fallback: str | None = None


def choose_encoder(video: Video) -> EncoderPlan:
    """libx264; `Auto` says in `fallback` that the GPU was not used."""
    auto = (video.encoder or "Auto") == "Auto"
    return EncoderPlan(
        name="libx264",
        options=_x264_options(video),
        fallback="encoder Auto took libx264 on the CPU: this version has no GPU encoder" if auto else None,
    )


def _x264_options(video: Video) -> dict[str, str]:
    params = {"cpu-independent": "1", **(video.encoder_options or {})}
    crf = video.crf if video.crf is not None else CRF[video.quality or "High"]
    return {
        "preset": PRESET[video.preset or "Medium"],
        "crf": str(crf),
        "profile": video.profile or "high",
        "x264-params": ":".join(f"{key}={value}" for key, value in params.items()),
    }
