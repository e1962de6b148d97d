"""What may be typed for a detector, and what it means."""

import argparse
import re
from dataclasses import dataclass
from pathlib import Path

from job_runner.cli.shortcuts import OptionError
from job_runner.detection.detector import USUAL_IOU, Wish
from job_runner.detection.fitting import FITS
from job_runner.detection.formats import FORMATS
from job_runner.detection.labels import names_of_file
from job_runner.detection.picture_input import MAX_BATCH
from job_runner.detection.values import VALUES

ORDERS = ("RGB", "BGR")
MOST_EVERY = 100_000


def add_detection(group: argparse._ArgumentGroup) -> None:
    """Options of `spotreel analyze` for a model."""
    group.add_argument(
        "--model", metavar="FILE", help="path or URI of a detector as ONNX; draws boxes around what it finds"
    )
    group.add_argument("--labels", metavar="NAME[,NAME]", help="only these classes")
    group.add_argument("--names", metavar="FILE", help="names of the classes, one a line, where the model has none")
    group.add_argument("--min-score", type=float, default=0.4, metavar="SHARE", help="0 to 1 (default: 0.4)")
    group.add_argument(
        "--iou", type=float, metavar="SHARE", help=f"boxes that overlap by more are one (default: {USUAL_IOU})"
    )
    group.add_argument("--every", type=int, default=1, metavar="N", help="look at every Nth frame (default: 1)")
    group.add_argument(
        "--batch", type=int, default=1, metavar="N", help="frames of one call, where the model leaves it open"
    )
    group.add_argument("--model-size", metavar="WxH", help="size of its pictures, where the model leaves it open")
    group.add_argument("--format", choices=tuple(FORMATS), help="of its outputs, where they do not tell")
    group.add_argument("--fit", choices=FITS, help="keep the aspect with borders, or stretch (default: by format)")
    group.add_argument("--values", choices=tuple(VALUES), help="what it was trained with (default: by format)")
    group.add_argument("--order", choices=ORDERS, help="of colours (default: by format)")


@dataclass(frozen=True)
class DetectOptions:
    """What was typed, read."""

    model: str
    wish: Wish
    every: int
    batch: int
    size: tuple[int, int] | None


def detect_options(options: argparse.Namespace) -> DetectOptions:
    """Raises OptionError for a value that cannot be, InputInvalid for a file without names."""
    _within("min-score", options.min_score, 0, 1)
    _within("every", options.every, 1, MOST_EVERY)
    _within("batch", options.batch, 1, MAX_BATCH)
    if options.iou is not None:
        _within("iou", options.iou, 0, 1)
    wish = Wish(
        least=options.min_score,
        iou=options.iou,
        labels=tuple(name.strip() for name in (options.labels or "").split(",") if name.strip()),
        names=_names(options.names),
        format=options.format,
        fit=options.fit,
        values=options.values,
        order=options.order,
    )
    return DetectOptions(options.model, wish, options.every, options.batch, _size(options.model_size))


def _within(option: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise OptionError(f"--{option} {value}: from {low} to {high}")


def _size(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    if not (found := re.fullmatch(r"(\d{1,5})x(\d{1,5})", text)):
        raise OptionError(f"--model-size {text}: width and height in pixels, such as 640x640")
    return int(found[1]), int(found[2])


def _names(path: str | None) -> dict[int, str] | None:
    if path is None:
        return None
    try:
        return names_of_file(Path(path).read_text("utf-8"), path)
    except OSError as error:
        raise OptionError(f"--names {path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise OptionError(f"--names {path}: is no text in UTF-8; save it as such") from error
