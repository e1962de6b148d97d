"""What a timeline leaves to analyses, made explicit: clips, crops that follow, overlays on tracks. Pure.

The plan then holds only what a person could have written by hand, and rendering knows nothing of analyses.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from job_runner.analysis.found import AllFound, Found
from job_runner.plan.clips import speed_of, video_of
from job_runner.plan.clips_from import found_clips
from job_runner.plan.crop_follow import Stretch, followed, standing
from job_runner.plan.facts import InputFacts
from job_runner.plan.geometry import Size
from job_runner.plan.tracked_overlays import hides, tracked_overlays
from job_runner.plan.views import View
from videojob_api.names import Note
from videojob_api.overlay import Overlay
from videojob_api.report import Warning_
from videojob_api.timeline import Clip, Timeline
from videojob_api.values import parse_duration

Facts = Mapping[str, InputFacts]


def expanded_clips(
    timeline: Timeline, clips: Sequence[Clip], facts: Facts, found: AllFound, rate: Fraction, output: Size | None
) -> tuple[list[Clip], list[Warning_]]:
    """Those that are found in place of `clips`, which stand for them, and all with framings of keyframes.

    Without anything found yet, clips stay as they are and crops in the middle. `output` is the size that the spec
    says; what follows needs one. Raises InputInvalid where no clip is found.
    """
    if timeline.clips_from and found:
        clips = found_clips(timeline.clips_from, found, rate)
    made = [_framed(clip, facts, found, rate, output) for clip in clips]
    lost = [k for k, (_, has_lost) in enumerate(made) if has_lost]
    return [clip for clip, _ in made], list(_lost(timeline, clips, lost if found else []))


def _framed(clip: Clip, facts: Facts, found: AllFound, rate: Fraction, output: Size | None) -> tuple[Clip, bool]:
    """With a framing of keyframes, if it has one; and whether that had nothing to follow."""
    if clip.framing is None or clip.framing.keyframes_from is None:
        return clip, False
    video = video_of(facts, clip.input)
    assert output is not None, "the checks want a size for what follows"
    begin = parse_duration(clip.start) if clip.start else Fraction(0)
    part = Stretch(begin, parse_duration(clip.end) if clip.end else video.duration, speed_of(clip) / rate)
    way = followed(clip.framing, found, part, video.display_size, output) if found else None
    framing = way or standing(clip.framing, video.display_size, output)
    return clip.model_copy(update={"framing": framing}), way is None


def _lost(timeline: Timeline, clips: Sequence[Clip], lost: Sequence[int]) -> Iterator[Warning_]:
    """Said once of clips that were found, and of each that a person has written."""
    for k in lost[:1] if timeline.clips_from else lost:
        framing = clips[k].framing
        assert framing is not None and framing.keyframes_from is not None, "only what follows can have lost it"
        name, label = framing.keyframes_from.analysis, framing.keyframes_from.label
        where = f"timeline.clips[{k}]"
        if timeline.clips_from:
            where = f"timeline.clipsFrom, in {len(lost)} of {len(clips)} clips"
        yield _nothing(f"{where}: the crop stands in the middle of the picture", name, label, "this part of its input")


def expanded_overlays(
    overlays: Sequence[Overlay], found: AllFound, views: Sequence[View]
) -> tuple[list[Overlay], list[Warning_]]:
    """Those that are enabled, each with `keyframesFrom` replaced by one on each thing: none if nothing is found yet."""
    made: list[Overlay] = []
    notes: list[Warning_] = []
    for index, overlay in enumerate(overlays):
        wanted = overlay.keyframes_from
        if not overlay.enabled:
            continue
        if wanted is None:
            made.append(overlay)
        elif found:
            parts = tracked_overlays(overlay, found, views)
            made += parts
            where = f"timeline.overlays[{index}]: nothing is drawn"
            notes += [] if parts else [_nothing(where, wanted.analysis, wanted.label, "what the timeline shows")]
            notes += _not_looked_at(f"timeline.overlays[{index}]", overlay, found[wanted.analysis], views)
    return made, notes


def _not_looked_at(where: str, overlay: Overlay, own: Found, views: Sequence[View]) -> Iterator[Warning_]:
    """What hides, hides in the clips of one input: of the others somebody should know."""
    others = sorted({view.clip.input for view in views} - {own.input})
    if others and hides(overlay):
        looked = f"analysis {own.name} looks at {own.input}"
        message = f"{where}: nothing is hidden in clips of {', '.join(others)}: {looked}"
        yield Warning_(reason=Note.NOTHING_TRACKED, message=message)


def _nothing(what: str, analysis: str, label: str | None, where: str) -> Warning_:
    things = "nothing" if label is None else f"no {label}"
    message = f"{what}, as analysis {analysis} has followed {things} in {where}"
    return Warning_(reason=Note.NOTHING_TRACKED, message=message)
