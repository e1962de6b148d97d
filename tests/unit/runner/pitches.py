"""Sound in which every channel has a pitch of its own, and how to find the pitches again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt

from tests.unit.runner.media import numbered

Wave = npt.NDArray[np.float32]
FIRST, STEP = 300, 200
"""Hertz: of the first channel, and from one to the next."""


@dataclass(frozen=True)
class Track:
    """A sound track: its channels' pitches are `FIRST + STEP * k`, counted from `low`."""

    codec: str = "aac"
    layout: str = "stereo"
    rate: int = 48000
    seconds: Fraction = Fraction(2)
    late: Fraction = Fraction(0)
    low: int = 0
    default: bool = False
    options: Mapping[str, Any] | None = None


def wave(channels: int, rate: int, samples: int, low: int = 0) -> Wave:
    """Planar, a quarter of full scale."""
    at = np.arange(samples) / rate
    return np.stack([0.25 * np.sin(2 * np.pi * (FIRST + STEP * (low + k)) * at) for k in range(channels)]).astype("f4")


def make_file(
    path: Path,
    tracks: Sequence[Track],
    seconds: int = 2,
    sizes: Sequence[tuple[int, int]] = ((96, 64),),
    then: Track | None = None,
) -> Path:
    """Videos of these sizes, 25 frames a second, and sound tracks; each goes on as `then`."""
    with av.open(str(path), "w") as container:
        videos: list[Any] = [container.add_stream("libx264", rate=25) for _ in sizes]
        for stream, size in zip(videos, sizes, strict=True):
            stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        sounds: list[Any] = [
            container.add_stream(t.codec, rate=t.rate, layout=t.layout, options=dict(t.options or {})) for t in tracks
        ]
        for stream, track in zip(sounds, tracks, strict=True):
            stream.disposition = av.stream.Disposition.default if track.default else av.stream.Disposition(0)
        for k, (stream, size) in enumerate(zip(videos, sizes, strict=True)):
            for n in range(25 * seconds):
                frame = numbered(n + 1000 * k, *size)
                frame.pts = n
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        for stream, track in zip(sounds, tracks, strict=True):
            for part in [track, *([replace(then, late=track.seconds)] if then else [])]:
                container.mux([packet for frame in frames_of(part) for packet in stream.encode(frame)])
            container.mux(stream.encode(None))
    return path


def frames_of(track: Track) -> list[av.AudioFrame]:
    """Of 1,024 samples, interleaved: PyAV 18.1 sees a ninth plane where there are eight."""
    count = av.AudioLayout(track.layout).nb_channels
    samples, made = wave(count, track.rate, int(track.seconds * track.rate), track.low), []
    for first in range(0, samples.shape[1], 1024):
        part = np.ascontiguousarray(samples[:, first : first + 1024].T).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(part, format="flt", layout=track.layout)
        frame.sample_rate, frame.time_base = track.rate, Fraction(1, track.rate)
        frame.pts = first + int(track.late * track.rate)
        made.append(frame)
    return made


def decoded(path: Path, stream: int = 0) -> Wave:
    """Every channel's samples, as FFmpeg's decoder gives them, floats."""
    with av.open(str(path)) as container:
        frames = [f.to_ndarray() for f in container.decode(audio=stream)]
    return np.asarray(np.concatenate(frames, 1), np.float32)


def pitches(samples: Wave, rate: int = 48000) -> list[int]:
    """The strongest pitch of each channel in Hertz, 0 for silence."""
    window = np.hanning(samples.shape[1])
    found = []
    for channel in samples:
        spectrum = np.abs(np.fft.rfft(channel * window))
        found.append(round(int(spectrum.argmax()) * rate / samples.shape[1]) if np.abs(channel).max() > 0.01 else 0)
    return found


def film_order(path: Path) -> Path:
    """QuickTime's layout tag made another, with the same number of channels: L C R Ls Rs LFE."""
    data = make_file(path, [Track("pcm_s16le", "5.1(side)")]).read_bytes()
    at = data.index(b"chan", data.index(b"moov")) + 8
    path.write_bytes(data[:at] + (123 << 16 | 6).to_bytes(4, "big") + data[at + 4 :])
    return path
