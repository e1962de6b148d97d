"""Still crops, scaling, rotation and pixel formats by FFmpeg's own filters: whole pixels, full speed."""

from dataclasses import dataclass

import av
import numpy as np
from av.filter import Graph
from av.video.frame import VideoFrame

from job_runner.effects.picture import Picture
from job_runner.plan.geometry import Placement

# Accurate rounding and bit-exactness make swscale the same on every CPU.
_SCALE_FLAGS = "bicubic+accurate_rnd+bitexact"
_TURNS = {90: "transpose=cclock", 180: "hflip,vflip", 270: "transpose=clock"}
_MATRIX = {1: "bt709", 5: "bt601", 6: "bt601", 9: "bt2020"}


@dataclass(frozen=True)
class Recipe:
    """What happens to a frame: turn it, crop and scale it into its place, make it yuv420p.

    `matrix` is the output's; a source with another known one is converted.
    """

    rotation: int
    placement: Placement | None
    output: tuple[int, int]
    matrix: int


def _filters(frame: VideoFrame, recipe: Recipe) -> list[str]:
    chain = [_TURNS[recipe.rotation]] if recipe.rotation in _TURNS else []
    width, height = recipe.output
    if place := recipe.placement:
        crop = place.crop.whole()
        chain.append(f"crop={crop.width}:{crop.height}:{crop.left}:{crop.top}:exact=1")
        width, height = place.size
    chain.append(f"scale={width}:{height}:flags={_SCALE_FLAGS}:out_range=tv" + _matrices(frame, recipe))
    if place and place.size != recipe.output:
        chain.append(f"pad={recipe.output[0]}:{recipe.output[1]}:{place.left}:{place.top}:black")
    return [*chain, "format=yuv420p"]


def _matrices(frame: VideoFrame, recipe: Recipe) -> str:
    source, target = _MATRIX.get(int(frame.colorspace)), _MATRIX.get(recipe.matrix)
    return f":in_color_matrix={source}:out_color_matrix={target}" if source and target and source != target else ""


class Scaler:
    """Keeps one filter graph per kind of frame and recipe. Not thread-safe: one a worker."""

    def __init__(self) -> None:
        self._graphs: dict[tuple[object, ...], Graph] = {}

    def apply(self, frame: VideoFrame, recipe: Recipe) -> VideoFrame:
        """The frame by `recipe`; the frame itself if there is nothing to do."""
        if _is_done(frame, recipe):
            return frame
        key = (frame.width, frame.height, frame.format.name, int(frame.color_range), int(frame.colorspace), recipe)
        if key not in self._graphs:
            self._graphs[key] = _graph(frame, recipe)
        graph = self._graphs[key]
        graph.push(frame)
        result = graph.pull()
        assert isinstance(result, VideoFrame)
        return result


def _is_done(frame: VideoFrame, recipe: Recipe) -> bool:
    as_it_is = not recipe.rotation and not _matrices(frame, recipe) and int(frame.color_range) != 2
    return as_it_is and frame.format.name == "yuv420p" and _is_placed(frame, recipe)


def _is_placed(frame: VideoFrame, recipe: Recipe) -> bool:
    place = recipe.placement
    size = (frame.width, frame.height)
    if place is None:
        return size == recipe.output
    crop = place.crop.whole()
    return (crop.left, crop.top, crop.width, crop.height) == (0, 0, *size) and place.size == size == recipe.output


def _graph(frame: VideoFrame, recipe: Recipe) -> Graph:
    graph = Graph()
    graph.threads = 1
    nodes = [graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base)]
    for text in ",".join(_filters(frame, recipe)).split(","):
        name, _, arguments = text.partition("=")
        nodes.append(graph.add(name, arguments))
    nodes.append(graph.add("buffersink"))
    graph.link_nodes(*nodes).configure()
    return graph


def picture_of(frame: VideoFrame) -> Picture:
    """The planes of a writable yuv420p frame as arrays that share its memory."""
    shapes = [(frame.height, frame.width), (frame.height // 2, frame.width // 2), (frame.height // 2, frame.width // 2)]
    planes = []
    for plane, (height, width) in zip(frame.planes, shapes, strict=True):
        rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
        planes.append(rows[:height, :width])
    return Picture(*planes)


def blank(width: int, height: int) -> VideoFrame:
    """A black yuv420p frame in limited range."""
    frame = av.VideoFrame(width, height, "yuv420p")
    for plane, value in zip(picture_of(frame).planes, (16, 128, 128), strict=True):
        plane[...] = value
    return frame
