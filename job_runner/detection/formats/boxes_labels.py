"""boxes, labels and scores as outputs of their own, in pixels of the input: torchvision's (without the batch's axis),
RT-DETR's and D-FINE's own exports (with it)."""

from collections.abc import Sequence

import numpy as np

from job_runner.detection.candidates import Candidates, candidates
from job_runner.detection.known import Array, Format, Known


def _three(known: Known) -> tuple[int, int, int] | None:
    """Which output is which: by name, else by type and rank."""
    found = known.named("boxes", "labels", "scores")
    if found is not None and len(known.outputs) >= 3:
        return found[0], found[1], found[2]
    ranks = [len(shape) for shape in known.shapes]
    integers = [output.kind.startswith("int") for output in known.outputs]
    if len(ranks) != 3 or sorted(ranks) != [1, 1, 2] or sum(integers) != 1:
        return None
    boxes, labels = ranks.index(2), integers.index(True)
    return boxes, labels, 3 - boxes - labels


def _ranked(known: Known, boxes: int, others: int) -> bool:
    found = _three(known)
    if found is None:
        return False
    shapes = [known.shapes[index] for index in found]
    return [len(shape) for shape in shapes] == [boxes, others, others] and shapes[0][-1] == 4


def fits_flat(known: Known) -> bool:
    """Whether they are those of one picture."""
    return _ranked(known, 2, 1)


def fits_batch(known: Known) -> bool:
    """Whether each has the batch's axis."""
    return _ranked(known, 3, 2)


def by_name(known: Known) -> bool:
    """Whether the outputs are called boxes, labels and scores."""
    return {output.name.lower() for output in known.outputs} >= {"boxes", "labels", "scores"}


def decode(arrays: Sequence[Array], known: Known, least: float) -> Candidates:
    """As they are."""
    found = _three(known)
    assert found is not None
    boxes, labels, scores = (np.asarray(arrays[index], np.float64) for index in found)
    kept = np.flatnonzero(scores >= least)
    return candidates(boxes[kept], scores[kept], labels[kept])


TORCHVISION = Format(
    "Torchvision", "boxes (n, 4), labels (n), scores (n): torchvision", fits_flat, lambda known: True, decode,
    suppresses=False, batched=False,
)  # fmt: skip
BATCHED = Format(
    "BoxesLabelsScores", "boxes (N, n, 4), labels (N, n), scores (N, n): RT-DETR's and D-FINE's own exports",
    fits_batch, by_name, decode, suppresses=False, fit="Stretch",
)  # fmt: skip
