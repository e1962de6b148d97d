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
from videojob_api.output import Output, container_of
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
    """What is heard, the same in every output: `layout` at `rate` samples a second, where it is not copied."""

    rate: int
    layout: str
    replace: ReplacePlan | None = None
    gain: float = 0
    loudness: LoudnessPlan | None = None
    fade_in: Ratio | None = None
    fade_out: Ratio | None = None


class OutputAudioPlan(Model):
    """How an output holds the timeline's sound: the packets of `copy_of` as they are, or AAC of `bitrate` bits/s."""

    copy_of: str | None = None
    bitrate: int


def plan_sound(timeline: Timeline, clips: Sequence[Clip], facts: Mapping[str, InputFacts]) -> AudioPlan | None:
    """None where there is nothing to hear. Raises InputInvalid, SpecInvalid."""
    wanted = timeline.audio or TimelineAudio()
    heard = _replaced(wanted, facts) or _heard(clips, facts)
    if wanted.mode == "Mute" or not heard:
        return None
    sound = heard[0][1]
    return AudioPlan(
        rate=sound.rate if sound.rate in ENCODED.rates else ENCODED.rates[0],
        layout=kept_layout(sound.speakers),
        replace=_replacement(wanted, facts),
        gain=parse_level(wanted.gain, "dB") if wanted.gain else 0,
        loudness=_loudness(wanted),
        fade_in=parse_duration(wanted.fade_in) if wanted.fade_in else None,
        fade_out=parse_duration(wanted.fade_out) if wanted.fade_out else None,
    )


def plan_output_sound(
    audio: AudioPlan, output: Output, timeline: Timeline, clips: Sequence[Clip], facts: Mapping[str, InputFacts]
) -> OutputAudioPlan:
    """How `output` holds a timeline's `audio`: copied where nobody wants it changed and the container can hold it."""
    bitrate = output.audio.bitrate if output.audio else None
    # Sound that nothing has been done to is that of the one clip.
    copied = _is_kept(output, timeline, clips) and not _why_encoded(facts[clips[0].input], container_of(output))
    return OutputAudioPlan(
        copy_of=clips[0].input if copied else None,
        bitrate=int(bitrate.removesuffix("k")) * 1000 if bitrate else ENCODED.bitrate * _pairs(audio.layout),
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


def _is_kept(output: Output, timeline: Timeline, clips: Sequence[Clip]) -> bool:
    """Whether nobody wants the sound changed or encoded in a way of their own."""
    return not (output.audio and output.audio.bitrate) and _untouched(timeline, clips)


def _untouched(timeline: Timeline, clips: Sequence[Clip]) -> bool:
    """One whole clip, and nobody who wants its sound changed."""
    wanted = timeline.audio or TimelineAudio()
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
    audio: AudioPlan | None,
    held: OutputAudioPlan | None,
    output: Output,
    timeline: Timeline,
    clips: Sequence[Clip],
    facts: Mapping[str, InputFacts],
) -> list[Warning_]:
    """What becomes of the sound without anyone's having asked for it."""
    if audio is None or held is None or held.copy_of:
        return []
    heard = dict(_replaced(timeline.audio or TimelineAudio(), facts) or _heard(clips, facts))
    words = (mixed_words(name, sound, audio.layout) for name, sound in heard.items())
    mixed = [Warning_(reason=Note.SOUND_MIXED, message=text) for text in words if text]
    return mixed + (_encoded(facts[clips[0].input], output) if _is_kept(output, timeline, clips) else [])


def _encoded(only: InputFacts, output: Output) -> list[Warning_]:
    """Said where one might expect a copy."""
    why = _why_encoded(only, container_of(output))
    message = f"the sound of input {only.name} is encoded as {ENCODED.name.upper()}: {why}"
    return [Warning_(reason=Note.SOUND_ENCODED, message=message)] if why else []


def mixed_words(name: str, sound: AudioFacts, layout: str) -> str | None:
    """In words, where channels of an input are lost; None if none are."""
    if not sound.speakers:
        taken = "is brought to" if sound.layout.startswith("ambisonic") else "is taken by its first two channels, as"
        return f"the sound of input {name} ({sound.layout}) {taken} stereo"
    lost = COUNT[layout] < len(sound.speakers)
    return f"the sound of input {name} is brought from {sound.layout} to {layout}" if lost else None
