"""What happens to a frame on its way into the output, as a chain of FFmpeg's filters. Whole pixels, full speed."""

from dataclasses import dataclass

from av.video.frame import VideoFrame

from job_runner.effects.picture import Coding
from job_runner.media.signal import is_deep, is_grey, is_rgb
from job_runner.plan.facts import UPRIGHT
from job_runner.plan.geometry import Placement
from job_runner.plan.matrix import RGB, Signal, changes_matrix
from videojob_api.codecs import PIXEL_FORMATS

# Accurate rounding and bit-exactness make swscale the same on every CPU.
_SCALE_FLAGS = "bicubic+accurate_rnd+bitexact"
# By EXIF's numbers. vflip alone gives lines in memory from the last to the first, which nobody else takes.
_TURNS = {
    2: "hflip",
    3: "vflip,hflip",
    4: "vflip,copy",
    5: "transpose=cclock_flip",
    6: "transpose=clock",
    7: "transpose=clock_flip",
    8: "transpose=cclock",
}


@dataclass(frozen=True)
class Form:
    """What every output frame is: size, pixel format, colour matrix, range and transfer function."""

    size: tuple[int, int]
    pixel_format: str
    matrix: int
    full: bool
    transfer: int = 1

    @property
    def depth(self) -> int:
        """Bits of a sample."""
        return PIXEL_FORMATS[self.pixel_format].depth

    @property
    def coding(self) -> Coding:
        """As the effects know it."""
        return Coding(self.matrix, self.transfer, self.depth, self.full)

    def sized(self, size: tuple[int, int]) -> "Form":
        """The same in another size."""
        return Form(size, self.pixel_format, self.matrix, self.full, self.transfer)


@dataclass(frozen=True)
class Recipe:
    """What happens to a frame: stand it upright, crop and scale it into its place in `form`, around it `border`.

    `source` says what its code values mean; another matrix or range than the form's is converted. `border` is sRGB, 0
    to 255 each; with `alpha` it shows through.
    """

    orientation: int
    placement: Placement | None
    source: Signal
    form: Form
    border: tuple[int, int, int]
    alpha: bool = False

    @property
    def declared(self) -> int:
        """The matrix that filters are told of the source.

        They convert RGB. YCbCr of another matrix than the form's claims to have that, and is multiplied at the end:
        only where there is alpha, which that filter does not know, libswscale does it.
        """
        aside = self.source.matrix == RGB or (self.alpha and changes_matrix(self.source.matrix, self.form.matrix))
        return self.source.matrix if aside else self.form.matrix

    @property
    def is_turned(self) -> bool:
        """Whether the stored picture does not stand upright."""
        return self.orientation != UPRIGHT

    @property
    def size(self) -> tuple[int, int]:
        """Of the picture without its border."""
        return self.placement.size if self.placement else self.form.size


def filters(frame: VideoFrame, recipe: Recipe) -> list[str]:
    """The chain, from the decoder's frame to the form's pixel format, without its border.

    With alpha to a format that has it too, colours multiplied by it: what is hidden must not shine through when the
    picture is scaled.
    """
    source, form, alpha = recipe.source, recipe.form, recipe.alpha
    chain = [f"setparams=colorspace={recipe.declared}:range={_range(source.full)}"]
    chain += _as_luma(frame, alpha) if is_grey(frame.format.name) and not source.full else []
    # Only from the frame itself, not from its neighbours: a segment must not depend on where decoding began.
    chain += ["estdif=mode=frame:deint=interlaced"] if frame.interlaced_frame else []
    chain += [_TURNS[recipe.orientation]] if recipe.is_turned else []
    if place := recipe.placement:
        crop = place.crop.whole()
        chain.append(f"crop={crop.width}:{crop.height}:{crop.left}:{crop.top}:exact=1")
    chain += [f"format={_multiplied(frame)}", "premultiply=inplace=1"] if alpha else []
    chain.append(f"scale={recipe.size[0]}:{recipe.size[1]}:flags={_SCALE_FLAGS}:{_outcome(form)}")
    if alpha:
        return [*chain, f"format={PIXEL_FORMATS[form.pixel_format].with_alpha}"]
    return [*chain, f"format={form.pixel_format}", *_matrix_change(source, form)]


def _as_luma(frame: VideoFrame, alpha: bool) -> list[str]:
    """Grey of limited range as the luma of a picture: libswscale takes all grey for full range."""
    kept = ("yuva444p" if alpha else "yuv420p") + ("16le" if is_deep(frame.format.name) else "")
    return [f"scale=flags={_SCALE_FLAGS}:out_range=pc", f"format={kept}", "setparams=range=tv"]


def _multiplied(frame: VideoFrame) -> str:
    """A format in which colours can be multiplied by alpha."""
    planar = "gbrap" if is_rgb(frame.format.name) else "yuva444p"
    return planar + ("16le" if is_deep(frame.format.name) else "")


def _outcome(form: Form) -> str:
    """Matrix and range; those before were declared, and filters hand them on."""
    return f"out_color_matrix={form.matrix}:out_range={_range(form.full)}"


def _matrix_change(source: Signal, form: Form) -> list[str]:
    """By the filter that multiplies YCbCr once; libswscale would go through RGB of 8 bit and be off by two or three."""
    if not changes_matrix(source.matrix, form.matrix):
        return []
    light = "iprimaries=bt709:primaries=bt709:itrc=bt709:trc=bt709"
    side = _range(form.full)
    return [f"colorspace=ispace={source.matrix}:space={form.matrix}:irange={side}:range={side}:{light}"]


def _range(full: bool) -> str:
    return "pc" if full else "tv"
