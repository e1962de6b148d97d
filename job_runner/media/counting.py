"""Counting pictures: for files whose packets do not tell when their pictures are shown, or tell it wrong.

Raw streams, B-frames in AVI, MP4 without display times, fields in packets of their own: each picture is decoded once.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Literal

import av

from job_runner.media.packets import asking, go_on, pictures, survived
from job_runner.media.tracks import video_stream
from job_runner.media.untrusted import opened
from job_runner.plan.believed import Stamps, believed
from job_runner.plan.facts import VideoFacts
from job_runner.plan.timeline import timescale
from job_runner.plan.times import VariableTimes, fine_scale
from job_runner.workspace.ranges import Opened


def counted(media: Opened, name: str, facts: VideoFacts, stop_here: Callable[[], None] = go_on) -> VideoFacts:
    """The facts with start, length and the time of every picture that comes out of the decoder, in order.

    `stop_here` is called for each packet, and may raise.
    """
    base, stamps, bad = _stamps(media, name, facts, "AUTO", stop_here)
    if bad:
        # With several threads, what comes out of damaged data may not be the same twice.
        base, stamps, _ = _stamps(media, name, facts, "NONE", stop_here)
    if all(own is None and decoded is None for own, decoded in stamps):
        scale = timescale(facts.rate)
        ticks, step = [int(number * scale / facts.rate) for number in range(len(stamps))], int(scale / facts.rate)
    else:
        scale = fine_scale(base)
        unit, step = int(base * scale), max(1, round(scale / facts.rate))
        ticks = believed([_scaled(pair, unit) for pair in stamps], step)
    start = Fraction(ticks[0], scale)
    times = VariableTimes.of([tick - ticks[0] for tick in ticks], step, scale)
    return facts.model_copy(update={"counted": times, "start": start, "duration": times.seconds(times.frames)})


def _stamps(
    media: Opened, name: str, facts: VideoFacts, threads: Literal["AUTO", "NONE"], stop_here: Callable[[], None]
) -> tuple[Fraction, list[Stamps], int]:
    """The time base, the stamps of each picture, and how many are damaged or missing."""
    found: list[Stamps] = []
    bad = 0
    with opened(media, name) as container:
        stream = video_stream(container, facts.stream)
        stream.thread_type = threads
        base = Fraction(stream.time_base or 1)
        for packet in asking(pictures(container, stream, facts.jumps), stop_here):
            try:
                for frame in packet.decode():
                    found.append((frame.pts, frame.dts))
                    bad += frame.is_corrupt
            except av.error.FFmpegError as error:
                survived(error)
                bad += 1
    return base, found, bad


def _scaled(pair: Stamps, unit: int) -> Stamps:
    own, decoded = (None if stamp is None else stamp * unit for stamp in pair)
    return own, decoded
