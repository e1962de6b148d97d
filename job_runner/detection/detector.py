"""A model, read as a detector: what it is given, and what its answers mean."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from job_runner.detection.batch import Batch
from job_runner.detection.choice import Choice, Detection, chosen
from job_runner.detection.fitting import Fitted, Size, fitted
from job_runner.detection.known import Array, Format, Known
from job_runner.detection.labels import Names, name_of, names_in, wanted_numbers
from job_runner.detection.picture_input import PictureInput
from job_runner.detection.recognise import recognise
from job_runner.detection.signature import Signature
from job_runner.detection.values import VALUES, Line, lines
from job_runner.errors import InputInvalid

TASKS = ("classify", "obb")
"""What ultralytics' metadata may call a model whose boxes are none, or stand at an angle."""


@dataclass(frozen=True)
class Wish:
    """What a person has said of a model; None where it is to be found out."""

    least: float = 0.4
    iou: float | None = None
    labels: tuple[str, ...] = ()
    names: Names | None = None
    format: str | None = None
    fit: str | None = None
    values: str | None = None
    order: str | None = None


USUAL_IOU = 0.5


@dataclass(frozen=True)
class Detector:
    """How pictures go into a model and detections come out. Pure: who calls the model is another matter."""

    model: str
    picture: PictureInput
    known: Known
    format: Format
    choice: Choice
    names: Names
    fit: str
    lines: tuple[Line, Line, Line]
    order: str

    def place(self, shown: Size) -> Fitted:
        """Where a picture of this size goes."""
        return fitted(shown, self.picture.size, self.fit)

    def batch(self) -> Batch:
        """Room for the pictures of a call."""
        return Batch(self.picture, self.lines, self.order)

    def detections(self, arrays: Sequence[Array], places: Sequence[Fitted]) -> list[list[Detection]]:
        """Of each picture of a call, from what the model gave. Raises InputInvalid for numbers that are none."""
        for array, output in zip(arrays, self.known.outputs, strict=True):
            if np.issubdtype(array.dtype, np.floating) and np.isnan(array).any():
                raise InputInvalid(
                    f"model {self.model}: its output {output.name} has values that are no numbers (NaN); a model in "
                    "float16 may have left its range: export it in float32"
                )
        return [self._of_one(_one(arrays, index, self.format.batched), place) for index, place in enumerate(places)]

    def gives(self, name: str) -> bool:
        """Whether it may find something of that class."""
        return name in self.names.values() or (name.isdecimal() and int(name) not in self.names)

    def name(self, label: int) -> str:
        """Of a class."""
        return name_of(self.names, label)

    def _of_one(self, arrays: Sequence[Array], place: Fitted) -> list[Detection]:
        # Half a step lower: what would be rounded up to the threshold counts.
        least = self.choice.least - 0.0001
        return chosen(self.format.decode(arrays, self.known, least), place, self.choice)


def _one(arrays: Sequence[Array], index: int, batched: bool) -> Sequence[Array]:
    return [array[index] for array in arrays] if batched else arrays


def detector(signature: Signature, picture: PictureInput, model: str, wish: Wish) -> Detector:
    """By what the model tells of itself, and by what is wished. Outputs have the shapes of a trial.

    Raises InputInvalid, with inputs and outputs in words.
    """
    if (task := signature.metadata.get("task")) in TASKS:
        raise InputInvalid(
            f"model {model} is one for the task {task!r}, which gives no upright boxes; export a detector"
        )
    names = wish.names or names_in(signature.metadata) or {}
    known = Known(signature.outputs, picture.size, len(names) or None)
    found = recognise(known, model, wish.format, signature.words())
    if not found.batched and picture.batch != 1:
        raise InputInvalid(
            f"model {model}: takes {picture.batch} pictures at once but does not say which box is of which ("
            f"{signature.words()}); export it with a batch of 1"
        )
    return Detector(
        model, picture, known, found, _choice(found, wish, names, model), names, wish.fit or found.fit,
        lines(VALUES[wish.values or found.values]), wish.order or found.order,
    )  # fmt: skip


def _choice(found: Format, wish: Wish, names: Names, model: str) -> Choice:
    """A model that chooses itself is left alone, unless a person says otherwise."""
    usual = USUAL_IOU if found.suppresses else None
    plain = Choice(wish.least, usual if wish.iou is None else wish.iou)
    return replace(plain, labels=wanted_numbers(names, wish.labels, model))
