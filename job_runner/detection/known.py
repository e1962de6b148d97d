"""What is known of a model when its outputs are to be understood."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from job_runner.detection.candidates import Candidates
from job_runner.detection.fitting import Size
from job_runner.detection.signature import Shape, Tensor

Array = npt.NDArray[np.generic]


@dataclass(frozen=True)
class Known:
    """`outputs` with the shapes they really had, the input's `size`, and how many `classes` the names tell."""

    outputs: tuple[Tensor, ...]
    size: Size
    classes: int | None = None

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """Of the outputs."""
        return tuple(output.shape for output in self.outputs)

    def named(self, *words: str) -> tuple[int, ...] | None:
        """Which output has each of these words in its name; None if one is missing or twice there."""
        found = [[i for i, output in enumerate(self.outputs) if word in output.name.lower()] for word in words]
        return tuple(each[0] for each in found) if all(len(each) == 1 for each in found) else None


@dataclass(frozen=True)
class Format:
    """One way in which models give their boxes.

    `fits`: whether outputs can be read so; `tells`: whether nothing else is likely, so that nobody need name it.
    `decode(arrays, known, least)` gives candidates of one picture, from its arrays without the batch's axis, if
    `batched`; those with a score below `least` may be left out. `suppresses`: whether overlapping boxes are still
    there. `fit` and `values` are what such models are usually given.
    """

    name: str
    about: str
    fits: Callable[[Known], bool]
    tells: Callable[[Known], bool]
    decode: Callable[[Sequence[Array], Known, float], Candidates]
    suppresses: bool = True
    batched: bool = True
    fit: str = "Letterbox"
    values: str = "0..1"
    order: str = "RGB"
