"""Which input is there for what, and which analysis. Pure."""

from collections.abc import Iterator

from videojob_api.analyses import Analysis
from videojob_api.by_type import marked
from videojob_api.fields import NamesInput
from videojob_api.from_analyses import Followed
from videojob_api.order import Work
from videojob_api.problem import Path
from videojob_api.results import Result
from videojob_api.timeline import Clip, ClipsFrom, Timeline


def clips_of(work: Work) -> list[Clip]:
    """The spec's; left out: every input that nothing else uses, whole, in order.

    Of clips that are still to be found, their input, whole.
    """
    timeline = work.timeline or Timeline()
    if timeline.clips:
        return timeline.clips
    if timeline.clips_from:
        return [_uncut(work, timeline.clips_from)]
    used = {*used_elsewhere(timeline), *models_of(work)}
    return [Clip(input=item.name) for item in work.inputs if item.name not in used]


def _uncut(work: Work, wanted: ClipsFrom) -> Clip:
    """The whole input from which clips will be cut, framed and heard as they will be."""
    first = analysis_of(work, analyses_of(wanted)[0])
    return Clip(input=first.input, framing=wanted.framing, audio=wanted.audio)


def analyses_of(wanted: ClipsFrom) -> list[str]:
    """Names of the analyses that clips come from."""
    return [wanted.analysis] if wanted.analysis else [*(wanted.any or []), *(wanted.all or [])]


def analysis_of(work: Work, name: str) -> Analysis:
    """The analysis of that name."""
    return next(analysis for analysis in work.analyses or [] if analysis.name == name)


def table_named(work: Work, result: Result) -> str | None:
    """The table that a result's rows go into; None where a file is written."""
    if result.sql is None:
        return None
    return result.sql.table or ("detection" if analysis_of(work, result.analysis).detections else "event")


def used_elsewhere(timeline: Timeline) -> set[str]:
    """Inputs that overlays or the sound name: images, fonts, music."""
    users = (*(timeline.overlays or []), *([timeline.audio] if timeline.audio else []))
    return {name for user in users for _, name, _ in marked(user, NamesInput)}


def models_of(work: Work) -> set[str]:
    """Inputs that are models."""
    return {analysis.detect.model.input for analysis in work.analyses or [] if analysis.detect}


def tracked_analyses(work: Work) -> set[str]:
    """Analyses whose things are followed: they are asked to, or overlays or crops go by their tracks."""
    asked = {a.name for a in work.analyses or [] if a.detections and a.detections.track}
    return asked | {wanted.analysis for _, wanted in tracks_named(work)}


def cutting_analyses(work: Work) -> list[str]:
    """Analyses that clips come from."""
    wanted = work.timeline and work.timeline.clips_from
    return analyses_of(wanted) if wanted else []


def unused_analyses(work: Work) -> list[str]:
    """Analyses that nothing goes by, and whose rows nobody gets."""
    used = {*cutting_analyses(work), *(wanted.analysis for _, wanted in tracks_named(work))}
    used |= {result.analysis for result in work.results or []}
    return [analysis.name for analysis in work.analyses or [] if analysis.name not in used]


def tracks_named(work: Work) -> Iterator[tuple[Path, Followed]]:
    """What the timeline has of analyses' tracks, each with its place."""
    timeline = work.timeline or Timeline()
    for index, overlay in enumerate(timeline.overlays or []):
        if overlay.keyframes_from:
            yield ("timeline", "overlays", index, "keyframesFrom"), overlay.keyframes_from
    for index, clip in enumerate(timeline.clips or []):
        if clip.framing and clip.framing.keyframes_from:
            yield ("timeline", "clips", index, "framing", "keyframesFrom"), clip.framing.keyframes_from
    found = timeline.clips_from
    if found and found.framing and found.framing.keyframes_from:
        yield ("timeline", "clipsFrom", "framing", "keyframesFrom"), found.framing.keyframes_from


def images_of(timeline: Timeline) -> list[str]:
    """Inputs that overlays show as pictures."""
    return [o.image.input for o in timeline.overlays or [] if o.image]


def fonts_of(timeline: Timeline) -> list[str]:
    """Inputs that overlays write with."""
    return [o.text.font.input for o in timeline.overlays or [] if o.text and o.text.font]
