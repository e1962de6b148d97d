"""The plan: what the first runner works out once and writes once. Pure: spec + facts -> plan."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import pairwise

from job_runner.errors import InputInvalid, SpecInvalid
from job_runner.plan.encoder import EncoderPlan, choose_encoder
from job_runner.plan.facts import AudioFacts, ColorTags, InputFacts, Ratio
from job_runner.plan.geometry import output_size
from job_runner.plan.timeline import segment_count, slot
from videojob_api.model import Model
from videojob_api.order import Work
from videojob_api.spec import Clip, Framing, Overlay, Timeline, Video
from videojob_api.status import PlanStatus
from videojob_api.values import format_duration, parse_duration, parse_rate

SEGMENT_FRAMES = 300
MAX_HOURS = 48
"""Of a timeline: a damaged time stamp may claim years."""

AAC_BITRATE = 192_000
AAC_RATES = (48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000)
AAC_LAYOUTS = ("mono", "stereo", "3.0", "4.0", "5.0", "5.1")
_HDR_TRANSFERS = {16: "PQ (HDR10)", 18: "HLG"}


class ClipPlan(Model):
    """`frames` output frames from `first` on show the source's frames from slot `source` on."""

    input: str
    first: int
    frames: int
    source: int
    framing: Framing | None = None
    mute: bool = False

    @property
    def end(self) -> int:
        """The frame after the last."""
        return self.first + self.frames


class AudioPlan(Model):
    """The sound's one artefact: copied packets of `copy_of`, or `layout` at `rate` samples a second."""

    copy_of: str | None = None
    rate: int
    layout: str
    bitrate: int


class Plan(Model):
    """Everything that shapes bytes, frozen."""

    v: int = 1
    fingerprint: str
    job: str
    inputs: list[InputFacts]
    rate: Ratio
    frames: int
    segment_frames: int
    width: int
    height: int
    fit: str
    color: ColorTags
    encoder: EncoderPlan
    clips: list[ClipPlan]
    overlays: list[Overlay] = []
    audio: AudioPlan | None = None

    @property
    def segments(self) -> int:
        """How many segments there are."""
        return segment_count(self.frames, self.segment_frames)

    @property
    def duration(self) -> Fraction:
        """Seconds."""
        return self.frames / self.rate

    def input(self, name: str) -> InputFacts:
        """The input of that name."""
        return next(i for i in self.inputs if i.name == name)

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
    video = [o.model_dump(mode="json", exclude={"uri", "if_exists"}) for o in work.outputs]
    inputs = [i.model_dump(mode="json", exclude={"storage"}) for i in work.inputs]
    timeline = work.timeline.model_dump(mode="json") if work.timeline else None
    frames = work.checkpoint.segment_frames if work.checkpoint else None
    return hashlib.sha256(json.dumps([video, inputs, timeline, frames], sort_keys=True).encode()).hexdigest()[:16]


def make_plan(job: str, work: Work, facts: Mapping[str, InputFacts], fingerprint: str) -> Plan:
    """The plan of `work` over inputs with these `facts`.

    Raises SpecInvalid or InputInvalid, naming the field or the input, for what cannot be done.
    """
    timeline, video = work.timeline or Timeline(), work.outputs[0].video or Video()
    clips = timeline.clips or [Clip(input=i.name) for i in work.inputs]
    first = facts[clips[0].input]
    rate = _rate(video, first)
    planned = _place(clips, facts, rate)
    width, height = output_size(video, first.video.display_size, clips[0].framing)
    _refuse_hdr(facts[c.input] for c in clips)
    _check_overlays(timeline.overlays or [])
    if planned[-1].end > MAX_HOURS * 3600 * rate:
        raise SpecInvalid(
            f"the timeline lasts {format_duration(planned[-1].end / rate)}, {MAX_HOURS}h are the limit: trim it"
        )
    return Plan(
        fingerprint=fingerprint,
        job=job,
        inputs=list(facts.values()),
        rate=rate,
        frames=planned[-1].end,
        segment_frames=(work.checkpoint and work.checkpoint.segment_frames) or SEGMENT_FRAMES,
        width=width,
        height=height,
        fit=video.fit or "Contain",
        color=first.video.color.model_copy(update={"range": 1}),
        encoder=choose_encoder(video),
        clips=planned,
        overlays=[o for o in timeline.overlays or [] if o.enabled],
        audio=_audio(work, clips, facts),
    )


