"""Where each clip lies in the timeline and what part of its source it shows. Pure."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

from job_runner.errors import InputInvalid, SpecInvalid
from job_runner.plan.facts import InputFacts, Ratio, VideoFacts
from job_runner.plan.speed import SpeedClock, shown_frames
from job_runner.plan.timeline import slot
from job_runner.plan.times import Clock, VariableTimes
from videojob_api.model import Model
from videojob_api.timeline import Clip, Fade, Framing
from videojob_api.values import format_duration, parse_duration, parse_level


class FadePlan(Model):
    """`frames` frames from or to a colour."""

    frames: int
    color: str = "black"


class ClipPlan(Model):
    """`frames` output frames from `first` on show the source's frames from slot `source` on, `speed` times as fast.

    The first `cross` of them are shared with the clip before; `gain` is in decibels.
    """

    input: str
    first: int
    frames: int
    source: int
    cross: int = 0
    fade_in: FadePlan | None = None
    fade_out: FadePlan | None = None
    framing: Framing | None = None
    mute: bool = False
    gain: float = 0
    speed: Ratio = Fraction(1)

    @property
    def end(self) -> int:
        """The frame after the last."""
        return self.first + self.frames


def speed_of(clip: Clip) -> Fraction:
    """How many times as fast as its source a clip runs, as it was written in decimals."""
    return Fraction(str(clip.speed))


def is_whole(clip: Clip) -> bool:
    """Whether a clip shows its input from beginning to end, as fast as it was filmed."""
    return not clip.end and not (clip.start and parse_duration(clip.start)) and clip.speed == 1


def is_muted(clip: Clip) -> bool:
    """Whether a clip is silent because the spec says so."""
    audio = clip.audio
    return audio is not None and (audio.mute or (clip.speed != 1 and audio.speed == "Mute"))


def clock_of(clip: ClipPlan, timeline: Clock, rate: Fraction) -> Clock:
    """Numbers the frames of a clip's source as the clip shows them: the timeline's clock, unless it has a speed."""
    return timeline if clip.speed == 1 else SpeedClock(rate, clip.speed, clip.source)


def video_of(facts: Mapping[str, InputFacts], name: str) -> VideoFacts:
    """The picture of a clip's input. Raises InputInvalid if it has none."""
    video = facts[name].video
    if video is None:
        raise InputInvalid(f"input {name} has no video stream to make a clip of")
    return video


def place_clips(clips: Sequence[Clip], facts: Mapping[str, InputFacts], rate: Fraction) -> list[ClipPlan]:
    """Clips at a constant rate, one after the other, each crossfade taken from the one before."""
    placed: list[ClipPlan] = []
    for index, clip in enumerate(clips):
        where = f"timeline.clips[{index}]"
        start, end = _trim(clip, facts, rate, where)
        cross = _frames(clip, rate, overlaps=True)
        plan = planned(
            clip, (placed[-1].end - cross) if placed else 0, shown_frames(end - start, speed_of(clip)), start
        )
        placed.append(plan.model_copy(update={"cross": cross}))
    _check_overlaps(placed)
    return _dipped(placed, clips, rate)


def planned(clip: Clip, first: int, frames: int, source: int) -> ClipPlan:
    """Without its transition."""
    return ClipPlan(
        input=clip.input,
        first=first,
        frames=frames,
        source=source,
        framing=clip.framing,
        mute=is_muted(clip),
        speed=speed_of(clip),
        gain=parse_level(clip.audio.gain, "dB") if clip.audio and clip.audio.gain else 0,
    )


def _frames(clip: Clip, rate: Fraction, overlaps: bool) -> int:
    """Of a transition, at least one; 0 for one of the other kind."""
    if clip.transition is None or clip.transition.kind.overlaps != overlaps:
        return 0
    return max(1, slot(parse_duration(clip.transition.duration), rate))


