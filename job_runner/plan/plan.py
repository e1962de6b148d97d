"""The plan: what the first runner works out once and writes once. Pure: spec + facts -> plan."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import chain
from types import MappingProxyType
from typing import Annotated, Final, Literal

from pydantic import Field

from job_runner.analysis.found import AllFound
from job_runner.errors import SpecInvalid
from job_runner.plan.begun import Begun
from job_runner.plan.clips import (
    ClipPlan,
    FadePlan,
    clock_of,
    fade_plan,
    place_clips,
    variable_clip,
    video_of,
)
from job_runner.plan.clock_notes import notes_on_rate
from job_runner.plan.encoder import Opens
from job_runner.plan.extras import keep_extras
from job_runner.plan.facts import AudioFacts, Chapter, InputFacts, Ratio, VideoFacts
from job_runner.plan.output import OutputPlan, plan_output, plan_picture
from job_runner.plan.sound import AudioPlan, plan_output_sound, plan_sound, sound_notes
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
from videojob_api.usage import clips_of, tracks_named
from videojob_api.values import format_duration, parse_rate

SEGMENT_FRAMES = 300
FEWEST_SEGMENTS = ((240, 4), (120, 2))
"""From so many frames on: short timelines too keep several cores busy, and a stop does not cost them all.

Each has about 60 frames or more. Against one segment 60 frames cost 9 to 10 % of the bytes on real footage, 30 frames
17 to 20 %, 125 frames 3 %.
"""

VERSION: Final = 4
"""Of what a plan's JSON means. A runner reads no other: see `read_plan`."""
BEGUN: Final = Begun("plan", "plans", "bytes", VERSION)

Times = Mapping[str, VariableTimes]
"""Frame times of inputs by name; needed for `frameRate: passthrough` only."""


