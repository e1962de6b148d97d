"""The timeline's sound as one artefact: never per segment, whose joins would leave gaps.

Uncut sound is copied packet by packet; all else is decoded, cut on the sample, encoded once.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream

from job_runner.effects.sound import Ramp, Samples, amplitude, shaped
from job_runner.media.copy import NotCopyable, copy_sound
from job_runner.media.encoder_check import BITEXACT
from job_runner.media.loudness import SILENCE, measured
from job_runner.media.packets import go_on
from job_runner.media.samples import channels, cut, exactly, listen, silence, until_end
from job_runner.media.sound_damage import Damaged, since
from job_runner.media.tempo import needed, retimed
from job_runner.plan.clips import ClipPlan
from job_runner.plan.facts import InputFacts
from job_runner.plan.output import OutputPlan
from job_runner.plan.plan import Plan
from job_runner.plan.sound import ENCODED, AudioPlan, LoudnessPlan, ReplacePlan, mixed_words
from job_runner.workspace.ranges import Opened
from videojob_api.names import Note

OpenInput = Callable[[str], Opened]
Warn = Callable[[Note, str], None]
DamagedInput = Callable[[str, Fraction], None]
DECLICK_SECONDS = Fraction(5, 1000)


def make_audio(
    plan: Plan,
    output: OutputPlan,
    open_input: OpenInput,
    path: Path,
    stop_here: Callable[[], None] = go_on,
    warn: Warn = lambda note, message: None,
    damaged: DamagedInput = lambda name, at: None,
) -> None:
    """Writes the sound of a plan that has some to `path`, as `output` holds it. `open_input` opens an input by name.

    `stop_here` is called now and then and may raise to end the work; `warn` is told what a user should know, and
    `damaged` of which input, and at which second of it, sound cannot be decoded or is missing.
    """
    audio, held = plan.audio, output.audio
    assert audio is not None and held is not None
    if held.copy_of:
        _listen(plan, held.copy_of, open_input, stop_here, damaged)
        try:
            copy_sound(plan, output.container, held.copy_of, open_input(held.copy_of), path, stop_here)
            return
        except NotCopyable as error:
            warn(Note.SOUND_ENCODED, f"the sound of input {held.copy_of} is encoded anew, as {error}")
            if mixed := mixed_words(held.copy_of, plan.sound(held.copy_of), audio.layout):
                warn(Note.SOUND_MIXED, mixed)

    def finished(gain: float) -> Iterator[AudioFrame]:
        return _frames(_finished(plan, audio, gain, open_input, damaged), audio, stop_here)

    gain = audio.gain
    if audio.loudness:
        gain += _correction(audio.loudness, *measured(finished(audio.gain), audio.rate, audio.layout))
    _encode(audio, held.bitrate, finished(gain), path)


def _listen(plan: Plan, name: str, open_input: OpenInput, stop_here: Callable[[], None], damaged: DamagedInput) -> None:
    """To sound that is copied, and decoded for nothing else: a thousandth of the time that it lasts."""
    start, told = plan.video(name).start, _told(plan.input(name), damaged)
    listen(partial(open_input, name), plan.sound(name), start, start + plan.duration, stop_here, told)


def _told(facts: InputFacts, damaged: DamagedInput) -> Damaged:
    """Of an input, in seconds from its beginning on."""
    return since(facts.origin, partial(damaged, facts.name))


def _correction(wanted: LoudnessPlan, loudness: float, peak: float) -> float:
    """Decibels to the wanted loudness, or as many as the true peak allows. Silence stays silence."""
    return 0.0 if loudness <= SILENCE else min(wanted.loudness - loudness, wanted.true_peak - peak)


def _encode(audio: AudioPlan, bitrate: int, frames: Iterator[AudioFrame], path: Path) -> None:
    with av.open(str(path), "w", format="mp4") as target:
        target.flags |= BITEXACT
        stream = target.add_stream(ENCODED.encoder, rate=audio.rate, layout=audio.layout)
        assert isinstance(stream, AudioStream)
        stream.bit_rate = bitrate
        for frame in frames:
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))


def _frames(pieces: Iterable[Samples], audio: AudioPlan, stop_here: Callable[[], None]) -> Iterator[AudioFrame]:
    position = 0
    for piece in pieces:
        stop_here()
        frame = AudioFrame.from_ndarray(np.ascontiguousarray(piece), format="fltp", layout=audio.layout)
        frame.sample_rate, frame.pts, frame.time_base = audio.rate, position, Fraction(1, audio.rate)
        position += piece.shape[1]
        yield frame


def _finished(
    plan: Plan, audio: AudioPlan, gain: float, open_input: OpenInput, damaged: DamagedInput
) -> Iterator[Samples]:
    """The timeline's sound with its gain (dB) and the fades at its ends."""
    if audio.replace:
        pieces = _replaced(plan, audio.replace, audio, open_input, damaged)
    else:
        pieces = overlaid(list(_clips(plan, audio, open_input, damaged)), channels(audio))
    ramps, position, factor = _ends(plan, audio), 0, amplitude(gain)
    for piece in pieces:
        yield shaped(piece, position, factor, ramps)
        position += piece.shape[1]


