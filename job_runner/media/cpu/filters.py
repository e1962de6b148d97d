"""A recipe as a chain of FFmpeg's filters. Whole pixels, full speed."""

from av.video.frame import VideoFrame

from job_runner.media.recipe import Form, Recipe
from job_runner.media.signal import is_deep, is_grey, is_rgb
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


def declared_matrix(recipe: Recipe) -> int:
    """What filters are told of the source.

    They convert RGB. YCbCr of another matrix than the form's claims to have that, and is multiplied at the end:
    only where there is alpha, which that filter does not know, libswscale does it.
    """
    source, form = recipe.source, recipe.form
    aside = source.matrix == RGB or (recipe.alpha and changes_matrix(source.matrix, form.matrix))
    return source.matrix if aside else form.matrix


def filters(frame: VideoFrame, recipe: Recipe) -> list[str]:
    """The chain, from the decoder's frame to the form's pixel format, without its border.

    With alpha to a format that has it too, colours multiplied by it: what is hidden must not shine through when the
    picture is scaled.
    """
    source, form, alpha = recipe.source, recipe.form, recipe.alpha
    chain = [f"setparams=colorspace={declared_matrix(recipe)}:range={_range(source.full)}"]
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
