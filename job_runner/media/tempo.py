"""Sound at another speed and the same pitch, by FFmpeg's atempo filter."""

from collections.abc import Iterator
from fractions import Fraction
from math import ceil

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.filter import Graph

from job_runner.effects.sound import Samples
from job_runner.plan.sound import AudioPlan

SLOWEST, FASTEST = Fraction(1, 2), Fraction(2)
"""Of one filter: beyond the second atempo leaves samples out instead of blending them (FFmpeg's documentation)."""


def retimed(pieces: Iterator[Samples], speed: Fraction, audio: AudioPlan) -> Iterator[Samples]:
    """The samples of `pieces` in 1/`speed` of their time, give or take some milliseconds."""
    graph, position = _graph(speed, audio), 0
    for piece in pieces:
        frame = AudioFrame.from_ndarray(np.ascontiguousarray(piece), format="fltp", layout=audio.layout)
        frame.sample_rate, frame.pts, frame.time_base = audio.rate, position, Fraction(1, audio.rate)
        position += piece.shape[1]
        graph.push(frame)
        yield from _ready(graph)
    graph.push(None)
    yield from _ready(graph)


def steps(speed: Fraction) -> list[float]:
    """Factors within what one filter does well; their product is `speed`."""
    found = []
    while not SLOWEST <= speed <= FASTEST:
        step = FASTEST if speed > FASTEST else SLOWEST
        found.append(float(step))
        speed /= step
    return [*found, float(speed)]


def needed(length: int, speed: Fraction) -> int:
    """Samples of a source that make `length` at another speed."""
    return ceil(length * speed)


def _graph(speed: Fraction, audio: AudioPlan) -> Graph:
    graph = Graph()
    base = Fraction(1, audio.rate)
    nodes = [graph.add_abuffer(sample_rate=audio.rate, format="fltp", layout=audio.layout, time_base=base)]
    nodes += [graph.add("atempo", str(step)) for step in steps(speed)]
    # atempo gives interleaved samples.
    nodes += [graph.add("aformat", "sample_fmts=fltp"), graph.add("abuffersink")]
    graph.link_nodes(*nodes).configure()
    return graph


def _ready(graph: Graph) -> Iterator[Samples]:
    while True:
        try:
            frame = graph.pull()
        except (av.error.BlockingIOError, av.error.EOFError):
            return
        assert isinstance(frame, AudioFrame)
        yield np.asarray(frame.to_ndarray(), np.float32)
