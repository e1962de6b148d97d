"""What the timeline's sound is: copied, made anew, or none. Pure."""

from collections.abc import Mapping, Sequence

from job_runner.errors import InputInvalid, SpecInvalid
from job_runner.plan.clips import is_muted
from job_runner.plan.facts import AudioFacts, InputFacts, Ratio
from videojob_api.model import Model
from videojob_api.order import Work
from videojob_api.output import container_of
from videojob_api.timeline import Clip, Timeline, TimelineAudio
from videojob_api.values import parse_duration, parse_level

AAC_BITRATE = 192_000
AAC_RATES = (48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000)
AAC_LAYOUTS = ("mono", "stereo", "3.0", "4.0", "5.0", "5.1")
# What players of these containers know; MP4 is also what the sound's own object is kept in.
COPYABLE = {
    "mp4": {"aac", "mp3", "ac3", "eac3", "opus", "alac", "flac"},
    "mov": {"aac", "mp3", "ac3", "eac3", "alac"},
    "mkv": {"aac", "mp3", "ac3", "eac3", "opus", "alac", "flac"},
}


class ReplacePlan(Model):
    """Another input's sound, from `start` seconds on."""

    input: str
    start: Ratio
    loop: bool


class LoudnessPlan(Model):
    """LUFS, and dBTP."""

    loudness: float
    true_peak: float


class AudioPlan(Model):
    """The sound's one artefact: copied packets of `copy_of`, or `layout` at `rate` samples a second."""

    copy_of: str | None = None
    rate: int
    layout: str
    bitrate: int
    replace: ReplacePlan | None = None
    gain: float = 0
    loudness: LoudnessPlan | None = None
    fade_in: Ratio | None = None
    fade_out: Ratio | None = None


def plan_sound(work: Work, clips: Sequence[Clip], facts: Mapping[str, InputFacts]) -> AudioPlan | None:
    """None where there is nothing to hear."""
    timeline = work.timeline or Timeline()
    wanted = timeline.audio or TimelineAudio()
    heard = _replaced(wanted, facts) or _heard(clips, facts)
    if wanted.mode == "Mute" or not heard:
        return None
    sound, output = heard[0][1], work.outputs[0]
    bitrate = output.audio.bitrate if output.audio else None
    copied = not bitrate and _untouched(timeline, wanted, clips) and sound.codec in COPYABLE[container_of(output)]
    copied = copied and _runs_through(facts[heard[0][0]])
    return AudioPlan(
        copy_of=heard[0][0] if copied else None,
        rate=sound.rate if sound.rate in AAC_RATES else 48_000,
        layout=sound.layout if sound.layout in AAC_LAYOUTS else _near(sound.layout),
        bitrate=int(bitrate.removesuffix("k")) * 1000 if bitrate else AAC_BITRATE * _pairs(sound),
        replace=_replacement(wanted, facts),
        gain=parse_level(wanted.gain, "dB") if wanted.gain else 0,
        loudness=_loudness(wanted),
        fade_in=parse_duration(wanted.fade_in) if wanted.fade_in else None,
        fade_out=parse_duration(wanted.fade_out) if wanted.fade_out else None,
    )


def _heard(clips: Sequence[Clip], facts: Mapping[str, InputFacts]) -> list[tuple[str, AudioFacts]]:
    sounds = ((c, facts[c.input].audio) for c in clips)
    return [(c.input, audio) for c, audio in sounds if audio and not is_muted(c)]


def _replaced(wanted: TimelineAudio, facts: Mapping[str, InputFacts]) -> list[tuple[str, AudioFacts]]:
    if not wanted.replace:
        return []
    sound = facts[wanted.replace.input].audio
    if sound is None:
        raise InputInvalid(f"input {wanted.replace.input} has no sound to replace that of the clips with")
    return [(wanted.replace.input, sound)]


def _replacement(wanted: TimelineAudio, facts: Mapping[str, InputFacts]) -> ReplacePlan | None:
    if not wanted.replace:
        return None
    start = parse_duration(wanted.replace.start or "0s")
    sound = facts[wanted.replace.input].audio
    if sound and sound.duration and start >= sound.duration:
        raise SpecInvalid(f"timeline.audio.replace.start: input {wanted.replace.input} ends before {start} s")
    return ReplacePlan(input=wanted.replace.input, start=start, loop=wanted.replace.loop)


def _loudness(wanted: TimelineAudio) -> LoudnessPlan | None:
    if not wanted.normalize:
        return None
    return LoudnessPlan(
        loudness=parse_level(wanted.normalize.loudness, "LUFS"),
        true_peak=parse_level(wanted.normalize.true_peak, "dBTP"),
    )


def _untouched(timeline: Timeline, wanted: TimelineAudio, clips: Sequence[Clip]) -> bool:
    """One whole clip, and nobody who wants its sound changed."""
    one = len(clips) == 1 and not clips[0].start and not clips[0].end and clips[0].speed == 1
    one = one and not (clips[0].audio and clips[0].audio.gain)
    changed = (wanted.replace, wanted.gain, wanted.normalize, wanted.fade_in, wanted.fade_out)
    return one and not any((*changed, timeline.fade_in, timeline.fade_out))


def _runs_through(facts: InputFacts) -> bool:
    """Whether every packet is heard, one after the other: a copy can leave nothing out, and mend no clock."""
    jumps = facts.video.jumps if facts.video else []
    return not jumps and not (facts.audio and facts.audio.cut)


def _near(layout: str) -> str:
    return "stereo" if layout in ("downmix", "2 channels", "binaural") else "5.1"


def _pairs(sound: AudioFacts) -> int:
    """AAC's bit rate grows with the channels; surround gets that of two stereo pairs."""
    return 1 if sound.layout in ("mono", "stereo") else 2
