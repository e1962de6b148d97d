"""The first pictures of a stream: what they look like, and whether they come as their time stamps say."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from job_runner.errors import InputInvalid
from job_runner.media.packets import honest, survived
from job_runner.media.untrusted import words

MAX_BAD_PACKETS = 500
"""Before the first frame that can be decoded."""

PACKETS = 20
BYTES = 2**20
"""Of packets that are looked at, once there is a frame: enough for a decoder's longest delay, and little to read."""


@dataclass(frozen=True)
class Head:
    """The first frame. It is `plain` if each of the first frames has a time of its own, later than the one before."""

    frame: VideoFrame
    plain: bool


def read_head(container: InputContainer, stream: VideoStream, name: str) -> Head:
    """Decodes the first packets. Raises InputInvalid, naming the input, if nothing can be decoded."""
    reader = _Reader(container, stream)
    first, times = None, []
    for frame in reader.frames():
        first = first or frame
        times.append(frame.pts)
    if first is None:
        raise InputInvalid(f"input {name}: its video stream cannot be decoded ({reader.error})")
    rising = None not in times and all(a is not None and b is not None and a < b for a, b in pairwise(times))
    # Two fields of a picture may come in packets of their own, each with a time.
    whole = not first.interlaced_frame or len(times) * 4 > reader.packets * 3
    return Head(first, rising and whole)


class _Reader:
    def __init__(self, container: InputContainer, stream: VideoStream) -> None:
        self._container, self._stream = container, stream
        self.error, self.packets = "it has no frame", 0

    def frames(self) -> Iterator[VideoFrame]:
        """Of the first packets, the last ones by flushing the decoder."""
        read = found = bad = 0
        try:
            packets = self._container.demux(self._stream)
            for packet in honest(self._container, packets, self._stream.index):
                try:
                    for frame in packet.decode():
                        found += 1
                        yield frame
                except av.error.FFmpegError as problem:
                    survived(problem)
                    bad, self.error = bad + 1, words(problem)
                read, self.packets = read + packet.size, self.packets + (packet.size > 0)
                if (found and (self.packets >= PACKETS or read > BYTES)) or (not found and bad > MAX_BAD_PACKETS):
                    break
            yield from self._stream.codec_context.decode(None)
        except av.error.FFmpegError as problem:
            survived(problem)
            self.error = words(problem) if not found else self.error
