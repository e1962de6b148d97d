"""What becomes of timecode, chapters, tags and further tracks. Pure.

Timecode and chapters are kept where they still fit the picture: on one uncut clip. All else is left out, and said.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from job_runner.plan.clips import is_whole
from job_runner.plan.facts import Chapter, Extras, InputFacts
from videojob_api.names import Note
from videojob_api.report import Warning_
from videojob_api.timeline import Clip

MOST_CHAPTERS = 1000
NAMED = 4
"""Names given of each kind before the rest is only counted."""

_OF_CAMERAS = frozenset({"creation_time", "creationdate", "date", "make", "model", "software"})

_TIMECODE = re.compile(r"(\d\d):(\d\d):(\d\d)([:;.])(\d\d)")
_FASTEST = 255
"""Frames a second: the field that MP4 has for it."""


@dataclass(frozen=True)
class Kept:
    """For the output, and what to say of the rest."""

    timecode: str | None
    chapters: list[Chapter]
    notes: list[Warning_]


def keep_extras(clips: Sequence[Clip], facts: Mapping[str, InputFacts], rate: Fraction, length: Fraction) -> Kept:
    """Of the clips' inputs; `rate` and `length` (seconds) are the timeline's."""
    names = list(dict.fromkeys(clip.input for clip in clips))
    only = facts[names[0]] if len(clips) == 1 and is_whole(clips[0]) else None
    timecode = _kept_timecode(only, rate) if only else None
    chapters = _kept_chapters(only.extras.chapters, length) if only else []
    why = _why_no_timecode(only, rate)
    lost = {name: _lost(facts[name], timecode, chapters, why) for name in names}
    notes = [
        Warning_(reason=Note.STREAMS_DROPPED, message=f"input {name}: not in the output: {', '.join(words)}")
        for name, words in lost.items()
        if words
    ]
    return Kept(timecode, chapters, notes)


def _kept_timecode(only: InputFacts, rate: Fraction) -> str | None:
    """Counts frames: at another rate, or one chosen for pictures that come unevenly, it would soon be wrong."""
    return only.extras.timecode if _counts_frames(only, rate) and _is_valid(only.extras.timecode or "", rate) else None


def _counts_frames(only: InputFacts, rate: Fraction) -> bool:
    return only.video is not None and only.video.rate == rate and only.video.pace is None


def _is_valid(timecode: str, rate: Fraction) -> bool:
    """Whether it names a frame; drop-frame code is for 30000/1001 and its multiples only (SMPTE ST 12-1)."""
    match = _TIMECODE.fullmatch(timecode)
    if match is None:
        return False
    hours, minutes, seconds, frames = (int(match[group]) for group in (1, 2, 3, 5))
    counted = round(rate)
    drops = match[4] != ":"
    fits = hours < 24 and minutes < 60 and seconds < 60 and frames < counted <= _FASTEST
    return fits and (not drops or (counted % 30 == 0 and rate.denominator == 1001))


def _kept_chapters(chapters: Sequence[Chapter], length: Fraction) -> list[Chapter]:
    """In order, one at a time, within the timeline."""
    found = sorted(chapters, key=lambda chapter: chapter.start)[:MOST_CHAPTERS]
    starts = [max(Fraction(0), chapter.start) for chapter in found]
    limits = [after for _, after in pairwise([*starts, length])]
    placed = [
        Chapter(start=start, end=min(chapter.end, limit, length), title=chapter.title)
        for chapter, start, limit in zip(found, starts, limits, strict=True)
    ]
    return [chapter for chapter in placed if chapter.end > chapter.start]


def extras_words(extras: Extras) -> list[str]:
    """All that there is."""
    words = [*_tracks(extras)]
    if extras.timecode:
        words.append(f"timecode {extras.timecode}")
    if extras.chapters:
        words.append(counted("chapter", [""] * len(extras.chapters)))
    return words + _tags(extras)


def _why_no_timecode(only: InputFacts | None, rate: Fraction) -> str:
    if only is None:
        return "needs one uncut clip at its own speed"
    return "names no frame at this rate" if _counts_frames(only, rate) else "another frame rate"


def _lost(facts: InputFacts, timecode: str | None, chapters: Sequence[Chapter], why: str) -> list[str]:
    """In words; what every camera writes is not worth any on its own."""
    extras = facts.extras
    words = [*_tracks(extras)]
    if extras.timecode and not timecode:
        words.append(f"timecode {extras.timecode} ({why})")
    if extras.chapters and not chapters:
        words.append("chapters (need one uncut clip at its own speed)")
    return words + _tags(extras) if words or not _OF_CAMERAS.issuperset(extras.tags) else []


def _tags(extras: Extras) -> list[str]:
    return [f"tags ({_list(extras.tags)})"] if extras.tags else []


def _tracks(extras: Extras) -> Iterator[str]:
    kinds = {
        "subtitle track": extras.subtitles,
        "data track": extras.data,
        "more picture": [""] * extras.pictures,
        "attachment": extras.attachments,
    }
    return (counted(what, names) for what, names in kinds.items() if names)


def counted(what: str, names: Sequence[str]) -> str:
    """`2 subtitle tracks (eng, fra)`; an empty name is one that nobody has given."""
    known = _list([name for name in names if name])
    return f"{len(names)} {what}{'s' * (len(names) != 1)}" + (f" ({known})" if known else "")


def _list(names: Sequence[str]) -> str:
    different = list(dict.fromkeys(names))
    more = len(different) - NAMED
    return ", ".join(different[:NAMED]) + (f" and {more} more" if more > 0 else "")
