"""Detectors of one kind of thing, mostly faces: boxes and scores without labels."""

from collections.abc import Sequence

import numpy as np

from job_runner.detection.candidates import Candidates, candidates
from job_runner.detection.known import Array, Format, Known

PRIORS = 100
"""A model that has not chosen yet gives at least so many boxes."""


def _two(known: Known) -> tuple[int, int] | None:
    """Boxes, then scores."""
    for scores in ("scores", "probs", "confidences"):
        found = known.named("boxes", scores)
        if found is not None and not known.named("labels") and not known.named("classes"):
            return found[0], found[1]
    return None


def _shapes(known: Known) -> list[tuple[int | None, ...]]:
    found = _two(known)
    return [known.shapes[index] for index in found] if found else [(), ()]


def fits_faces(known: Known) -> bool:
    """Whether there are boxes (n, 4) and scores (n), with or without landmarks."""
    boxes, scores = _shapes(known)
    return len(boxes) == 2 and boxes[1] == 4 and len(scores) == 1


def fits_ultraface(known: Known) -> bool:
    """Whether there are boxes (N, n, 4) and scores (N, n, 2), background first."""
    boxes, scores = _shapes(known)
    return len(boxes) == 3 and boxes[2] == 4 and len(scores) == 3 and scores[2] == 2 and (boxes[1] or 0) >= PRIORS


def decode_faces(arrays: Sequence[Array], known: Known, least: float) -> Candidates:
    """In pixels of the input."""
    boxes, scores = _arrays(arrays, known)
    kept = np.flatnonzero(scores >= least)
    return candidates(boxes[kept], scores[kept], np.zeros(len(kept)))


def decode_ultraface(arrays: Sequence[Array], known: Known, least: float) -> Candidates:
    """From 0 to 1, x1 y1 x2 y2."""
    boxes, scores = _arrays(arrays, known)
    kept = np.flatnonzero(scores[:, 1] >= least)
    return candidates(boxes[kept] * np.array([*known.size, *known.size]), scores[kept, 1], np.zeros(len(kept)))


def _arrays(arrays: Sequence[Array], known: Known) -> tuple[np.typing.NDArray[np.float64], ...]:
    found = _two(known)
    assert found is not None
    return tuple(np.asarray(arrays[index], np.float64) for index in found)


FACES = Format(
    "Faces", "boxes (n, 4), scores (n): MTCNN and others of one class", fits_faces, lambda known: True, decode_faces,
    suppresses=False, batched=False, fit="Stretch",
)  # fmt: skip
ULTRAFACE = Format(
    "UltraFace", "boxes (N, n, 4), scores (N, n, 2): UltraFace", fits_ultraface, lambda known: True, decode_ultraface,
    fit="Stretch", values="-1..1",
)  # fmt: skip
