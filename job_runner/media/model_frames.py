"""Frames for models: upright, in square pixels, RGB, scaled to where they go, by the same filters as a render."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from av.video.frame import VideoFrame

from job_runner.detection.fitting import Fitted, Size
from job_runner.media.cpu.scale import Scaler
from job_runner.media.orientation import orientation_of
from job_runner.media.recipe import Form, Recipe
from job_runner.media.rows import rows_of
from job_runner.media.signal import is_transparent, signal_of
from job_runner.plan.facts import VideoFacts, stood
from job_runner.plan.matrix import check_matrix

BLACK = (0, 0, 0)
_GBR = (2, 0, 1)
"""Where FFmpeg's planar format has R, G and B."""


@dataclass(frozen=True)
class Picture:
    """Frame `number` of a file, shown `seconds` after its first one: R, G, B, each (height, width) of `place`."""

    number: int
    seconds: float
    place: Fitted
    planes: tuple[npt.NDArray[np.uint8], ...]


class ModelFrames:
    """Brings the frames of one input into a model's size. Not thread-safe."""

    def __init__(self, name: str, facts: VideoFacts, place: Callable[[Size], Fitted]) -> None:
        self._name, self._facts, self._place, self._scaler = name, facts, place, Scaler()

    def pictures(self, frames: Iterable[tuple[int, VideoFrame]], seconds: Callable[[int], float]) -> Iterator[Picture]:
        """Of numbered frames."""
        for number, frame in frames:
            place, planes = self.planes(frame)
            yield Picture(number, seconds(number), place, planes)

    def planes(self, frame: VideoFrame) -> tuple[Fitted, tuple[npt.NDArray[np.uint8], ...]]:
        """Where a frame goes, and its colours there. Raises InputInvalid for colours that nobody can convert."""
        facts = self._facts
        orientation = orientation_of(frame, facts.codec, facts.orientation)
        place = self._place(stood(orientation, (round(facts.width * facts.sar), facts.height)))
        scaled = self._scaled(frame, orientation, place)
        width, height = place.size
        planes = (rows_of(scaled.planes[index], 8)[:height, :width] for index in _GBR)
        return place, tuple(plane.astype(np.uint8, copy=False) for plane in planes)

    def _scaled(self, frame: VideoFrame, orientation: int, place: Fitted) -> VideoFrame:
        facts = self._facts
        source = signal_of(frame, facts.color, (facts.width, facts.height))
        check_matrix(source.matrix, self._name)
        form = Form(place.size, "gbrp", source.matrix, True)
        recipe = Recipe(orientation, None, source, form, BLACK)
        if not is_transparent(frame, facts.codec):
            return self._scaler.apply(frame, recipe)
        # Laid over black as YCbCr first: what is hidden must not be seen by models either.
        flat = replace(form, pixel_format="yuv420p", matrix=source.matrix or 1)
        laid = self._scaler.apply(frame, replace(recipe, form=flat, alpha=True))
        opaque = replace(source, matrix=flat.matrix, full=True)
        return self._scaler.apply(laid, Recipe(1, None, opaque, replace(form, matrix=flat.matrix), BLACK))
