"""What a VideoJob says of a detector, as a wish. Pure."""

from job_runner.detection.detector import Wish
from job_runner.detection.fitting import Size
from videojob_api.analyses import Detections


def wish_of(wanted: Detections) -> Wish:
    """What is left out is found out."""
    return Wish(
        least=wanted.min_score,
        iou=wanted.iou,
        labels=tuple(wanted.labels or ()),
        names=dict(enumerate(wanted.names)) if wanted.names else None,
        format=wanted.format,
        fit=wanted.fit,
        values=wanted.values,
        order=wanted.channels,
    )


def size_of(wanted: Detections) -> Size | None:
    """Of the model's pictures, where the spec says it."""
    return (wanted.size.width, wanted.size.height) if wanted.size else None
