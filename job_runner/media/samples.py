"""Sound of an input by sample number: exact cuts, whatever time stamps the file has."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer

from job_runner.effects.sound import Samples
from job_runner.media.packets import MAX_BAD_READS, moved, survived
from job_runner.media.source import first_sound
from job_runner.media.untrusted import open_input
from job_runner.plan.facts import Jump
from job_runner.plan.jumps import SoundClock
from job_runner.plan.sound import AudioPlan
from job_runner.workspace.ranges import Opened

PRE_ROLL = Fraction(1)
"""Seconds decoded and dropped before a cut: AAC frames lean on the one before."""
DRIFT_SECONDS = Fraction(1, 50)
"""A clock that has gone wrong by so much is put right: less than a frame, more than time stamps' rounding."""

CHUNK = 65536


def channels(audio: AudioPlan) -> int:
    """How many."""
    return av.AudioLayout(audio.layout).nb_channels


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


def cut(media: Opened, start: Fraction, length: int, audio: AudioPlan, jumps: Sequence[Jump] = ()) -> Iterator[Samples]:
    """Exactly `length` samples from `start` seconds of stream time on; silence where there is no sound."""
    first = round(start * audio.rate)
    position = first
    for at, samples in _decoded(media, start - PRE_ROLL, audio, jumps):
        if at > position:
            gap = min(at, first + length) - position
            yield from silence(gap, audio)
            position += max(0, gap)
        usable = samples[:, max(0, position - at) : max(0, first + length - at)]
        if usable.shape[1]:
            yield usable
            position += usable.shape[1]
        if position >= first + length:
            return
    yield from silence(first + length - position, audio)


def until_end(media: Opened, start: Fraction, audio: AudioPlan, jumps: Sequence[Jump] = ()) -> Iterator[Samples]:
    """The sound from `start` seconds after its beginning on."""
    wanted = round(start * audio.rate)
    for at, samples in _decoded(media, start - PRE_ROLL, audio, jumps, from_its_own_start=True):
        usable = samples[:, max(0, wanted - at) :]
        if usable.shape[1]:
            yield usable


def _decoded(
    media: Opened, start: Fraction, audio: AudioPlan, jumps: Sequence[Jump], from_its_own_start: bool = False
) -> Iterator[tuple[int, Samples]]:
    """Pieces of sound from about `start` on, each with the number of its first sample since time 0.

    Where the clock jumps, from the very beginning on: a seek would not know which of two equal times it has found.
    """
    with open_input(media) as container:
        stream = first_sound(container)
        assert stream is not None and stream.time_base is not None
        zero = (stream.start_time or 0) * stream.time_base if from_its_own_start else Fraction(0)
        if start > 0 and not jumps:
            container.seek(int((start + zero) / stream.time_base), stream=stream, backward=True)
        position: int | None = None
        for frame, pieces in _resampled(_frames(container, stream, jumps), audio):
            if frame and frame.pts is not None and frame.time_base is not None:
                due = round((frame.pts * frame.time_base - zero) * audio.rate)
                if position is None or abs(due - position) > DRIFT_SECONDS * audio.rate:
                    position = due
            for piece in pieces:
                samples = np.asarray(piece.to_ndarray(), np.float32)
                yield position or 0, samples
                position = (position or 0) + samples.shape[1]


def _resampled(frames: Iterator[AudioFrame], audio: AudioPlan) -> Iterator[tuple[AudioFrame | None, list[AudioFrame]]]:
    """Each frame with what comes out for it; at last, and where the kind of sound changes, what was still inside."""
    resampler, before = _resampler(audio), None
    for frame in frames:
        kind = (frame.format.name, frame.layout.name, frame.sample_rate)
        if before not in (None, kind):
            # Broadcasts go from stereo to 5.1 and back; a resampler knows what it began with only.
            yield None, resampler.resample(None)
            resampler = _resampler(audio)
        before = kind
        yield frame, resampler.resample(frame)
    yield None, resampler.resample(None)


def _resampler(audio: AudioPlan) -> AudioResampler:
    return AudioResampler(format="fltp", layout=audio.layout, rate=audio.rate)


def _frames(container: InputContainer, stream: AudioStream, jumps: Sequence[Jump]) -> Iterator[AudioFrame]:
    """What can be decoded; what cannot leaves a hole, which its neighbours' times show."""
    bad, clock = 0, SoundClock(jumps, Fraction(stream.time_base or 1))
    while bad < MAX_BAD_READS:
        try:
            for packet in container.demux(stream):
                time = packet.dts if packet.dts is not None else packet.pts
                if jumps and time is not None:
                    moved(packet, clock.offset(time, packet.duration or 0))
                try:
                    yield from packet.decode()
                except av.error.FFmpegError as error:
                    survived(error)
                    bad += 1
            return
        except av.error.FFmpegError as error:
            survived(error)
            bad += 1
