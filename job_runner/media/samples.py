"""Sound of an input by sample number: exact cuts, whatever time stamps the file has."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer

from job_runner.effects.sound import Samples, seamless
from job_runner.effects.stretch import stretched
from job_runner.media.convert import Converter, kind_of
from job_runner.media.packets import moved, readable, survived
from job_runner.media.tracks import Sound, sound_of
from job_runner.media.untrusted import open_input
from job_runner.plan.facts import AudioFacts, Jump
from job_runner.plan.jumps import SoundClock
from job_runner.plan.layouts import COUNT
from job_runner.plan.sound import AudioPlan
from job_runner.plan.sync import FEW, Sync, limits_of
from job_runner.workspace.ranges import Opened

PRE_ROLL = Fraction(1)
"""Seconds decoded and dropped before a cut: AAC frames lean on the one before."""
EDGE = Fraction(5, 1000)
"""Seconds over which sound falls and rises where some is missing."""

CHUNK = 65536

Open = Callable[[], Opened]


@dataclass(frozen=True)
class Piece:
    """A frame's samples in the plan's form; `due` as in Sync, `count` the samples decoded before it."""

    due: int | None
    count: int
    samples: Samples


def channels(audio: AudioPlan) -> int:
    """The number of channels of the timeline's sound."""
    return COUNT[audio.layout]


def silence(length: int, audio: AudioPlan) -> Iterator[Samples]:
    """`length` samples of nothing."""
    for first in range(0, length, CHUNK):
        yield np.zeros((channels(audio), min(CHUNK, length - first)), np.float32)


def exactly(pieces: Iterator[Samples], length: int, audio: AudioPlan) -> Iterator[Samples]:
    """The first `length` samples, with silence after them where there are fewer."""
    left = length
    for piece in pieces:
        if left > 0:
            yield piece[:, :left]
            left -= min(left, piece.shape[1])
    yield from silence(left, audio)


def cut(media: Open, facts: AudioFacts, start: Fraction, length: int, audio: AudioPlan) -> Iterator[Samples]:
    """Exactly `length` samples from `start` seconds of stream time on; silence where there is no sound."""
    if facts.right is not None:
        yield from _both(lambda side, mono: cut(media, side, start, length, mono), facts, audio)
        return
    left = length
    pieces = _decoded(media(), facts, start - PRE_ROLL, audio)
    for samples in _gapless(round(start * audio.rate), pieces, audio):
        yield samples[:, :left]
        left -= min(left, samples.shape[1])
        if not left:
            return
    yield from silence(left, audio)


def until_end(media: Open, facts: AudioFacts, start: Fraction, audio: AudioPlan) -> Iterator[Samples]:
    """The sound from `start` seconds after its beginning on."""
    if facts.right is not None:
        yield from _both(lambda side, mono: until_end(media, side, start, mono), facts, audio)
        return
    yield from _gapless(
        round(start * audio.rate),
        _decoded(media(), facts, start - PRE_ROLL, audio, from_its_own_start=True),
        audio,
    )


def _gapless(first: int, pieces: Iterable[tuple[int, Samples]], audio: AudioPlan) -> Iterator[Samples]:
    """From sample `first` on, holes filled with silence."""
    position = first
    for at, samples in pieces:
        yield from silence(at - position, audio)
        position = max(position, at)
        usable = samples[:, position - at :]
        if usable.shape[1]:
            yield usable
            position += usable.shape[1]


def _decoded(
    media: Opened,
    facts: AudioFacts,
    start: Fraction,
    audio: AudioPlan,
    from_its_own_start: bool = False,
) -> Iterator[tuple[int, Samples]]:
    """Pieces of sound from about `start` on, each with the number of its first sample since time 0.

    Where the clock jumps, from the very beginning on: a seek would not know which of two equal times it has found.
    """
    with open_input(media) as container:
        sound = sound_of(container, facts.stream)
        base = sound.stream.time_base
        assert base is not None
        zero = (sound.stream.start_time or 0) * base if from_its_own_start else Fraction(0)
        if start > 0 and not facts.jumps:
            container.seek(int((start + zero) / base), stream=sound.stream, backward=True)
        pieces = _pieces(_frames(container, sound.stream, facts.jumps), sound, audio, zero)
        yield from seamless(_placed(pieces, audio.rate), round(EDGE * audio.rate))


