"""Frames by recipe: one graph of FFmpeg's filters, and what is laid over the background."""

from fractions import Fraction

import av
from av.filter import Graph
from av.video.frame import VideoFrame

from job_runner.errors import InputInvalid
from job_runner.media.cpu.filters import declared_matrix, filters
from job_runner.media.packets import survived
from job_runner.media.recipe import Recipe
from job_runner.media.signal import FULL, LIMITED
from job_runner.plan.matrix import changes_matrix

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
        return scaled if recipe.size == recipe.form.size and not recipe.alpha else _laid(scaled, recipe)

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
        "colorspace": str(declared_matrix(recipe)),
        "range": str(FULL if recipe.source.full else LIMITED),
    }


def _laid(frame: VideoFrame, recipe: Recipe) -> VideoFrame:
    """Over the border's colour, and with it around. Few jobs ask for it, and only those load NumPy here."""
    from job_runner.media.cpu.planes import bordered, over

    shown = over(frame, recipe) if recipe.alpha else frame
    return shown if recipe.size == recipe.form.size else bordered(shown, recipe)
