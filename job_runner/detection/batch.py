"""The arrays that a model is given: pictures in their places, the rest grey."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from job_runner.detection.fitting import Fitted
from job_runner.detection.picture_input import PictureInput
from job_runner.detection.values import Line

BORDER = 114
"""The grey that YOLO's authors train with."""

Planes = Sequence[npt.NDArray[np.uint8]]
"""R, G, B, each (height, width)."""
Feeds = dict[str, npt.NDArray[np.generic]]


class Batch:
    """Room for one call's pictures. What is not filled stays grey."""

    def __init__(self, picture: PictureInput, lines: Sequence[Line], order: str = "RGB") -> None:
        """`lines` are those of R, G and B. `order` is the model's own, RGB or BGR."""
        self._picture, self._lines = picture, lines
        self._order = (0, 1, 2) if order == "RGB" else (2, 1, 0)
        self._whole = np.empty(picture.shape, picture.kind)
        self._planes = _planar(self._whole.reshape(picture.batch, *picture.shape[-3:]), picture.planar)
        border = np.array([BORDER], np.uint8)
        for plane, color in enumerate(self._order):
            lines[color].write(border, self._planes[:, plane])

    def put(self, index: int, planes: Planes, place: Fitted) -> None:
        """A picture that has been scaled to the place's size."""
        rows = slice(place.top, place.top + place.size[1])
        columns = slice(place.left, place.left + place.size[0])
        for plane, color in enumerate(self._order):
            self._lines[color].write(planes[color], self._planes[index, plane, rows, columns])

    def feeds(self) -> Feeds:
        """Every input of the model, by name."""
        return {self._picture.name: self._whole, **others(self._picture)}


def _planar(whole: npt.NDArray[np.generic], planar: bool) -> npt.NDArray[np.generic]:
    """A view with (N, 3, height, width)."""
    return whole if planar else np.moveaxis(whole, -1, 1)


def others(picture: PictureInput) -> Mapping[str, npt.NDArray[np.generic]]:
    """What is the same for each call."""
    found: Feeds = {}
    if picture.sizes is not None:
        found[picture.sizes.name] = np.tile(np.array(picture.size), (picture.batch, 1)).astype(picture.sizes.kind)
    if picture.masks is not None:
        own = picture.masks.shape[1:]
        shape = [side or wanted for side, wanted in zip(own, picture.size[::-1], strict=True)]
        found[picture.masks.name] = np.ones((picture.batch, *shape), picture.masks.kind)
    return found
