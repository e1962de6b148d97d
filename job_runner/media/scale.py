"""Still crops, scaling, rotation and pixel formats by FFmpeg's own filters: whole pixels, full speed."""

from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np
from av.filter import Graph
from av.video.frame import VideoFrame

from job_runner.effects.color import Coding
from job_runner.effects.picture import Color, Picture
from job_runner.errors import InputInvalid
from job_runner.media.signal import FULL, LIMITED, is_grey
from job_runner.media.source import survived
from job_runner.plan.geometry import Placement
from job_runner.plan.matrix import RGB, Signal, changes_matrix

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
KEPT_GRAPHS = 8
"""Each holds a few frames; two clips that cross need two."""


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
        return 8 if self.pixel_format == "yuv420p" else 10

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

    `source` says what its code values mean; another matrix or range than the form's is converted.
    """

    orientation: int
    placement: Placement | None
    source: Signal
    form: Form
    border: Color

    @property
    def size(self) -> tuple[int, int]:
        """Of the picture without its border."""
        return self.placement.size if self.placement else self.form.size


def _filters(frame: VideoFrame, recipe: Recipe) -> list[str]:
    chain = _luma_of_grey(frame) if is_grey(frame.format.name) and not recipe.source.full else []
    # Only from the frame itself, not from its neighbours: a segment must not depend on where decoding began.
    chain += ["estdif=mode=frame:deint=interlaced"] if frame.interlaced_frame else []
    chain += [_TURNS[recipe.orientation]] if recipe.orientation in _TURNS else []
    if place := recipe.placement:
        crop = place.crop.whole()
        chain.append(f"crop={crop.width}:{crop.height}:{crop.left}:{crop.top}:exact=1")
    width, height = recipe.size
    chain.append(f"scale={width}:{height}:flags={_SCALE_FLAGS}:{_ranges(recipe.source, recipe.form)}")
    return [*chain, f"format={recipe.form.pixel_format}", *_matrix_change(recipe.source, recipe.form)]


def _luma_of_grey(frame: VideoFrame) -> list[str]:
    """Limited range, as the luma of a picture: libswscale takes all grey for full range."""
    deep = frame.format.components[0].bits > 8
    kept = "yuv420p16le" if deep else "yuv420p"
    return [f"scale=flags={_SCALE_FLAGS}:out_range=pc", f"format={kept}", "setparams=range=tv"]


def _ranges(source: Signal, form: Form) -> str:
    """And one matrix on both sides, the output's: it counts for RGB only.

    What libswscale is left to guess is BT.601, whatever the frame's tags are.
    """
    sides = f"in_color_matrix={form.matrix}:out_color_matrix={form.matrix}"
    return f"{sides}:in_range={_range(source.full)}:out_range={_range(form.full)}"


def _matrix_change(source: Signal, form: Form) -> list[str]:
    """By the filter that multiplies YCbCr once; libswscale would go through RGB of 8 bit and be off by two or three."""
    if not changes_matrix(source.matrix, form.matrix):
        return []
    light = "iprimaries=bt709:primaries=bt709:itrc=bt709:trc=bt709"
    side = _range(form.full)
    return [f"colorspace=ispace={source.matrix}:space={form.matrix}:irange={side}:range={side}:{light}"]


def _range(full: bool) -> str:
    return "pc" if full else "tv"


class Scaler:
    """Keeps one filter graph per kind of frame and recipe. Not thread-safe: one a worker."""

    def __init__(self) -> None:
        self._graphs: dict[tuple[object, ...], Graph] = {}

    def apply(self, frame: VideoFrame, recipe: Recipe) -> VideoFrame:
        """The frame by `recipe`; the frame itself if there is nothing to do."""
        if _is_done(frame, recipe):
            return frame
        try:
            scaled = self._deinterlaced(frame, recipe) if frame.interlaced_frame else self._filtered(frame, recipe)
        except av.error.FFmpegError as error:
            survived(error)
            raise InputInvalid(
                f"a frame of {frame.width}x{frame.height} {frame.format.name}, colour matrix {recipe.source.matrix}, "
                f"cannot be converted ({error.strerror}); convert that input first"
            ) from error
        return scaled if recipe.size == recipe.form.size else _bordered(scaled, recipe)

    def _filtered(self, frame: VideoFrame, recipe: Recipe) -> VideoFrame:
        key = (frame.width, frame.height, frame.format.name, recipe)
        if key not in self._graphs:
            while len(self._graphs) >= KEPT_GRAPHS:
                self._graphs.pop(next(iter(self._graphs)))
            self._graphs[key] = _graph(frame, recipe)
        self._graphs[key].push(frame)
        return _pulled(self._graphs[key])

    def _deinterlaced(self, frame: VideoFrame, recipe: Recipe) -> VideoFrame:
        """estdif gives a frame when it has seen the next, or the end."""
        graph = _graph(frame, recipe)
        graph.push(frame)
        graph.push(None)
        return _pulled(graph)


def _pulled(graph: Graph) -> VideoFrame:
    result = graph.pull()
    assert isinstance(result, VideoFrame)
    return result


def _is_done(frame: VideoFrame, recipe: Recipe) -> bool:
    source, form = recipe.source, recipe.form
    turned = recipe.orientation in _TURNS or frame.interlaced_frame
    same = source.full == form.full and not changes_matrix(source.matrix, form.matrix)
    return not turned and same and frame.format.name == form.pixel_format and _is_placed(frame, recipe)


def _is_placed(frame: VideoFrame, recipe: Recipe) -> bool:
    place = recipe.placement
    size = (frame.width, frame.height)
    if place is None:
        return size == recipe.form.size
    crop = place.crop.whole()
    return (crop.left, crop.top, crop.width, crop.height) == (0, 0, *size) and place.size == size == recipe.form.size


def _graph(frame: VideoFrame, recipe: Recipe) -> Graph:
    graph = Graph()
    graph.threads = 1
    nodes = [graph.add("buffer", **_buffer(frame, recipe.source, recipe.form))]
    for text in ",".join(_filters(frame, recipe)).split(","):
        name, _, arguments = text.partition("=")
        nodes.append(graph.add(name, arguments))
    nodes.append(graph.add("buffersink"))
    graph.link_nodes(*nodes).configure()
    return graph


def _buffer(frame: VideoFrame, source: Signal, form: Form) -> dict[str, str]:
    """With matrix and range, which PyAV's own add_buffer leaves out: filters would convert from or to a guess."""
    return {
        "video_size": f"{frame.width}x{frame.height}",
        "pix_fmt": frame.format.name,
        "time_base": str(frame.time_base or Fraction(1, 25)),
        "pixel_aspect": "1/1",
        "colorspace": str(RGB if source.matrix == RGB else form.matrix),
        "range": str(FULL if source.full else LIMITED),
    }