def _rate(video: Video, first: InputFacts) -> Fraction:
    text = str(video.frame_rate or "source")
    return first.video.rate if text == "source" else parse_rate(text)


def _place(clips: list[Clip], facts: Mapping[str, InputFacts], rate: Fraction) -> list[ClipPlan]:
    placed: list[ClipPlan] = []
    for index, clip in enumerate(clips):
        start, end = _trim(clip, facts[clip.input], rate, f"timeline.clips[{index}]")
        _check_times(
            [k.time for k in clip.framing.keyframes] if clip.framing else [], f"timeline.clips[{index}].framing"
        )
        placed.append(
            ClipPlan(
                input=clip.input,
                first=placed[-1].end if placed else 0,
                frames=end - start,
                source=start,
                framing=clip.framing,
                mute=bool(clip.audio and clip.audio.mute),
            )
        )
    return placed


def _trim(clip: Clip, facts: InputFacts, rate: Fraction, where: str) -> tuple[int, int]:
    """First and end slot of a clip in its source."""
    length = slot(facts.video.duration, rate)
    start = slot(parse_duration(clip.start), rate) if clip.start else 0
    end = slot(parse_duration(clip.end), rate) if clip.end else length
    if end > length or start >= length:
        raise SpecInvalid(
            f"{where}: {clip.start or '0s'} to {clip.end or 'the end'} reaches past the end of input {facts.name}, "
            f"which is {format_duration(facts.video.duration)} long; trim it to that"
        )
    if end <= start:
        raise SpecInvalid(f"{where}: start and end fall on the same frame at {rate} fps; make the clip longer")
    return start, end


def _check_times(times: list[str], where: str) -> None:
    moments = [parse_duration(time) for time in times]
    for index, (before, after) in enumerate(pairwise(moments), 1):
        if after <= before:
            raise SpecInvalid(
                f"{where}.keyframes[{index}].time: keyframes stand in order, each later than the one before"
            )


def _check_overlays(overlays: list[Overlay]) -> None:
    for index, overlay in enumerate(overlays):
        _check_times([k.time for k in overlay.keyframes], f"timeline.overlays[{index}]")


def _refuse_hdr(inputs: Iterable[InputFacts]) -> None:
    for facts in inputs:
        if name := _HDR_TRANSFERS.get(facts.video.color.transfer):
            raise InputInvalid(
                f"input {facts.name} is {name} video, and HDR output is not supported yet; convert it to SDR first"
            )


def _audio(work: Work, clips: list[Clip], facts: Mapping[str, InputFacts]) -> AudioPlan | None:
    mode = work.timeline.audio.mode if work.timeline and work.timeline.audio else "Keep"
    heard = [facts[c.input] for c in clips if facts[c.input].audio and not (c.audio and c.audio.mute)]
    if mode == "Mute" or not heard:
        return None
    sound = heard[0].audio
    assert sound is not None
    bitrate = work.outputs[0].audio.bitrate if work.outputs[0].audio else None
    return AudioPlan(
        copy_of=heard[0].name if _uncut(clips) and sound.codec == "aac" and not bitrate else None,
        rate=sound.rate if sound.rate in AAC_RATES else 48_000,
        layout=sound.layout if sound.layout in AAC_LAYOUTS else "5.1",
        bitrate=int(bitrate.removesuffix("k")) * 1000 if bitrate else AAC_BITRATE * _pairs(sound),
    )


def _uncut(clips: list[Clip]) -> bool:
    return len(clips) == 1 and not clips[0].start and not clips[0].end


def _pairs(sound: AudioFacts) -> int:
    """AAC's bit rate grows with the channels; surround gets that of two stereo pairs."""
    return 1 if sound.layout in ("mono", "stereo") else 2
