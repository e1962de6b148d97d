"""What can be known to be wrong without opening an input, beyond the CRD's own rules. Pure.

One list for three: `spotreel validate`, the operator before it makes a pod, the runner before it plans.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from videojob_api.analysis_checks import analysis_problems
from videojob_api.by_type import marked
from videojob_api.codecs import PIXEL_FORMATS, VideoCodec, video_codec
from videojob_api.fields import ReadBy
from videojob_api.model import Model
from videojob_api.order import Work
from videojob_api.output import Video
from videojob_api.problem import Path, Problem
from videojob_api.timeline import Clip, Fade, Timeline
from videojob_api.usage import clips_of
from videojob_api.values import format_duration, parse_duration

MAX_HOURS = 48
"""Of a timeline: a damaged time stamp may claim years."""


def check_work(work: Work) -> list[Problem]:
    """All problems; of values that cannot be read, or, if all can, of what they make of each other."""
    return unreadable_texts(work) or contradictions(work)


def contradictions(work: Work) -> list[Problem]:
    """What values make of each other; raises ValueError if one cannot be read, which `unreadable_texts` tells."""
    looked = analysis_problems(work)
    if looked or not work.outputs:
        return looked
    return [*_clips(work), *_overlays(work), *_timeline(work), *_video(work)]


# values


def unreadable_texts(model: Model) -> list[Problem]:
    """Texts that their type's reader refuses, wherever they stand: a time too long to count, an odd colour."""
    found = ((path, _refused(text, kind)) for path, text, kind in marked(model, ReadBy))
    return [Problem(path, words) for path, words in found if words]


def _refused(text: str, kind: ReadBy) -> str | None:
    """Why it cannot be read."""
    try:
        kind.read(text)
    except ValueError as error:
        return str(error)
    return None


# clips


def _clips(work: Work) -> Iterator[Problem]:
    clips = clips_of(work)
    if not clips:
        yield Problem(("inputs",), "all of them are images, fonts or music; the timeline has no clip")
    for index, clip in enumerate(clips):
        times = [k.time for k in clip.framing.points] if clip.framing else []
        yield from _in_order(times, ("timeline", "clips", index, "framing"))
    for index, (before, clip) in enumerate(pairwise(clips), 1):
        yield from _transition(before, clip, ("timeline", "clips", index, "transition"))


def _in_order(times: Sequence[str], path: Path) -> Iterator[Problem]:
    for index, (before, after) in enumerate(pairwise(times), 1):
        if parse_duration(after) <= parse_duration(before):
            yield Problem(
                (*path, "keyframes", index, "time"),
                f"keyframes stand in order, each later than the one before: {after} comes after {before}",
            )


def length_of(clip: Clip) -> Fraction | None:
    """Seconds that a clip lasts in the timeline; None where only its input can tell."""
    if clip.end is None:
        return None
    return (parse_duration(clip.end) - parse_duration(clip.start or "0s")) / Fraction(str(clip.speed))


def _shared(clip: Clip | None) -> Fraction:
    """Seconds that a clip has in common with the one before it."""
    transition = clip.transition if clip else None
    return parse_duration(transition.duration) if transition and transition.kind.overlaps else Fraction(0)


def _transition(before: Clip, clip: Clip, path: Path) -> Iterator[Problem]:
    """One that asks for more than the clips have, where these tell their lengths.

    A crossfade may take all that the one before has left; of the clip itself something must remain.
    """
    if clip.transition is None:
        return
    wanted, cross = parse_duration(clip.transition.duration), clip.transition.kind.overlaps
    needed, taken = (wanted, _shared(before)) if cross else (wanted / 2, Fraction(0))
    left, own = length_of(before), length_of(clip)
    short = left if left is not None and needed + taken > left else None
    if own is not None and (needed > own or (cross and needed == own)):
        short = own
    if short is not None:
        yield Problem(
            path,
            f"the {clip.transition.kind.word} of {clip.transition.duration} is longer than the clips that it "
            f"joins allow (one of them lasts {format_duration(short)}); make it shorter, or the clips longer",
        )


# timeline


def timeline_length(clips: Sequence[Clip]) -> Fraction | None:
    """Seconds, where every clip tells where it ends."""
    lengths = [length_of(clip) for clip in clips]
    known = [length for length in lengths if length is not None]
    if not known or len(known) < len(lengths):
        return None
    return sum(known, Fraction(0)) - sum((_shared(clip) for clip in clips[1:]), Fraction(0))


def _overlays(work: Work) -> Iterator[Problem]:
    overlays = work.timeline.overlays if work.timeline else None
    for index, overlay in enumerate(overlays or []):
        yield from _in_order([k.time for k in overlay.points], ("timeline", "overlays", index))
    if length := timeline_length(clips_of(work)):
        yield from late_overlays(work.timeline or Timeline(), length)


def late_overlays(timeline: Timeline, length: Fraction) -> Iterator[Problem]:
    """Overlays that nobody would see: they begin where the timeline, `length` seconds long, has ended."""
    for index, overlay in enumerate(timeline.overlays or []):
        if overlay.enabled and overlay.start and parse_duration(overlay.start) >= length:
            yield Problem(
                ("timeline", "overlays", index, "start"),
                f"the overlay begins at {overlay.start}, when the timeline, {format_duration(length)} long, is over "
                "(overlays count in timeline time, not in that of a clip)",
            )


def _timeline(work: Work) -> Iterator[Problem]:
    timeline, length = work.timeline or Timeline(), timeline_length(clips_of(work))
    if length is None:
        return
    if length > MAX_HOURS * 3600:
        yield Problem(("timeline",), f"lasts {format_duration(length)}, {MAX_HOURS}h are the limit: trim it")
    yield from _fade(timeline.fade_in, "fadeIn", length)
    yield from _fade(timeline.fade_out, "fadeOut", length)


def _fade(fade: Fade | None, field: str, length: Fraction) -> Iterator[Problem]:
    if fade and parse_duration(fade.duration) > length:
        yield Problem(
            ("timeline", field, "duration"),
            f"{fade.duration} is longer than the timeline, which lasts {format_duration(length)}; make it shorter",
        )


# output


def _video(work: Work) -> Iterator[Problem]:
    """What a codec does not know, as far as the inputs' depth does not matter."""
    video = work.outputs[0].video or Video()
    codec = video_codec(video.codec)
    known = [profile for bits in _depths(video, codec) for profile in codec.profiles[bits]]
    if video.profile and video.profile not in known:
        yield Problem(
            ("outputs", 0, "video", "profile"),
            f"{codec.name} has {' or '.join(dict.fromkeys(known))} here, not {video.profile}",
        )
    if video.crf is not None and video.crf > codec.largest_crf:
        yield Problem(("outputs", 0, "video", "crf"), f"{codec.name} knows 0 to {codec.largest_crf}, not {video.crf}")


def _depths(video: Video, codec: VideoCodec) -> tuple[int, ...]:
    """Bits that the output may have: without pixelFormat, those that the codec's players show."""
    return (PIXEL_FORMATS[video.pixel_format].depth,) if video.pixel_format else codec.depths