def _placed(pieces: Iterator[Piece], rate: int) -> Iterator[tuple[int, Samples]]:
    """Each piece with the number of its first sample, as its time stamp and those around it have it."""
    sync, position = Sync(rate), 0
    for piece, ahead in _looking_ahead(pieces, rate):
        if piece.due is not None:
            position += sync.step([p.due for p in ahead if p.due is not None])
        samples = stretched(piece.samples, sync.slip(piece.due, piece.count, piece.samples.shape[1]))
        yield position, samples
        position += samples.shape[1]


def _looking_ahead(pieces: Iterator[Piece], rate: int) -> Iterator[tuple[Piece, deque[Piece]]]:
    """Each piece, and with it those of the second that begins with it."""
    ahead: deque[Piece] = deque()
    window = limits_of(rate).window
    for piece in pieces:
        ahead.append(piece)
        while len(ahead) > FEW and piece.count - ahead[0].count > window:
            yield ahead[0], ahead
            ahead.popleft()
    while ahead:
        yield ahead[0], ahead
        ahead.popleft()


def _pieces(frames: Iterator[AudioFrame], sound: Sound, audio: AudioPlan, zero: Fraction) -> Iterator[Piece]:
    """Each frame in the plan's form; where the kind of sound changes, and at last, what was still inside."""
    convert, kind, decoded = None, None, Fraction(0)
    for frame in frames:
        if convert is None or kind != kind_of(frame):
            # Broadcasts go from stereo to 5.1 and back; a resampler knows what it began with only.
            yield from _rest(convert, decoded, audio)
            convert, kind = Converter(frame, sound, audio.layout, audio.rate), kind_of(frame)
        count = round(decoded * audio.rate)
        due = _due(frame, zero, audio, count)
        decoded += Fraction(frame.samples, frame.sample_rate)
        samples = convert(frame)
        yield Piece(due, count, np.zeros((channels(audio), 0), np.float32) if samples is None else samples)
    yield from _rest(convert, decoded, audio)


def _rest(convert: Converter | None, decoded: Fraction, audio: AudioPlan) -> Iterator[Piece]:
    samples = convert(None) if convert else None
    if samples is not None:
        yield Piece(None, round(decoded * audio.rate), samples)


def _due(frame: AudioFrame, zero: Fraction, audio: AudioPlan, count: int) -> int | None:
    if frame.pts is None or frame.time_base is None:
        return None
    return round((frame.pts * frame.time_base - zero) * audio.rate) - count


def _frames(container: InputContainer, stream: AudioStream, jumps: Sequence[Jump]) -> Iterator[AudioFrame]:
    """What can be decoded; what cannot leaves a hole, which its neighbours' times show."""
    clock = SoundClock(jumps, Fraction(stream.time_base or 1))
    for packet in readable(container, [stream]):
        time = packet.dts if packet.dts is not None else packet.pts
        if jumps and time is not None:
            moved(packet, clock.offset(time, packet.duration or 0))
        try:
            frames: list[Any] = packet.decode()
            yield from frames
        except av.error.FFmpegError as error:
            survived(error)


def _both(
    sound: Callable[[AudioFacts, AudioPlan], Iterator[Samples]], facts: AudioFacts, audio: AudioPlan
) -> Iterator[Samples]:
    """Left and right, which have tracks of their own, in the plan's layout."""
    sides = (facts.model_copy(update={"stream": k, "right": None}) for k in (facts.stream, facts.right))
    mono = audio.model_copy(update={"layout": "mono"})
    yield from _as_stereo(_paired(*(sound(side, mono) for side in sides)), audio)


def _paired(left: Iterator[Samples], right: Iterator[Samples]) -> Iterator[Samples]:
    """Two sounds of one channel and the same length as one of two."""
    sides, held = (left, right), [np.zeros((1, 0), np.float32) for _ in range(2)]
    while True:
        for k, side in enumerate(sides):
            if not held[k].shape[1]:
                held[k] = next(side, held[k])
        length = min(h.shape[1] for h in held)
        if not length:
            return
        yield np.concatenate([h[:, :length] for h in held])
        held = [h[:, length:] for h in held]


def _as_stereo(pieces: Iterator[Samples], audio: AudioPlan) -> Iterator[Samples]:
    """Stereo in the plan's layout."""
    convert = None
    for piece in pieces:
        frame = AudioFrame.from_ndarray(np.ascontiguousarray(piece), format="fltp", layout="stereo")
        frame.sample_rate = audio.rate
        convert = convert or Converter(frame, None, audio.layout, audio.rate)
        samples = convert(frame)
        if samples is not None:
            yield samples
