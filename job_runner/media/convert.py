"""Decoded sound into the plan's form: floats, its rate, its speakers."""

from collections.abc import Iterator

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.filter import Graph

from job_runner.effects.sound import Samples
from job_runner.media.tracks import Sound
from job_runner.plan.layouts import placing

Kind = tuple[str, str, int]
"""Sample format, layout and rate of a frame."""


def kind_of(frame: AudioFrame) -> Kind:
    """What a converter was made for."""
    return frame.format.name, frame.layout.name, frame.sample_rate


class Converter:
    """Of frames of one kind; another kind needs another one."""

    def __init__(self, frame: AudioFrame, sound: Sound | None, layout: str, rate: int) -> None:
        """`frame` is one of the kind; `sound` the track it comes from, as the container describes it."""
        self._graph = Graph()
        form, named, own_rate = kind_of(frame)
        stored = sound if sound and sound.given == named else None
        names = stored.names if stored else [channel.name for channel in frame.layout.channels]
        pan = placing(stored.layout if stored else named, names)
        nodes = [
            self._graph.add("abuffer", sample_rate=str(own_rate), sample_fmt=form, channel_layout=named),
            *([self._graph.add("pan", pan)] if pan else []),
            self._graph.add("aformat", f"sample_fmts=fltp:sample_rates={rate}:channel_layouts={layout}"),
            self._graph.add("abuffersink"),
        ]
        self._graph.link_nodes(*nodes).configure()

    def __call__(self, frame: AudioFrame | None) -> Samples | None:
        """What comes out for a frame, or at last what was still inside; None for nothing."""
        if frame is not None:
            frame.pts = None
        self._graph.push(frame)
        pieces = list(self._pulled())
        return np.concatenate(pieces, 1) if pieces else None

    def _pulled(self) -> Iterator[Samples]:
        while True:
            try:
                frame = self._graph.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            assert isinstance(frame, AudioFrame)
            yield np.asarray(frame.to_ndarray(), np.float32)
