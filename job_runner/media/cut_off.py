"""Files that end before their own index does, as a copy that broke off leaves them."""

from bisect import bisect_left
from fractions import Fraction

from av.audio.stream import AudioStream
from av.video.stream import VideoStream


def cut_off_from(stream: VideoStream | AudioStream, size: int) -> Fraction | None:
    """When the first of its packets is due, in the stream's time, that lies behind a file's last byte; None for none.

    Only of containers whose index names each packet's place, such as MP4.
    """
    entries = stream.index_entries
    count = len(entries)

    def is_gone(number: int) -> bool:
        return bool(entries[number].pos + entries[number].size > size)

    if size <= 0 or not count or not is_gone(count - 1):
        return None
    first = bisect_left(range(count), True, key=is_gone)
    return Fraction(entries[first].timestamp) * (stream.time_base or Fraction(0))
