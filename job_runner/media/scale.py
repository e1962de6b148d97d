"""Frames by recipe: one graph of FFmpeg's filters, and what is laid over the background. Arrays of a frame's memory."""

from fractions import Fraction

import av
import numpy as np
import numpy.typing as npt
from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane

from job_runner.effects.blend import halve
from job_runner.effects.picture import Color, Picture
from job_runner.errors import InputInvalid
from job_runner.media.packets import survived
from job_runner.media.recipe import Form, Recipe, filters
from job_runner.media.signal import FULL, LIMITED
from job_runner.plan.matrix import changes_matrix

Samples = npt.NDArray[np.uint8 | np.uint16]
KEPT_GRAPHS = 8
"""Each holds a few frames; two clips that cross need two."""


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
        if recipe.alpha:
            scaled = over(scaled, recipe.form, recipe.border)
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
    turned = recipe.is_turned or frame.interlaced_frame
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
    nodes = [graph.add("buffer", **_buffer(frame, recipe))]
    for text in ",".join(filters(frame, recipe)).split(","):
        name, _, arguments = text.partition("=")
        nodes.append(graph.add(name, arguments))
    nodes.append(graph.add("buffersink"))
    graph.link_nodes(*nodes).configure()
    return graph


def _buffer(frame: VideoFrame, recipe: Recipe) -> dict[str, str]:
    """With matrix and range, which PyAV's own add_buffer leaves out: libswscale would take BT.601 on one side."""
    return {
        "video_size": f"{frame.width}x{frame.height}",
        "pix_fmt": frame.format.name,
        "time_base": str(frame.time_base or Fraction(1, 25)),
        "pixel_aspect": "1/1",
        "colorspace": str(recipe.declared),
        "range": str(FULL if recipe.source.full else LIMITED),
    }


def _bordered(frame: VideoFrame, recipe: Recipe) -> VideoFrame:
    assert recipe.placement is not None
    (width, height), left, top = recipe.placement.size, recipe.placement.left, recipe.placement.top
    whole = blank(recipe.form, recipe.border)
    inner = picture_of(frame, recipe.form)
    for into, plane, share in zip(picture_of(whole, recipe.form).planes, inner.planes, (1, 2, 2), strict=True):
        into[top // share : (top + height) // share, left // share : (left + width) // share] = plane
    return whole


def over(frame: VideoFrame, form: Form, background: Color) -> VideoFrame:
    """A frame with alpha, colours multiplied by it, on a background."""
    size = (frame.width, frame.height)
    whole = blank(form.sized(size), background)
    picture, top = picture_of(whole, form), (1 << form.depth) - 1
    clear = top - rows_of(frame.planes[3], form.depth)[: size[1], : size[0]].astype(np.int32)
    half = halve(clear)
    for into, plane, black, share in zip(
        picture.planes, picture_of(frame, form).planes, picture.black, (clear, half, half), strict=True
    ):
        shown = plane.astype(np.int32) + ((into.astype(np.int32) - black) * share + top // 2) // top
        into[...] = shown.clip(0, top)
    return whole


def rows_of(plane: VideoPlane, depth: int) -> Samples:
    """The memory of a plane, line by line with whatever stands behind each."""
    kind = np.dtype(np.uint8 if depth == 8 else np.uint16)
    return np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size).view(kind)


def picture_of(frame: VideoFrame, form: Form) -> Picture:
    """The planes of a writable frame of that form as arrays that share its memory."""
    planes = [
        rows_of(plane, form.depth)[: frame.height // share, : frame.width // share]
        for plane, share in zip(frame.planes[:3], (1, 2, 2), strict=True)
    ]
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
