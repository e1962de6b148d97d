"""Decodes a whole file and says what is wrong with it."""

from fractions import Fraction
from itertools import pairwise

import av

from job_runner.media.packets import survived
from job_runner.media.source import moving_picture
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
        """For people."""
        if not self.bad:
            return "none"
        places = ", ".join(format_duration(Fraction(second)) for second in self.at)
        return f"{self.bad} packets cannot be decoded, near {places}"


def damage(media: Opened, video: VideoFacts, most: int = 5) -> Damage:
    """Reads and decodes everything, in one thread a core; `most` places are named."""
    times: list[Fraction] = []
    bad, places = 0, []
    with open_input(media, strict=True) as container:
        stream = moving_picture(container)
        assert stream is not None and stream.time_base is not None
        stream.thread_type = "AUTO"
        try:
            for packet in container.demux(stream):
                try:
                    times += [f.pts * f.time_base for f in packet.decode() if f.pts is not None and f.time_base]
                except av.error.FFmpegError as error:
                    survived(error)
                    bad += 1
                    places.append(float((packet.pts or 0) * stream.time_base - video.start))
        except av.error.FFmpegError as error:
            survived(error)
            bad += 1
            places.append(float(max(times, default=Fraction(0)) - video.start))
    steps = [b - a for a, b in pairwise(sorted(times))]
    variable = bool(steps) and max(steps) - min(steps) > Fraction(1, 400)
    return Damage(frames=len(times), bad=bad, at=[round(max(0.0, p), 3) for p in places[:most]], variable=variable)
