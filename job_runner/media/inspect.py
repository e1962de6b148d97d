"""Decodes a whole file and says what is wrong with it."""

from fractions import Fraction

import av

from job_runner.media.packets import pictures, survived
from job_runner.media.tracks import video_stream
from job_runner.media.untrusted import open_input
from job_runner.plan.facts import VideoFacts
from job_runner.workspace.ranges import Opened
from videojob_api.model import Model
from videojob_api.values import format_duration


class Damage(Model):
    """What decoding found. `at` are the times of the first few bad places, in seconds."""

    frames: int
    bad: int
    at: list[float]
    variable: bool

    def words(self) -> str:
        """Says the damage in a sentence for people."""
        if not self.bad:
            return "none"
        places = ", ".join(format_duration(Fraction(second)) for second in self.at)
        return f"{self.bad} packets cannot be decoded, near {places}"


def damage(media: Opened, video: VideoFacts, most: int = 5) -> Damage:
    """Reads and decodes everything, in one thread a core; `most` places are named."""
    frames, latest = 0, video.start
    places: list[Fraction] = []
    with open_input(media, strict=True) as container:
        stream = video_stream(container, video.stream)
        assert stream.time_base is not None
        stream.thread_type = "AUTO"
        packets = pictures(container, stream, video.jumps, lambda: places.append(latest))
        for packet in packets:
            latest = max(latest, (packet.pts or packet.dts or 0) * stream.time_base)
            try:
                frames += len(packet.decode())
            except av.error.FFmpegError as error:
                survived(error)
                places.append(latest)
    at = [round(max(0.0, float(place - video.start)), 3) for place in places[:most]]
    return Damage(frames=frames, bad=len(places), at=at, variable=video.pace is not None)
