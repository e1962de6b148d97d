"""When pictures are shown whose file does not tell it plainly: which of their time stamps are believed. Pure."""

from collections.abc import Iterator, Sequence

Stamps = tuple[int | None, int | None]
"""A decoded picture's own time, and the decode time of the packet that brought it out; either may be missing."""


def believed(pictures: Sequence[Stamps], step: int) -> list[int]:
    """A rising time for each picture, in the order in which they come out of the decoder.

    If each has a time of its own, these times in order. Else as FFmpeg's players do it: of the two kinds of stamps the
    one that has gone wrong less often so far. What is missing, or not later than the picture before, follows it as
    that one did, `step` later at most.
    """
    own = {own for own, _ in pictures if own is not None}
    if len(own) == len(pictures):
        return sorted(own)
    result: list[int] = []
    for time in _guessed(pictures):
        if not result:
            result.append(time or 0)
        elif time is not None and time > result[-1]:
            result.append(time)
        else:
            before = result[-1] - result[-2] if len(result) > 1 else step
            result.append(result[-1] + min(step, before))
    return result


def _guessed(pictures: Sequence[Stamps]) -> Iterator[int | None]:
    """A stamp is wrong if it is not later than the one before of its kind."""
    wrong, last = [0, 0], [float("-inf")] * 2
    for own, decoded in pictures:
        for kind, stamp in enumerate((own, decoded)):
            if stamp is not None:
                wrong[kind] += stamp <= last[kind]
                last[kind] = stamp
        yield own if own is not None and (wrong[0] <= wrong[1] or decoded is None) else decoded
