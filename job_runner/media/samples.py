"""Sound of an input by sample number: exact cuts, whatever time stamps the file has."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet

from job_runner.effects.sound import Samples, seamless, usable
from job_runner.effects.stretch import stretched
from job_runner.media.convert import Converter, kind_of
from job_runner.media.packets import moved, readable, survived
from job_runner.media.sound_damage import WITHOUT_PADDING, Damaged, SoundDamage, unnoticed, within
from job_runner.media.tracks import Sound, sound_of, sound_stream
from job_runner.media.untrusted import open_input
from job_runner.plan.facts import AudioFacts
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


def cut(
    media: Open, facts: AudioFacts, start: Fraction, length: int, audio: AudioPlan, damaged: Damaged = unnoticed
) -> Iterator[Samples]:
    """Exactly `length` samples from `start` seconds of stream time on; silence where there is no sound."""
    if facts.right is not None:
        yield from _both(lambda side, mono: cut(media, side, start, length, mono, damaged), facts, audio)
        return
    left = length
    damaged = within(damaged, start, start + Fraction(length, audio.rate))
    pieces = _decoded(media(), facts, start - PRE_ROLL, audio, damaged)
    for samples in _gapless(round(start * audio.rate), pieces, audio):
        yield samples[:, :left]
        left -= min(left, samples.shape[1])
        if not left:
            return
    yield from silence(left, audio)


def until_end(
    media: Open, facts: AudioFacts, start: Fraction, audio: AudioPlan, damaged: Damaged = unnoticed
) -> Iterator[Samples]:
    """The sound from `start` seconds after its beginning on."""
    if facts.right is not None:
        yield from _both(lambda side, mono: until_end(media, side, start, mono, damaged), facts, audio)
        return
    damaged = within(damaged, facts.start + start, None)
    yield from _gapless(
        round(start * audio.rate),
        _decoded(media(), facts, start - PRE_ROLL, audio, damaged, from_its_own_start=True),
        audio,
    )


def listen(
    media: Open,
    facts: AudioFacts,
    start: Fraction,
    end: Fraction | None,
    stop_here: Callable[[], None],
    damaged: Damaged,
) -> None:
    """Decodes what is heard between two times, and makes nothing of it but to tell where it is damaged."""
    for side in _sides(facts):
        with open_input(media()) as container:
            stream = sound_stream(container, side.stream)
            if start > PRE_ROLL:
                _seek(container, stream, side, start - PRE_ROLL)
            for frame in _frames(container, stream, side, within(damaged, start, end)):
                stop_here()
                if end is not None and frame.time is not None and frame.time > end + 1:
                    return


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
    damaged: Damaged,
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
        if start > 0:
            _seek(container, sound.stream, facts, start + zero)
        pieces = _pieces(_frames(container, sound.stream, facts, damaged), sound, audio, zero, damaged)
        yield from seamless(_placed(pieces, audio.rate), round(EDGE * audio.rate))


def _seek(container: InputContainer, stream: AudioStream, facts: AudioFacts, time: Fraction) -> None:
    """To before a time of the stream; nowhere where its clock jumps."""
    if not facts.jumps:
        container.seek(int(time / Fraction(stream.time_base or 1)), stream=stream, backward=True)


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


def _pieces(
    frames: Iterator[AudioFrame], sound: Sound, audio: AudioPlan, zero: Fraction, damaged: Damaged
) -> Iterator[Piece]:
    """Each frame in the plan's form; where the kind of sound changes, and at last, what was still inside."""
    convert, kind, decoded = None, None, Fraction(0)
    found = SoundDamage(damaged, Fraction(sound.stream.time_base or 1))
    for frame in frames:
        if convert is None or kind != kind_of(frame):
            # Broadcasts go from stereo to 5.1 and back; a resampler knows what it began with only.
            yield from _rest(convert, decoded, audio)
            convert, kind = Converter(frame, sound, audio.layout, audio.rate), kind_of(frame)
        count = round(decoded * audio.rate)
        due = _due(frame, zero, audio, count)
        decoded += Fraction(frame.samples, frame.sample_rate)
        time, samples = frame.pts, convert(frame)
        none = np.zeros((channels(audio), 0), np.float32)
        yield Piece(due, count, none if samples is None else _usable(samples, time, found))
    yield from _rest(convert, decoded, audio)
    found.ended()


def _usable(samples: Samples, time: int | None, found: SoundDamage) -> Samples:
    """What came of a frame of that time, as far as it is sound."""
    clean = usable(samples)
    if clean is samples:
        found.heard(time, 0)
    else:
        found.lost(time)
    return clean


def _rest(convert: Converter | None, decoded: Fraction, audio: AudioPlan) -> Iterator[Piece]:
    samples = convert(None) if convert else None
    if samples is not None:
        yield Piece(None, round(decoded * audio.rate), usable(samples))


def _due(frame: AudioFrame, zero: Fraction, audio: AudioPlan, count: int) -> int | None:
    if frame.pts is None or frame.time_base is None:
        return None
    return round((frame.pts * frame.time_base - zero) * audio.rate) - count


def _frames(
    container: InputContainer, stream: AudioStream, facts: AudioFacts, damaged: Damaged
) -> Iterator[AudioFrame]:
    """What can be decoded; what cannot leaves a hole, which its neighbours' times show."""
    base, jumps = Fraction(stream.time_base or 1), facts.jumps
    clock, found = SoundClock(jumps, base), SoundDamage(damaged, base)
    for packet in _packets(container, stream, found, bool(jumps)):
        time = packet.dts if packet.dts is not None else packet.pts
        if jumps and time is not None:
            moved(packet, clock.offset(time, packet.duration or 0))
        try:
            frames: list[Any] = packet.decode()
        except av.error.FFmpegError as error:
            survived(error)
            found.lost(packet.pts)
            continue
        if any(frame.is_corrupt for frame in frames) or (packet.is_corrupt and not jumps):
            found.lost(packet.pts)
        elif frames and packet.size:
            found.heard(packet.pts, packet.duration or 0)
        yield from frames
    if facts.ends is not None:
        found.unread()
    found.ended()


def _packets(
    container: InputContainer, stream: AudioStream, found: SoundDamage, jumps: bool
) -> "Iterator[Packet[Any]]":
    """Of the sound. Others are read with them where it can be seen that some are missing."""
    if jumps or container.format.name not in WITHOUT_PADDING:
        yield from readable(container, [stream], found.unread)
        return
    for packet in readable(container, list(container.streams), found.unread):
        found.read(packet.pos, packet.size)
        # One that only ends a stream does not have its number.
        if packet.stream.index == stream.index:
            yield packet


def _both(
    sound: Callable[[AudioFacts, AudioPlan], Iterator[Samples]], facts: AudioFacts, audio: AudioPlan
) -> Iterator[Samples]:
    """Left and right, which have tracks of their own, in the plan's layout."""
    mono = audio.model_copy(update={"layout": "mono"})
    yield from _as_stereo(_paired(*(sound(side, mono) for side in _sides(facts))), audio)


def _sides(facts: AudioFacts) -> list[AudioFacts]:
    """Of each of its tracks."""
    tracks = [facts.stream] if facts.right is None else [facts.stream, facts.right]
    return [facts.model_copy(update={"stream": track, "right": None}) for track in tracks]


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
