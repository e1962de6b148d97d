"""The timeline's sound as one artefact: never per segment, whose joins would leave gaps.

Uncut AAC is copied packet by packet; all else is decoded, cut on the sample, encoded once.
"""

import io
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import chain

import av
import numpy as np
import numpy.typing as npt
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler

from job_runner.media.encode import BITEXACT
from job_runner.media.untrusted import open_input
from job_runner.plan.facts import VideoFacts
from job_runner.plan.plan import AudioPlan, ClipPlan, Plan
from job_runner.workspace.ranges import Opened

Samples = npt.NDArray[np.float32]
"""(channels, samples), -1 to 1."""

OpenInput = Callable[[str], Opened]
PRE_ROLL = Fraction(1)
"""Seconds decoded and dropped before a cut: AAC frames lean on the one before."""
DECLICK_SECONDS = Fraction(5, 1000)
GAP_SECONDS = Fraction(1, 10)
"""A hole in the sound, as opposed to a resampler's few samples in flight."""

CHUNK = 65536


def make_audio(plan: Plan, open_input: OpenInput, stop_here: Callable[[], None] = lambda: None) -> bytes | None:
    """The sound as M4A, or None where the timeline has none. `open_input` opens an input by name.

    `stop_here` is called now and then and may raise to end the work.
    """
    if plan.audio is None:
        return None
    if plan.audio.copy_of:
        return _copied(open_input(plan.audio.copy_of), plan.input(plan.audio.copy_of).video, stop_here)
    return _encoded(plan.audio, _timeline(plan, plan.audio, open_input), stop_here)


def _copied(media: Opened, video: VideoFacts, stop_here: Callable[[], None]) -> bytes:
    """The packets as they are, counted from the first frame of the picture."""
    buffer = io.BytesIO()
    with open_input(media) as source, av.open(buffer, "w", format="mp4") as target:
        target.flags |= BITEXACT
        stream = source.streams.audio[0]
        copy = target.add_stream_from_template(stream)
        assert stream.time_base is not None
        shift = round(video.start / stream.time_base)
        for packet in source.demux(stream):
            stop_here()
            if packet.size and packet.pts is not None and packet.dts is not None:
                packet.pts, packet.dts, packet.stream = packet.pts - shift, packet.dts - shift, copy
                target.mux(packet)
    return buffer.getvalue()


def _encoded(audio: AudioPlan, pieces: Iterator[Samples], stop_here: Callable[[], None]) -> bytes:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as target:
        target.flags |= BITEXACT
        stream = target.add_stream("aac", rate=audio.rate, layout=audio.layout)
        stream.bit_rate = audio.bitrate
        position = 0
        for piece in pieces:
            stop_here()
            target.mux(stream.encode(_frame(piece, audio, position)))
            position += piece.shape[1]
        target.mux(stream.encode(None))
    return buffer.getvalue()


def _frame(samples: Samples, audio: AudioPlan, position: int) -> AudioFrame:
    frame = AudioFrame.from_ndarray(np.ascontiguousarray(samples), format="fltp", layout=audio.layout)
    frame.sample_rate, frame.pts, frame.time_base = audio.rate, position, Fraction(1, audio.rate)
    return frame


def _timeline(plan: Plan, audio: AudioPlan, open_input: OpenInput) -> Iterator[Samples]:
    """Every clip's sound one after the other; clip borders fall on the sample nearest to the frame."""
    for clip in plan.clips:
        length = _sample(clip.end, plan, audio) - _sample(clip.first, plan, audio)
        facts = plan.input(clip.input)
        if clip.mute or facts.audio is None:
            yield from _silence(length, audio)
        else:
            start = facts.video.start + clip.source / plan.rate
            yield from _declicked(_cut(open_input(clip.input), start, length, audio), length, audio, _inner(clip, plan))


def _sample(frame: int, plan: Plan, audio: AudioPlan) -> int:
    return round(frame / plan.rate * audio.rate)


def _inner(clip: ClipPlan, plan: Plan) -> tuple[bool, bool]:
    """Whether the clip's start and end are cuts inside the timeline."""
    return clip.first > 0, clip.end < plan.frames


def _channels(audio: AudioPlan) -> int:
    return av.AudioLayout(audio.layout).nb_channels


def _silence(length: int, audio: AudioPlan) -> Iterator[Samples]:
    for first in range(0, length, CHUNK):
        yield np.zeros((_channels(audio), min(CHUNK, length - first)), np.float32)


def _cut(media: Opened, start: Fraction, length: int, audio: AudioPlan) -> Iterator[Samples]:
    """Exactly `length` samples from `start` seconds of stream time on; silence where there is no sound."""
    first = round(start * audio.rate)
    position = first
    for at, samples in _decoded(media, start - PRE_ROLL, audio):
        if at > position:
            gap = min(at, first + length) - position
            yield from _silence(gap, audio)
            position += max(0, gap)
        usable = samples[:, max(0, position - at) : max(0, first + length - at)]
        if usable.shape[1]:
            yield usable
            position += usable.shape[1]
        if position >= first + length:
            return
    yield from _silence(first + length - position, audio)


def _decoded(media: Opened, start: Fraction, audio: AudioPlan) -> Iterator[tuple[int, Samples]]:
    """Pieces of sound from about `start` on, each with the number of its first sample since time 0."""
    with open_input(media) as container:
        stream = container.streams.audio[0]
        assert stream.time_base is not None
        if start > 0:
            container.seek(int(start / stream.time_base), stream=stream, backward=True)
        resampler = AudioResampler(format="fltp", layout=audio.layout, rate=audio.rate)
        position: int | None = None
        for frame in chain(container.decode(stream), (None,)):
            if frame and frame.pts is not None and frame.time_base is not None:
                due = round(frame.pts * frame.time_base * audio.rate)
                if position is None or abs(due - position) > GAP_SECONDS * audio.rate:
                    position = due
            for piece in resampler.resample(frame):
                samples = np.asarray(piece.to_ndarray(), np.float32)
                yield position or 0, samples
                position = (position or 0) + samples.shape[1]


def _declicked(pieces: Iterator[Samples], length: int, audio: AudioPlan, inner: tuple[bool, bool]) -> Iterator[Samples]:
    """A few milliseconds of fade where the sound is cut inside the timeline."""
    ramp = max(1, round(DECLICK_SECONDS * audio.rate))
    position = 0
    for piece in pieces:
        at = np.arange(position, position + piece.shape[1])
        gain = np.ones(piece.shape[1], np.float32)
        if inner[0]:
            gain = np.minimum(gain, (at + 1) / ramp)
        if inner[1]:
            gain = np.minimum(gain, (length - at) / ramp)
        yield np.asarray(piece * gain, np.float32)
        position += piece.shape[1]
