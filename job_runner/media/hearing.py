"""When sound is heard that comes without a picture: its clock, too, may jump."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from job_runner.media.packets import CLOCKS, asking, check_jumps, go_on, limits_of, readable
from job_runner.media.tracks import sound_stream
from job_runner.media.untrusted import opened
from job_runner.plan.facts import AudioFacts
from job_runner.plan.jumps import BACK, JumpFinder
from job_runner.workspace.ranges import Opened


def heard(media: Opened, name: str, facts: AudioFacts, stop_here: Callable[[], None] = go_on) -> AudioFacts:
    """The facts with the jumps of the sound's own clock, and its length without them.

    Formats that stamp each packet are read through, without decoding; `stop_here` is called for each, and may raise.
    Raises InputInvalid for a clock that jumps again and again.
    """
    with opened(media, name) as container:
        if container.format.name not in CLOCKS:
            return facts
        stream = sound_stream(container, facts.stream)
        base = Fraction(stream.time_base or 1)
        # Sound is never reordered: a little back is jitter, in broadcasts too.
        finder = JumpFinder(base, replace(limits_of(container), back=BACK))
        end = 0
        for packet in asking(readable(container, [stream]), stop_here):
            time, length = packet.dts if packet.dts is not None else packet.pts, packet.duration or 0
            if packet.size and time is not None:
                end = max(end, time + finder.offset(time, None, length, Fraction(0)) + length)
    check_jumps(finder.jumps, name)
    if not finder.jumps:
        return facts
    return facts.model_copy(update={"jumps": finder.jumps, "duration": end * base - facts.start})
