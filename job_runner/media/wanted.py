"""Some frames of an input, by number, without decoding all of it.

Left out is what provably changes nothing: pictures that no other one is made from, and all that lies before a place
where a decoder may begin, by the codec's standard (`roles`). Whatever leaves a doubt, such as damage, two packets of
one time, or a file that can only be read from its start, makes the rest come from a decoder that leaves nothing out.
"""

from collections.abc import Callable, Generator, Iterator
from functools import partial

from av.video.frame import VideoFrame

from job_runner.media.device import PLAIN, DamageError, Decoding, NoFrameError, strict_ways
from job_runner.media.packets import go_on
from job_runner.media.packets_needed import UncertainError
from job_runner.media.picker import Picker
from job_runner.media.source import FrameSource
from job_runner.plan.facts import VideoFacts
from job_runner.plan.times import VariableTimes
from job_runner.workspace.ranges import Opened

Numbered = tuple[int, VideoFrame]
Way = Callable[[range], Iterator[Numbered]]


def wanted_frames(
    media: Opened,
    facts: VideoFacts,
    times: VariableTimes,
    numbers: range,
    threads: int = 1,
    damaged: Callable[[], None] = go_on,
) -> Generator[Numbered, None, None]:
    """These frames of a file, which rise, each with its number: the same, to the byte, as if all were decoded.

    `damaged` is called, and may raise, where something on the way to them cannot be decoded.

    Raises NoFrameError for a file without a frame.
    """
    done = 0
    for way in _ways(media, facts, times, threads):
        try:
            for each in way(numbers[done:]):
                yield each
                done += 1
        except (UncertainError, DamageError, NoFrameError):
            continue
        return
    if done < len(numbers):
        yield from _all(media, facts, times, numbers, done, damaged)


def _ways(media: Opened, facts: VideoFacts, times: VariableTimes, threads: int) -> Iterator[Way]:
    """The quickest first."""
    if facts.readable_from_start_only:
        return
    yield partial(_picked, media, facts, times, threads)
    for how in strict_ways(threads):
        yield partial(_strictly, media, facts, times, how)


def _picked(media: Opened, facts: VideoFacts, times: VariableTimes, threads: int, numbers: range) -> Iterator[Numbered]:
    """By the packets that they need. Raises UncertainError."""
    with Picker(media, facts, times, numbers, threads) as picker:
        yield from picker.frames()


def _strictly(
    media: Opened, facts: VideoFacts, times: VariableTimes, how: Decoding, numbers: range
) -> Iterator[Numbered]:
    """All that lies between is decoded. Raises DamageError."""
    with FrameSource(media, facts, times, how) as source:
        for number in numbers:
            frame = source.at(number)
            if source.errors:
                raise DamageError
            yield number, frame


def _all(
    media: Opened,
    facts: VideoFacts,
    times: VariableTimes,
    numbers: range,
    done: int,
    damaged: Callable[[], None],
) -> Iterator[Numbered]:
    """What a decoder makes of damage depends on all that it has seen: nothing is left out, in one thread."""
    left, known = numbers[done:], facts.readable_from_start_only
    if not known:
        damaged()
    with FrameSource(media, facts, times, PLAIN) as source:
        for number in range(numbers[0], left[-1] + 1):
            frame = source.at(number)
            if known and source.errors:
                damaged()
                known = False
            if number in left:
                yield number, frame