def _ends(plan: Plan, audio: AudioPlan) -> list[Ramp]:
    """Fades of the timeline, and of its sound alone."""
    total = _sample(plan.frames, plan, audio)
    rises = [_sample(plan.fade_in.frames, plan, audio)] if plan.fade_in else []
    falls = [total - _sample(plan.frames - plan.fade_out.frames, plan, audio)] if plan.fade_out else []
    rises += [round(audio.fade_in * audio.rate)] if audio.fade_in else []
    falls += [round(audio.fade_out * audio.rate)] if audio.fade_out else []
    return [Ramp(0, length) for length in rises] + [Ramp(total - length, length, falls=True) for length in falls]


def _sample(frame: int, plan: Plan, audio: AudioPlan) -> int:
    """The sample nearest to the border of a frame."""
    return round(plan.seconds(frame) * audio.rate)


def _replaced(
    plan: Plan, replace: ReplacePlan, audio: AudioPlan, open_input: OpenInput, damaged: DamagedInput
) -> Iterator[Samples]:
    """Of another sound, again and again if it loops, then silence: as much as the timeline is long."""
    media, told = partial(open_input, replace.input), _told(plan.input(replace.input), damaged)
    left = _sample(plan.frames, plan, audio)
    while left > 0:
        before = left
        for piece in until_end(media, plan.sound(replace.input), replace.start, audio, told):
            yield piece[:, :left]
            left -= min(left, piece.shape[1])
            if left <= 0:
                return
        if not replace.loop or left == before:
            yield from silence(left, audio)
            return


Part = tuple[int, Iterator[Samples]]


def _clips(plan: Plan, audio: AudioPlan, open_input: OpenInput, damaged: DamagedInput) -> Iterator[Part]:
    """Every clip's first sample, and its sound."""
    for index, clip in enumerate(plan.clips):
        first = _sample(clip.first, plan, audio)
        length = _sample(clip.end, plan, audio) - first
        facts = plan.input(clip.input)
        if clip.mute or facts.audio is None or facts.video is None:
            yield first, silence(length, audio)
        else:
            start = facts.video.start + plan.clock.seconds(clip.source)
            following = plan.clips[index + 1] if index + 1 < len(plan.clips) else None
            ramps = _ramps(clip, following, plan, audio)
            media = partial(open_input, clip.input)
            sound = _at_speed(clip, facts, start, length, audio, media, _told(facts, damaged))
            yield first, _shaped(sound, amplitude(clip.gain), ramps)


def _at_speed(
    clip: ClipPlan,
    facts: InputFacts,
    start: Fraction,
    length: int,
    audio: AudioPlan,
    media: Callable[[], Opened],
    damaged: Damaged,
) -> Iterator[Samples]:
    """Exactly `length` samples of a clip's sound from `start` seconds of stream time on."""
    assert facts.audio is not None and facts.video is not None
    if clip.speed == 1:
        return cut(media, facts.audio, start, length, audio, damaged)
    whole = cut(media, facts.audio, start, needed(length, clip.speed), audio, damaged)
    return exactly(retimed(whole, clip.speed, audio), length, audio)


def _ramps(clip: ClipPlan, following: ClipPlan | None, plan: Plan, audio: AudioPlan) -> list[Ramp]:
    """Of a clip's own samples: crossfades, fades through a colour, and a few milliseconds at bare cuts."""
    first, end = _sample(clip.first, plan, audio), _sample(clip.end, plan, audio)
    declick = max(1, round(DECLICK_SECONDS * audio.rate))
    ramps = []
    if clip.cross:
        ramps.append(Ramp(0, _sample(clip.first + clip.cross, plan, audio) - first, equal_power=True))
    elif clip.first > 0:
        rise = _sample(clip.first + clip.fade_in.frames, plan, audio) - first if clip.fade_in else declick
        ramps.append(Ramp(0, rise))
    if following:
        fall = clip.fade_out.frames if clip.fade_out else following.cross
        length = end - _sample(clip.end - fall, plan, audio) if fall else declick
        ramps.append(Ramp(end - first - length, length, falls=True, equal_power=following.cross > 0))
    return ramps


def _shaped(pieces: Iterator[Samples], gain: float, ramps: list[Ramp]) -> Iterator[Samples]:
    position = 0
    for piece in pieces:
        yield shaped(piece, position, gain, ramps)
        position += piece.shape[1]


def overlaid(parts: Sequence[Part], count: int) -> Iterator[Samples]:
    """Adds sounds up that begin one after the other; what nothing more can be added to is given out."""
    held, start = np.zeros((count, 0), np.float32), 0
    begins = [first for first, _ in parts]
    for (position, pieces), final in zip(parts, [*begins[1:], None], strict=True):
        for piece in pieces:
            end = position + piece.shape[1]
            more = np.zeros((count, max(0, end - start - held.shape[1])), np.float32)
            held = np.concatenate([held, more], axis=1)
            held[:, position - start : end - start] += piece
            position, ready = end, (end if final is None else min(end, final)) - start
            if ready > 0:
                yield held[:, :ready]
                held, start = held[:, ready:], start + ready