def _bordered(frame: VideoFrame, recipe: Recipe) -> VideoFrame:
    assert recipe.placement is not None
    (width, height), left, top = recipe.placement.size, recipe.placement.left, recipe.placement.top
    whole = blank(recipe.form, recipe.border)
    inner = picture_of(frame, recipe.form)
    for into, plane, share in zip(picture_of(whole, recipe.form).planes, inner.planes, (1, 2, 2), strict=True):
        into[top // share : (top + height) // share, left // share : (left + width) // share] = plane
    return whole


def picture_of(frame: VideoFrame, form: Form) -> Picture:
    """The planes of a writable frame of that form as arrays that share its memory."""
    kind = np.dtype(np.uint8 if form.depth == 8 else np.uint16)
    planes = []
    for plane, share in zip(frame.planes, (1, 2, 2), strict=True):
        rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size).view(kind)
        planes.append(rows[: frame.height // share, : frame.width // share])
    return Picture(planes[0], planes[1], planes[2], form.depth, form.full)


def blank(form: Form, color: Color) -> VideoFrame:
    """A frame of one colour."""
    frame = av.VideoFrame(*form.size, form.pixel_format)
    for plane, value in zip(picture_of(frame, form).planes, color, strict=True):
        plane[...] = value
    return frame


def copied(frame: VideoFrame, form: Form) -> VideoFrame:
    """A frame of our own: the decoder or a later output frame may need the original."""
    copy = av.VideoFrame(frame.width, frame.height, frame.format.name)
    for into, plane in zip(picture_of(copy, form).planes, picture_of(frame, form).planes, strict=True):
        into[...] = plane
    return copy
