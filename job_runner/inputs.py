"""A job's inputs: what is in them, opened as they are needed, and what is said of the damaged ones."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING

from job_runner.effects.assets import Assets
from job_runner.engines.model_file import read_model
from job_runner.engines.onnx_file import check_size
from job_runner.errors import InputInvalid
from job_runner.media.assets import load_assets, read_font, read_image, read_whole
from job_runner.media.extras import read_extras
from job_runner.media.packets import go_on
from job_runner.media.probe import probe
from job_runner.media.timing import frame_times
from job_runner.media.tracks import Wanted
from job_runner.plan.clips import video_of
from job_runner.plan.clock_notes import notes_on_clock
from job_runner.plan.facts import InputFacts, VideoFacts
from job_runner.plan.picture_notes import picture_notes
from job_runner.plan.plan import Plan, Times, keeps_times
from job_runner.plan.times import VariableTimes
from job_runner.plan.track_notes import track_notes
from job_runner.plan.windows import AnalysesPlan
from job_runner.tracker import Tracker
from job_runner.workspace.places import Media, Places, Version
from job_runner.workspace.ranges import Opened
from videojob_api.inputs import Input
from videojob_api.names import Note
from videojob_api.order import Work
from videojob_api.overlay import Overlay
from videojob_api.report import Warning_
from videojob_api.timeline import Timeline
from videojob_api.usage import clips_of, images_of, models_of
from videojob_api.usage import fonts_of as font_inputs
from videojob_api.values import format_duration

if TYPE_CHECKING:
    from job_runner.effects.words import Words

log = logging.getLogger(__name__)


class JobInputs:
    """Of one order. `bind` first, then `open`; safe for threads."""

    def __init__(self, work: Work, places: Places, tracker: Tracker, stop_here: Callable[[], None] = go_on) -> None:
        """`stop_here` is called again and again while inputs are read for their facts, and may raise."""
        self._work, self._places, self._tracker, self._stop_here = work, places, tracker, stop_here
        self._timeline = work.timeline or Timeline()
        self._media: dict[str, Media] = {}
        self._sizes: dict[str, int] = {}
        self._fonts: dict[str, bytes] = {}

    def facts(self, known: Mapping[str, InputFacts] = MappingProxyType({})) -> dict[str, InputFacts]:
        """What a plan needs to know of each, by name; opens those that are not `known`, and all images and fonts.

        Raises InputInvalid, NotFound …
        """
        return {item.name: self._known(item, known) or self.facts_of(item) for item in self._work.inputs}

    def _known(self, item: Input, known: Mapping[str, InputFacts]) -> InputFacts | None:
        still = {*images_of(self._timeline), *font_inputs(self._timeline)}
        return None if item.name in still else known.get(item.name)

    def facts_of(self, item: Input) -> InputFacts:
        """What a plan needs to know of one."""
        version = self._places.version(item)
        media = self._places.open(item, version)
        if item.name in models_of(self._work):
            check_size(version.size, item.name)
        elif item.name in images_of(self._timeline):
            read_image(read_whole(media.open(), item.name), item.name)
        elif item.name in font_inputs(self._timeline):
            self._fonts[item.name] = read_font(read_whole(media.open(), item.name), item.name)
        else:
            return media_facts(item, version, media, self._stop_here)
        return InputFacts(name=item.name, uri=item.uri, etag=version.etag, size=version.size)

    def times(self, facts: Mapping[str, InputFacts]) -> Times | None:
        """Of the clip's frames, where the output keeps them."""
        if not keeps_times(self._work):
            return None
        item = self._item(clips_of(self._work)[0].input)
        media = self._places.open(item, Version(facts[item.name].etag, facts[item.name].size))
        return {item.name: frame_times(media.open(), item.name, video_of(facts, item.name), self._stop_here)}

    def bind(self, plan: Plan | AnalysesPlan) -> None:
        """From here on only the bytes that the plan was made for are read. Raises InputChanged."""
        for item in self._work.inputs:
            facts = plan.input(item.name)
            self._sizes[item.name] = facts.size
            self._media[item.name] = self._places.open(item, Version(facts.etag, facts.size))

    def open(self, name: str) -> Opened:
        """An input of the plan."""
        return self._media[name].open()

    def model(self, name: str) -> bytes:
        """The whole file of an input that is a model."""
        return read_model(self.open(name), self._sizes[name], name)

    def frame_times(self, name: str, video: VideoFacts) -> VariableTimes:
        """When each frame of an input is shown."""
        return frame_times(self.open(name), name, video, self._stop_here)

    def assets(self) -> Assets:
        """Images and fonts."""
        return load_assets(self._timeline, self.open)

    def text_notes(self, size: tuple[int, int]) -> list[Warning_]:
        """A word about letters that will not look right in an output of this `size`; after `facts`.

        Raises InputInvalid for a spoilt font.
        """
        return [
            Warning_(reason=note, message=f"timeline.overlays[{index}].text: {message}")
            for index, overlay in enumerate(self._timeline.overlays or [])
            if overlay.text and overlay.enabled
            for note, message in self._spelling_notes(overlay, size)
        ]

    def _spelling_notes(self, overlay: Overlay, size: tuple[int, int]) -> Iterator[tuple[Note, str]]:
        from job_runner.effects.spelling import spelling_notes

        return spelling_notes(overlay, self._words(overlay, size), size)

    def _words(self, overlay: Overlay, size: tuple[int, int]) -> Words:
        """Drawn once: whether the letters of a font are spoilt is seen when they are drawn, and no sooner."""
        from job_runner.effects.words import words_of

        font = overlay.text and overlay.text.font
        try:
            words = words_of(overlay, size, self._fonts)
            if font:
                words.draw(words.fitted(*size))
        except OSError as error:
            if not font:
                raise
            raise InputInvalid(f"input {font.input} is a font with letters that cannot be drawn ({error})") from error
        return words

    def damaged(self, name: str, segment: int) -> None:
        """Counts it, or ends the job, as the input's `onDamage` says."""
        self._check_may_be_damaged(name, f"where segment {segment} shows it")
        self._tracker.damaged(name, segment)
        log.warning("input damaged", extra={"input": name, "segment": segment})

    def damage_seen(self, name: str, analysis: str) -> None:
        """The same of an input that an analysis looks at."""
        self._check_may_be_damaged(name, f"where analysis {analysis} looks at it")
        self._tracker.damage_seen(name)
        log.warning("input damaged", extra={"input": name, "analysis": analysis})

    def sound_damaged(self, name: str, at: Fraction) -> None:
        """The same of an input's sound, `at` seconds after the input's beginning."""
        self._check_may_be_damaged(name, f"in its sound at {format_duration(max(Fraction(0), at))}")
        if self._tracker.sound_damaged(name, at):
            log.warning("input damaged", extra={"input": name, "sound_at": float(at)})

    def _check_may_be_damaged(self, name: str, where: str) -> None:
        """Raises InputInvalid for an input that may not be damaged."""
        if self._item(name).on_damage == "Fail":
            raise InputInvalid(
                f"input {name} is damaged {where}, and its onDamage is Fail; repair it, or set onDamage: Continue"
            )

    def _item(self, name: str) -> Input:
        return next(item for item in self._work.inputs if item.name == name)


def media_facts(item: Input, version: Version, media: Media, stop_here: Callable[[], None] = go_on) -> InputFacts:
    """Of an input with picture or sound, and what is said of it. Raises InputInvalid, as `stop_here` may."""
    video, audio = probe(media.open(), item.name, Wanted(item.video_track, item.audio_track), stop_here)
    extras = read_extras(media.open(), item.name, video)
    return InputFacts(
        name=item.name, uri=item.uri, etag=version.etag, size=version.size, video=video, audio=audio, extras=extras,
        notes=[
            *picture_notes(item.name, video),
            *track_notes(item.name, video, audio),
            *notes_on_clock(item.name, video, audio),
        ],
    )  # fmt: skip