def _check_overlaps(placed: Sequence[ClipPlan]) -> None:
    """A moment belongs to two clips at most."""
    for index, (clip, after) in enumerate(pairwise(placed)):
        if clip.cross + after.cross > clip.frames or after.cross >= after.frames:
            raise SpecInvalid(
                f"timeline.clips[{index + 1}].transition: the crossfade is longer than the clips that it joins; "
                "make it shorter, or the clips longer"
            )


def _dipped(placed: Sequence[ClipPlan], clips: Sequence[Clip], rate: Fraction) -> list[ClipPlan]:
    """Transitions through a colour: half of it ends a clip, half begins the next."""
    result = list(placed)
    for index in range(1, len(clips)):
        transition = clips[index].transition
        frames = _frames(clips[index], rate, overlaps=False)
        if not frames or not transition:
            continue
        out, rise = frames // 2, frames - frames // 2
        if out > result[index - 1].frames or rise > result[index].frames:
            raise SpecInvalid(f"timeline.clips[{index}].transition: the fade is longer than the clips that it joins")
        before = FadePlan(frames=out, color=transition.color) if out else None
        result[index - 1] = result[index - 1].model_copy(update={"fade_out": before})
        result[index] = result[index].model_copy(update={"fade_in": FadePlan(frames=rise, color=transition.color)})
    return result


def _trim(clip: Clip, facts: Mapping[str, InputFacts], rate: Fraction, where: str) -> tuple[int, int]:
    """First and end slot of a clip in its source."""
    video = video_of(facts, clip.input)
    check_reach(clip, video, rate, where)
    length = max(1, slot(video.duration, rate))
    start = slot(parse_duration(clip.start), rate) if clip.start else 0
    end = slot(parse_duration(clip.end), rate) if clip.end else length
    if end <= start:
        raise SpecInvalid(f"{where}: start and end fall on the same frame at {rate} fps; make the clip longer")
    return start, end


def check_reach(clip: Clip, video: VideoFacts, rate: Fraction, where: str) -> None:
    """Raises SpecInvalid for a trim past the end; half a frame is a rounding."""
    length = slot(video.duration, rate)
    start = slot(parse_duration(clip.start), rate) if clip.start else 0
    end = slot(parse_duration(clip.end), rate) if clip.end else length
    if end > length or start >= max(1, length):
        raise SpecInvalid(
            f"{where}: {clip.start or '0s'} to {clip.end or 'the end'} reaches past the end of input {clip.input}, "
            f"which is {format_duration(video.duration)} long; trim it to that"
        )


def variable_clip(clip: Clip, video: VideoFacts, times: VariableTimes) -> tuple[ClipPlan, VariableTimes]:
    """The one clip of a timeline that keeps its source's times, and the times of its frames."""
    check_reach(clip, video, video.rate, "timeline.clips[0]")
    first = _border(times, parse_duration(clip.start)) if clip.start else 0
    last = _border(times, parse_duration(clip.end)) if clip.end else times.frames
    if last <= first:
        raise SpecInvalid("timeline.clips[0]: start and end fall on the same frame; make the clip longer")
    ticks = [times.first + tick for tick in times.ticks[first : last + 1]]
    own = VariableTimes.of(ticks[:-1], ticks[-1] - ticks[-2], times.scale)
    return planned(clip, 0, last - first, 0), own


def _border(times: VariableTimes, seconds: Fraction) -> int:
    """The frame border nearest to a time, ties up."""
    return min(range(times.frames + 1), key=lambda k: (abs(times.seconds(k) - seconds), -k))


def fade_plan(fade: Fade | None, rate: Fraction, frames: int, where: str) -> FadePlan | None:
    """A fade at an end of the timeline, in frames."""
    if fade is None:
        return None
    count = slot(parse_duration(fade.duration), rate)
    if count > frames:
        raise SpecInvalid(f"timeline.{where}: {fade.duration} is longer than the timeline; make it shorter")
    return FadePlan(frames=count, color=fade.color) if count else None