class Plan(Model):
    """Everything that shapes bytes, frozen: the timeline, and what each of its outputs makes of it.

    Frames, their times and the borders of segments are the timeline's: outputs may be cut and joined alike.
    """

    v: Literal[4] = VERSION
    fingerprint: str
    job: str
    inputs: list[InputFacts]
    rate: Ratio
    times: VariableTimes | None = None
    frames: int
    segment_frames: int
    clips: list[ClipPlan]
    fade_in: FadePlan | None = None
    fade_out: FadePlan | None = None
    overlays: list[Overlay] = []
    audio: AudioPlan | None = None
    timecode: str | None = None
    chapters: list[Chapter] = []
    notes: list[Warning_] = []
    outputs: Annotated[list[OutputPlan], Field(min_length=1, max_length=1)]

    def output(self, name: str) -> OutputPlan:
        """The output of that name."""
        return next(o for o in self.outputs if o.name == name)

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
        fallbacks = (output.encoder.fallback for output in self.outputs)
        own = [Warning_(reason=Note.ENCODER_FALLBACK, message=why) for why in fallbacks if why]
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
        """The figures shown in status; of the outputs, those of the first."""
        first = self.outputs[0]
        return PlanStatus(
            encoder=first.encoder.name,
            width=first.width,
            height=first.height,
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
    parts = [video, inputs, timeline, frames]
    if work.analyses:
        parts.append([analysis.model_dump(mode="json") for analysis in work.analyses])
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


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
    video = work.outputs[0].video if work.outputs else None
    return video is not None and str(video.frame_rate) == "passthrough"


@dataclass(frozen=True)
class _Shown:
    """The clips in the timeline, its rate, the times of its frames where they vary, and what to say of them."""

    clips: list[ClipPlan]
    rate: Fraction
    times: VariableTimes | None = None
    notes: tuple[Warning_, ...] = ()

    @property
    def frames(self) -> int:
        return self.clips[-1].end

    @property
    def seconds(self) -> Fraction:
        return self.frames / self.rate


def read_plan(data: bytes, where: str) -> Plan:
    """The plan that lies in the workspace `where`. Raises ConfigInvalid, WorkspaceCorrupt."""
    return BEGUN.read(Plan, data, where)


def make_plan(
    job: str,
    work: Work,
    facts: Mapping[str, InputFacts],
    fingerprint: str,
    opens: Opens,
    times: Times | None = None,
    found: AllFound = MappingProxyType({}),
) -> Plan:
    """The plan of `work` over inputs with these `facts`, in which analyses have `found` something.

    `opens` tells which encoders work here. Before anything is found a plan is good for checks alone: clips that follow
    from it are their whole input, crops stand in the middle, overlays on tracks are left out.

    Raises SpecInvalid or InputInvalid, naming the field or the input, for what cannot be done, and NodeUnfit: of
    several the one that a user should hear of first.
    """
    refuse(check_work(work))
    timeline, output = work.timeline or Timeline(), work.outputs[0]
    clips, lost = _clips(work, facts, output.video or Video(), found)
    shown = _shown(clips, facts, output.video or Video(), times)
    _check_length(timeline, shown.seconds)
    picture = plan_picture(output.video or Video(), clips, facts)
    kept, audio = keep_extras(clips, facts, shown.rate, shown.seconds), plan_sound(timeline, clips, facts)
    held = plan_output_sound(audio, output, timeline, clips, facts) if audio else None
    outputs = [plan_output(output, picture, held, opens)]
    overlays, unseen = _overlays(timeline, shown, facts, outputs[0], found)
    return Plan(
        fingerprint=fingerprint, job=job, inputs=list(facts.values()), outputs=outputs,
        rate=shown.rate, times=shown.times, frames=shown.frames, clips=shown.clips,
        segment_frames=(work.checkpoint and work.checkpoint.segment_frames) or segment_length(shown.frames),
        fade_in=fade_plan(timeline.fade_in, shown.rate, shown.frames, "fadeIn"),
        fade_out=fade_plan(timeline.fade_out, shown.rate, shown.frames, "fadeOut"),
        overlays=overlays,
        audio=audio, timecode=kept.timecode, chapters=kept.chapters,
        notes=[*kept.notes, *sound_notes(audio, held, output, timeline, clips, facts), *shown.notes, *lost, *unseen],
    )  # fmt: skip


def _clips(
    work: Work, facts: Mapping[str, InputFacts], video: Video, found: AllFound
) -> tuple[list[Clip], list[Warning_]]:
    """As the spec lists them, or as they follow from what was found; and what to say of it."""
    clips, timeline = clips_of(work), work.timeline or Timeline()
    if not timeline.clips_from and not any("framing" in path for path, _ in tracks_named(work)):
        return clips, []
    from job_runner.plan.expansion import expanded_clips

    size = (video.width, video.height) if video.width and video.height else None
    first = video_of(facts, clips[0].input)
    rate = first.rate if keeps_times(work) else _rate(video, first)
    return expanded_clips(timeline, clips, facts, found, rate, size)


def _overlays(
    timeline: Timeline,
    shown: _Shown,
    facts: Mapping[str, InputFacts],
    output: OutputPlan,
    found: AllFound,
) -> tuple[list[Overlay], list[Warning_]]:
    """Those that are drawn, and what to say of others."""
    overlays = timeline.overlays or []
    if not any(overlay.keyframes_from for overlay in overlays):
        return [overlay for overlay in overlays if overlay.enabled], []
    from job_runner.plan.expansion import expanded_overlays
    from job_runner.plan.views import View

    clock = shown.times or ConstantClock(shown.rate)
    leaving = [*(clip.cross for clip in shown.clips[1:]), 0]
    views = [
        View(clip, video_of(facts, clip.input), output, clock, shown.rate, cross)
        for clip, cross in zip(shown.clips, leaving, strict=True)
    ]
    return expanded_overlays(overlays, found, views)


def refuse(problems: Iterable[Problem]) -> None:
    """Raises SpecInvalid, which names them all, if there are any."""
    if found := "; ".join(map(str, problems)):
        raise SpecInvalid(found)


def _shown(clips: Sequence[Clip], facts: Mapping[str, InputFacts], video: Video, times: Times | None) -> _Shown:
    first = video_of(facts, clips[0].input)
    if times is None:
        rate = _rate(video, first)
        uneven = notes_on_rate(clips[0].input, first) if _keeps_rate(video) else []
        return _Shown(place_clips(clips, facts, rate), rate, notes=tuple(uneven))
    clip, own = variable_clip(clips[0], first, times[clips[0].input])
    return _Shown([clip], _average_rate(own), own)


def _rate(video: Video, first: VideoFacts) -> Fraction:
    return first.rate if _keeps_rate(video) else parse_rate(str(video.frame_rate))


def _keeps_rate(video: Video) -> bool:
    return str(video.frame_rate or "source") == "source"


def _average_rate(times: VariableTimes) -> Fraction:
    """For rate control and figures; nothing is placed by it."""
    return (Fraction(times.frames * times.scale, max(1, times.ticks[-1]))).limit_denominator(1001)


def _check_length(timeline: Timeline, seconds: Fraction) -> None:
    if seconds > MAX_HOURS * 3600:
        raise SpecInvalid(f"the timeline lasts {format_duration(seconds)}, {MAX_HOURS}h are the limit: trim it")
    if not timeline.clips_from:
        # Nobody can know beforehand how long a timeline is that is found.
        refuse(late_overlays(timeline, seconds))
