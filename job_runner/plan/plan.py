"""The plan: what the first runner works out once and writes once. Pure: spec + facts -> plan."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import chain

from job_runner.errors import SpecInvalid
from job_runner.plan.clips import (
    ClipPlan,
    FadePlan,
    clock_of,
    fade_plan,
    place_clips,
    variable_clip,
    video_of,
)
from job_runner.plan.color import check_colors, check_wanted, color_tags, pixel_format
from job_runner.plan.encoder import EncoderPlan, Opens, choose_encoder
from job_runner.plan.extras import Kept, keep_extras
from job_runner.plan.facts import AudioFacts, Chapter, ColorTags, InputFacts, Ratio, VideoFacts
from job_runner.plan.geometry import Size, output_size
from job_runner.plan.notes import notes_on_rate
from job_runner.plan.sound import AudioPlan, plan_sound, sound_notes
from job_runner.plan.timeline import segment_count, timescale
from job_runner.plan.times import Clock, ConstantClock, VariableTimes
from videojob_api.checks import MAX_HOURS, check_work, late_overlays
from videojob_api.model import Model
from videojob_api.names import Note
from videojob_api.order import Work
from videojob_api.output import Video, container_of
from videojob_api.overlay import Overlay
from videojob_api.problem import Problem
from videojob_api.report import Warning_
from videojob_api.status import PlanStatus
from videojob_api.timeline import Clip, Timeline
from videojob_api.usage import clips_of
from videojob_api.values import format_duration, parse_rate

SEGMENT_FRAMES = 300
FEWEST_SEGMENTS = ((240, 4), (120, 2))
"""From so many frames on: short timelines too keep several cores busy, and a stop does not cost them all.

Each has about 60 frames or more. Against one segment 60 frames cost 9 to 10 % of the bytes on real footage, 30 frames
17 to 20 %, 125 frames 3 %.
"""

Times = Mapping[str, VariableTimes]
"""Frame times of inputs by name; needed for `frameRate: passthrough` only."""


class Plan(Model):
    """Everything that shapes bytes, frozen."""

    v: int = 3
    fingerprint: str
    job: str
    inputs: list[InputFacts]
    rate: Ratio
    times: VariableTimes | None = None
    frames: int
    segment_frames: int
    width: int
    height: int
    fit: str
    background: str = "black"
    container: str = "mp4"
    color: ColorTags
    encoder: EncoderPlan
    clips: list[ClipPlan]
    fade_in: FadePlan | None = None
    fade_out: FadePlan | None = None
    overlays: list[Overlay] = []
    audio: AudioPlan | None = None
    timecode: str | None = None
    chapters: list[Chapter] = []
    notes: list[Warning_] = []

    @property
    def segments(self) -> int:
        """How many segments there are."""
        return segment_count(self.frames, self.segment_frames)

    @cached_property
    def clock(self) -> Clock:
        """Of the sources: their frames' numbers at the timeline's rate, or their own."""
        return self.times or ConstantClock(self.rate)

    def clip_clock(self, clip: ClipPlan) -> Clock:
        """Of the clip's source."""
        return clock_of(clip, self.clock, self.rate)

    def seconds(self, number: int) -> Fraction:
        """When output frame `number` begins, counted from the first; that of `frames` is the end."""
        return self.clock.seconds(number) - self.clock.seconds(0)

    @property
    def said(self) -> list[Warning_]:
        """What a user should know of inputs, encoder and timeline, whichever attempt goes on."""
        fallback = self.encoder.fallback
        own = [Warning_(reason=Note.ENCODER_FALLBACK, message=fallback)] if fallback else []
        return [*own, *chain.from_iterable(i.notes for i in self.inputs), *self.notes]

    @property
    def duration(self) -> Fraction:
        """Length of the timeline in seconds."""
        return self.seconds(self.frames)

    @property
    def scale(self) -> int:
        """Ticks per second in the files."""
        return self.times.scale if self.times else timescale(self.rate)

    def ticks(self, number: int) -> int:
        """When output frame `number` begins, exactly."""
        return self.times.ticks[number] if self.times else int(number * self.scale / self.rate)

    def input(self, name: str) -> InputFacts:
        """The input of that name."""
        return next(i for i in self.inputs if i.name == name)

    def video(self, name: str) -> VideoFacts:
        """The picture of an input that has one."""
        video = self.input(name).video
        assert video is not None, "a clip's input was checked when it was planned"
        return video

    def sound(self, name: str) -> AudioFacts:
        """The sound of an input that has some."""
        audio = self.input(name).audio
        assert audio is not None, "an input that is heard was checked when it was planned"
        return audio

    def status(self) -> PlanStatus:
        """The figures shown in status."""
        return PlanStatus(
            encoder=self.encoder.name,
            width=self.width,
            height=self.height,
            frame_rate=str(self.rate),
            frames=self.frames,
            segments=self.segments,
            segment_frames=self.segment_frames,
        )


def work_hash(work: Work) -> str:
    """Of what shapes bytes: inputs, timeline, output settings; not where things are kept."""
    # The container may follow from the uri's ending.
    video = [
        o.model_dump(mode="json", exclude={"uri", "if_exists"}) | {"container": container_of(o)} for o in work.outputs
    ]
    inputs = [i.model_dump(mode="json", exclude={"storage"}) for i in work.inputs]
    timeline = work.timeline.model_dump(mode="json") if work.timeline else None
    frames = work.checkpoint.segment_frames if work.checkpoint else None
    return hashlib.sha256(json.dumps([video, inputs, timeline, frames], sort_keys=True).encode()).hexdigest()[:16]


