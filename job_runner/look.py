"""Looks at one file at a desk: opens it, measures all of it, and says what was found."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from job_runner.analysis.grids import Grid, picture_grid, sound_grid
from job_runner.analysis.loudness import silent_from
from job_runner.analysis.reel import Rule
from job_runner.analysis.result import Result, loudness_result, motion_result
from job_runner.cores import usable_cores
from job_runner.errors import InputInvalid
from job_runner.inputs import media_facts
from job_runner.media.device import PLAIN, DamageError, Decoding, NoFrameError
from job_runner.media.looking import levels, motion
from job_runner.media.sound_damage import since, sound_words
from job_runner.plan.facts import InputFacts
from job_runner.plan.timeline import Window
from job_runner.workspace.places import Media, Places
from videojob_api.inputs import Input
from videojob_api.values import format_duration

MOTION, LOUDNESS = "motion", "loudness"
ANALYSES = (MOTION, LOUDNESS)
MOST_THREADS = 4
SHORT = Fraction(1)
"""Seconds of silence at an end that nobody need hear of."""


@dataclass
class Progress:
    """Moments that were measured, of so many, at `rate` a second; 0 of 0 while the file is opened."""

    stop_here: Callable[[], None]
    what: str = ""
    rate: float = 1.0
    total: int = 0
    done: int = 0
    notes: list[str] = field(default_factory=list)

    def begins(self, what: str, grid: Grid) -> None:
        """The measurement of a file, from its first moment on."""
        self.what, self.rate, self.total, self.done = what, float(grid.rate), grid.total, 0

    def seen(self) -> None:
        """One moment more; raises where a stop was asked for."""
        self.stop_here()
        self.done += 1


def look(item: Input, places: Places, wanted: Sequence[str], rule: Rule, progress: Progress) -> list[Result]:
    """A result for each of ANALYSES that is wanted.

    Raises RunnerError: InputInvalid for a file in which there is nothing to look at.
    """
    version = places.version(item)
    media = places.open(item, version)
    facts = media_facts(item, version, media, progress.stop_here)
    missing = {name: words for name in wanted if (words := _missing(facts, name, len(wanted) > 1))}
    if len(missing) == len(wanted):
        raise InputInvalid("; ".join(missing.values()))
    progress.notes += [*missing.values(), *(note.message for note in facts.notes)]
    makers = {MOTION: _motion, LOUDNESS: _loudness}
    return [makers[name](media, facts, rule, progress) for name in wanted if name not in missing]


def _missing(facts: InputFacts, name: str, others: bool) -> str | None:
    """Why an analysis cannot be made, and which one can, unless `others` are asked for anyway."""
    if name == MOTION and facts.video is None:
        return f"input {facts.name} has no video stream to look at" + ("" if others else "; it has sound: try loudness")
    if name == LOUDNESS and facts.audio is None:
        return f"input {facts.name} has no sound to listen to" + ("" if others else "; it has a picture: try motion")
    return None


def _motion(media: Media, facts: InputFacts, rule: Rule, progress: Progress) -> Result:
    assert facts.video is not None
    grid = picture_grid(facts.video.rate, facts.video.duration)
    try:
        return motion_result(_shares(media, facts, grid, progress), grid, rule)
    except NoFrameError as error:
        raise InputInvalid(f"input {facts.name}: not one picture of it can be decoded") from error


def _shares(media: Media, facts: InputFacts, grid: Grid, progress: Progress) -> list[int | None]:
    """Decoded strictly, in several threads; of damaged files each thread would show other ruins, so in one."""
    assert facts.video is not None
    whole = Window(0, grid.total)
    try:
        progress.begins(MOTION, grid)
        strict = Decoding(min(MOST_THREADS, usable_cores()), strict=True)
        return motion(media.open, facts.video, grid, whole, strict, progress.seen)
    except (DamageError, NoFrameError):
        progress.notes.append(f"input {facts.name} is damaged: what cannot be decoded may look like motion")
        progress.begins(MOTION, grid)
        return motion(media.open, facts.video, grid, whole, PLAIN, progress.seen)


def _loudness(media: Media, facts: InputFacts, rule: Rule, progress: Progress) -> Result:
    assert facts.audio is not None
    video, audio = facts.video, facts.audio
    grid = sound_grid(video.duration if video else audio.duration)
    progress.begins(LOUDNESS, grid)
    places: set[Fraction] = set()
    damaged = since(facts.origin, places.add)
    heard = list(levels(media.open, audio, facts.origin, Window(0, grid.total), progress.seen, damaged))
    progress.notes += [f"input {facts.name} is damaged: {sound_words(len(places), min(places))}"] if places else []
    progress.notes += [*silent_end(facts.name, heard, grid), *unheard_end(facts)]
    return loudness_result(heard, grid, rule)


def unheard_end(facts: InputFacts) -> list[str]:
    """A note on sound that goes on for long after the last picture: no clip can show that."""
    video, audio = facts.video, facts.audio
    if video is None or audio is None:
        return []
    more = audio.start + audio.duration - video.start - video.duration
    if more < SHORT:
        return []
    return [
        f"input {facts.name}: its picture ends at {format_duration(video.duration)}, its sound {format_duration(more)} "
        "later; that was not listened to, as no clip can show it"
    ]


def silent_end(name: str, heard: Sequence[int], grid: Grid) -> list[str]:
    """A note on sound that ends long before the file does, or cannot be decoded from there on."""
    first = silent_from(heard)
    if len(heard) - first < grid.count(SHORT):
        return []
    since, end = (format_duration(float(grid.seconds(number))) for number in (first, len(heard)))
    return [
        f"input {name}: nothing is heard from {since} to the end, {end}: its sound ends there, is silent, or "
        "cannot be decoded"
    ]
