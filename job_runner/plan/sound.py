"""What the timeline's sound is: copied, made anew, or none. Pure."""

from collections.abc import Mapping, Sequence

from job_runner.errors import InputInvalid, SpecInvalid
from job_runner.plan.clips import is_muted, is_whole
from job_runner.plan.facts import AudioFacts, InputFacts, Ratio
from job_runner.plan.layouts import COUNT, kept_layout
from videojob_api.codecs import SOUND_CODECS
from videojob_api.containers import CONTAINERS, Container
from videojob_api.model import Model
from videojob_api.names import Note
from videojob_api.order import Work
from videojob_api.output import container_of
from videojob_api.report import Warning_
from videojob_api.sound import TimelineAudio
from videojob_api.timeline import Clip, Timeline
from videojob_api.values import parse_duration, parse_level

ENCODED = SOUND_CODECS["aac"]
"""What sound is encoded as; a plan does not say it, as there is no other."""
LEAST_MP3_RATE = 16_000
"""Samples a second: FFmpeg's MP4 muxer takes no less."""


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
    whole = not bitrate and _untouched(timeline, wanted, clips)
    copied = whole and not _why_encoded(facts[heard[0][0]], container_of(output))
    layout = kept_layout(sound.speakers)
    return AudioPlan(
        copy_of=heard[0][0] if copied else None,
        rate=sound.rate if sound.rate in ENCODED.rates else ENCODED.rates[0],
        layout=layout,
        bitrate=int(bitrate.removesuffix("k")) * 1000 if bitrate else ENCODED.bitrate * _pairs(layout),
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
    one = len(clips) == 1 and is_whole(clips[0]) and not (clips[0].audio and clips[0].audio.gain)
    changed = (wanted.replace, wanted.gain, wanted.normalize, wanted.fade_in, wanted.fade_out)
    return one and not any((*changed, timeline.fade_in, timeline.fade_out))


def _pairs(layout: str) -> int:
    """AAC's bit rate grows with the channels; surround gets that of two stereo pairs."""
    return 1 if COUNT[layout] <= 2 else 2


def _why_encoded(facts: InputFacts, container: str) -> str | None:
    """Why sound that nobody wants changed cannot be copied; None if it can."""
    sound = facts.audio
    assert sound is not None, "it is heard"
    if sound.cut:
        return "its edit list leaves out parts of it"
    if sound.jumps:
        return "its clock jumps"
    if sound.codec not in CONTAINERS[container].sounds:
        return f"players do not take {sound.codec} in {container.upper()}"
    if sound.codec == "mp3" and sound.rate < LEAST_MP3_RATE:
        return f"MP4 does not hold MP3 of {sound.rate} Hz"
    if sound.right is not None:
        return "left and right have tracks of their own"
    return None if sound.in_order else "its channels are in an order that not every player knows"


def kept_in(container: str, codec: str) -> Container:
    """The format of the sound's own object while it waits: MP4, whose times are exact, if it holds the codec."""
    exact = CONTAINERS["mp4"]
    return exact if codec in exact.sounds else CONTAINERS[container]


def sound_notes(
    work: Work, plan: AudioPlan | None, clips: Sequence[Clip], facts: Mapping[str, InputFacts]
) -> list[Warning_]:
    """What becomes of the sound without anyone's having asked for it."""
    wanted = (work.timeline or Timeline()).audio or TimelineAudio()
    if plan is None or plan.copy_of:
        return []
    heard = dict(_replaced(wanted, facts) or _heard(clips, facts))
    words = (mixed_words(name, sound, plan.layout) for name, sound in heard.items())
    mixed = [Warning_(reason=Note.SOUND_MIXED, message=text) for text in words if text]
    return mixed + _encoded(work, clips, [facts[name] for name in heard])


def _encoded(work: Work, clips: Sequence[Clip], heard: Sequence[InputFacts]) -> list[Warning_]:
    """Said where one might expect a copy."""
    timeline, output = work.timeline or Timeline(), work.outputs[0]
    untouched = _untouched(timeline, timeline.audio or TimelineAudio(), clips)
    if not untouched or (output.audio and output.audio.bitrate):
        return []
    whys = ((facts.name, _why_encoded(facts, container_of(output))) for facts in heard)
    return [
        Warning_(
            reason=Note.SOUND_ENCODED,
            message=f"the sound of input {name} is encoded as {ENCODED.name.upper()}: {why}",
        )
        for name, why in whys
        if why
    ]


def mixed_words(name: str, sound: AudioFacts, layout: str) -> str | None:
    """In words, where channels of an input are lost; None if none are."""
    if not sound.speakers:
        taken = "is brought to" if sound.layout.startswith("ambisonic") else "is taken by its first two channels, as"
        return f"the sound of input {name} ({sound.layout}) {taken} stereo"
    lost = COUNT[layout] < len(sound.speakers)
    return f"the sound of input {name} is brought from {sound.layout} to {layout}" if lost else None