def segment_length(frames: int) -> int:
    """Frames of a segment where the spec leaves it open: a function of the timeline, never of the machine.

    Segments of about one length, in short timelines an even number: no worker waits for another's last one.
    """
    fewest = next((count for least, count in FEWEST_SEGMENTS if frames >= least), 1)
    count = max(fewest, segment_count(frames, SEGMENT_FRAMES))
    even = count + (count % 2 if count > 1 else 0)
    return -(-frames // even)


def keeps_times(work: Work) -> bool:
    """Whether the output has the source's own frame times."""
    video = work.outputs[0].video
    return video is not None and str(video.frame_rate) == "passthrough"


@dataclass(frozen=True)
class _Shown:
    """The clips in the timeline, its rate, and the times of its frames where they vary."""

    clips: list[ClipPlan]
    rate: Fraction
    times: VariableTimes | None = None

    @property
    def frames(self) -> int:
        return self.clips[-1].end

    @property
    def seconds(self) -> Fraction:
        return self.frames / self.rate


@dataclass(frozen=True)
class _Parts:
    """What a plan is put together from."""

    shown: _Shown
    size: Size
    tags: ColorTags
    kept: Kept
    audio: AudioPlan | None
    encoder: EncoderPlan
    notes: list[Warning_]


def make_plan(
    job: str, work: Work, facts: Mapping[str, InputFacts], fingerprint: str, opens: Opens, times: Times | None = None
) -> Plan:
    """The plan of `work` over inputs with these `facts`; `opens` tells which encoders work here.

    Raises SpecInvalid or InputInvalid, naming the field or the input, for what cannot be done, and NodeUnfit.
    """
    refuse(check_work(work))
    timeline, output, parts = work.timeline or Timeline(), work.outputs[0], _parts(work, facts, opens, times)
    video, rate, frames = output.video or Video(), parts.shown.rate, parts.shown.frames
    return Plan(
        fingerprint=fingerprint,
        job=job,
        inputs=list(facts.values()),
        rate=rate,
        times=parts.shown.times,
        frames=frames,
        segment_frames=(work.checkpoint and work.checkpoint.segment_frames) or segment_length(frames),
        width=parts.size[0],
        height=parts.size[1],
        fit=video.fit or "Contain",
        background=video.background or "black",
        container=container_of(output),
        color=parts.tags,
        encoder=parts.encoder,
        clips=parts.shown.clips,
        fade_in=fade_plan(timeline.fade_in, rate, frames, "fadeIn"),
        fade_out=fade_plan(timeline.fade_out, rate, frames, "fadeOut"),
        overlays=[o for o in timeline.overlays or [] if o.enabled],
        audio=parts.audio,
        timecode=parts.kept.timecode,
        chapters=parts.kept.chapters,
        notes=parts.notes,
    )


def _parts(work: Work, facts: Mapping[str, InputFacts], opens: Opens, times: Times | None) -> _Parts:
    """In the order in which a user should hear of what cannot be done."""
    video, clips = work.outputs[0].video or Video(), clips_of(work)
    first = video_of(facts, clips[0].input)
    shown = _shown(clips, facts, first, video, times)
    _check_length(shown.seconds)
    refuse(late_overlays(work.timeline or Timeline(), shown.seconds))
    size = output_size(video, first.display_size, clips[0].framing)
    tags, depth = _colors(clips, facts, video, size)
    kept, audio = keep_extras(clips, facts, shown.rate, shown.seconds), plan_sound(work, clips, facts)
    encoder = choose_encoder(video, depth, tags, first.mastering if tags.is_hdr else None, opens)
    uneven = notes_on_rate(clips[0].input, first) if times is None and _keeps_rate(video) else []
    notes = [*kept.notes, *sound_notes(work, audio, clips, facts), *uneven]
    return _Parts(shown, size, tags, kept, audio, encoder, notes)


def refuse(problems: Iterable[Problem]) -> None:
    """Raises SpecInvalid, which names them all, if there are any."""
    if found := "; ".join(map(str, problems)):
        raise SpecInvalid(found)


def _shown(
    clips: Sequence[Clip], facts: Mapping[str, InputFacts], first: VideoFacts, video: Video, times: Times | None
) -> _Shown:
    if times is None:
        rate = _rate(video, first)
        return _Shown(place_clips(clips, facts, rate), rate)
    clip, own = variable_clip(clips[0], first, times[clips[0].input])
    return _Shown([clip], _average_rate(own), own)


def _colors(clips: Sequence[Clip], facts: Mapping[str, InputFacts], video: Video, size: Size) -> tuple[ColorTags, str]:
    """The output's tags and pixel format, checked against what the inputs have."""
    first = video_of(facts, clips[0].input)
    tags, depth = color_tags(video.color, first, size), pixel_format(video, first)
    check_wanted(video.color, first.color)
    check_colors(tags, depth, video, (facts[c.input] for c in clips))
    return tags, depth


def _rate(video: Video, first: VideoFacts) -> Fraction:
    return first.rate if _keeps_rate(video) else parse_rate(str(video.frame_rate))


def _keeps_rate(video: Video) -> bool:
    return str(video.frame_rate or "source") == "source"


def _average_rate(times: VariableTimes) -> Fraction:
    """For rate control and figures; nothing is placed by it."""
    return (Fraction(times.frames * times.scale, max(1, times.ticks[-1]))).limit_denominator(1001)


def _check_length(seconds: Fraction) -> None:
    if seconds > MAX_HOURS * 3600:
        raise SpecInvalid(f"the timeline lasts {format_duration(seconds)}, {MAX_HOURS}h are the limit: trim it")
