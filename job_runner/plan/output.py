"""What one output is made of, beside the timeline that all outputs share. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from job_runner.plan.clips import video_of
from job_runner.plan.color import check_colors, check_wanted, color_tags, pixel_format
from job_runner.plan.encoder import EncoderPlan, Opens, choose_encoder
from job_runner.plan.facts import ColorTags, InputFacts, Mastering
from job_runner.plan.geometry import Size, output_size
from job_runner.plan.sound import OutputAudioPlan
from videojob_api.model import Model
from videojob_api.output import Output, Video, container_of
from videojob_api.timeline import Clip


class OutputPlan(Model):
    """Everything that shapes the bytes of one output and of no other, frozen.

    Outputs of one timeline have their frames, its rate and the borders of the segments in common.
    """

    name: str
    width: int
    height: int
    fit: str
    background: str = "black"
    container: str = "mp4"
    color: ColorTags
    encoder: EncoderPlan
    audio: OutputAudioPlan | None = None

    @property
    def size(self) -> Size:
        """Width and height in pixels."""
        return self.width, self.height


@dataclass(frozen=True)
class Picture:
    """An output's picture, as far as no encoder has a say in it."""

    size: Size
    color: ColorTags
    pixel_format: str
    mastering: Mastering | None


def plan_picture(video: Video, clips: Sequence[Clip], facts: Mapping[str, InputFacts]) -> Picture:
    """Checked against what the inputs have. Raises SpecInvalid, InputInvalid."""
    first = video_of(facts, clips[0].input)
    size = output_size(video, first.display_size, clips[0].framing)
    tags, depth = color_tags(video.color, first, size), pixel_format(video, first)
    check_wanted(video.color, first.color)
    check_colors(tags, depth, video, (facts[c.input] for c in clips))
    return Picture(size, tags, depth, first.mastering if tags.is_hdr else None)


def plan_output(output: Output, picture: Picture, audio: OutputAudioPlan | None, opens: Opens) -> OutputPlan:
    """With its encoder, and with what the spec leaves out. Raises SpecInvalid, NodeUnfit."""
    video = output.video or Video()
    return OutputPlan(
        name=output.name,
        width=picture.size[0],
        height=picture.size[1],
        fit=video.fit or "Contain",
        background=video.background or "black",
        container=container_of(output),
        color=picture.color,
        encoder=choose_encoder(video, picture.pixel_format, picture.color, picture.mastering, opens),
        audio=audio,
    )
