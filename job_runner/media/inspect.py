"""Decodes a whole file and says what is wrong with it."""

from fractions import Fraction

import av

from job_runner.media.packets import go_on, pictures, survived
from job_runner.media.samples import Open, listen
from job_runner.media.sound_damage import since, sound_words
from job_runner.media.tracks import video_stream
from job_runner.media.untrusted import open_input
from job_runner.plan.facts import InputFacts, VideoFacts
from job_runner.workspace.ranges import Opened
from videojob_api.model import Model
from videojob_api.values import format_duration


class Damage(Model):
    """What decoding found. `at` are the times of the first few bad places, in seconds."""

    frames: int
    bad: int
    at: list[float]
    variable: bool

    @property
    def is_there(self) -> bool:
        """Whether anything is wrong."""
        return self.bad > 0

    def words(self) -> str:
        """Says the damage in a sentence for people."""
        places = ", ".join(format_duration(Fraction(second)) for second in self.at)
        return f"{self.bad} packets cannot be decoded, or are not there, near {places}"


class DamageHeard(Model):
    """The same of the sound: places that are broken or missing. `at` are the times of the first few."""

    places: int
    at: list[float]

    @property
    def is_there(self) -> bool:
        """Whether anything is wrong."""
        return self.places > 0

    def words(self) -> str:
        """Says the damage in a sentence for people."""
        return sound_words(self.places, Fraction(self.at[0]))


def damage_heard(media: Open, facts: InputFacts, most: int = 5) -> DamageHeard | None:
    """Reads and decodes all sound; None where there is none. `most` places are named."""
    if facts.audio is None:
        return None
    found: set[Fraction] = set()
    listen(media, facts.audio, facts.audio.start, None, go_on, since(facts.origin, found.add))
    at = [round(max(0.0, float(place)), 3) for place in sorted(found)[:most]]
    return DamageHeard(places=len(found), at=at)


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
    if video.ends is not None:
        places.append(video.ends)
    at = [round(max(0.0, float(place - video.start)), 3) for place in places[:most]]
    return Damage(frames=frames, bad=len(places), at=at, variable=video.pace is not None)
