"""What was typed for a detector, read."""

import argparse
import re
from dataclasses import dataclass
from pathlib import Path

from job_runner.cli.shortcuts import MOST_EVERY, OptionError, check_within
from job_runner.detection.detector import Wish
from job_runner.detection.labels import names_of_file
from job_runner.detection.picture_input import MAX_BATCH
from job_runner.engines.remote.connect import MOST_AT_ONCE, Engine
from videojob_api.values import BadValueError, parse_duration

MOST_SECONDS = 3600
FIRST, LATER = 5.0, 60.0
"""Seconds that an engine may be away: somebody waits for the first answer, and has hours to lose by a later one."""


@dataclass(frozen=True)
class DetectOptions:
    """What was typed, read."""

    model: str | None
    wish: Wish
    every: int
    batch: int
    size: tuple[int, int] | None
    max_gap: float | None = None
    engine: Engine | None = None
    trusted: bool = False


def detect_options(options: argparse.Namespace) -> DetectOptions:
    """Raises OptionError for a value that cannot be, InputInvalid for a file without names."""
    check_within("min-score", options.min_score, 0, 1)
    check_within("every", options.every, 1, MOST_EVERY)
    check_within("batch", options.batch, 1, MAX_BATCH)
    check_within("iou", options.iou, 0, 1)
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
    return DetectOptions(
        options.model, wish, options.every, options.batch, _size(options.model_size), _gap(options.track),
        _engine(options), options.trust_model,
    )  # fmt: skip


def _engine(options: argparse.Namespace) -> Engine | None:
    if options.engine is None:
        return None
    try:
        seconds = float(parse_duration(options.engine_timeout))
    except BadValueError as error:
        raise OptionError(f"--engine-timeout: {error}") from error
    check_within("engine-timeout", seconds, 0.001, MOST_SECONDS)
    check_within("engine-calls", options.engine_calls, 1, MOST_AT_ONCE)
    return Engine(
        options.engine, options.engine_model, options.engine_version, options.engine_ca, options.engine_headers,
        seconds, FIRST, LATER, options.engine_calls,
    )  # fmt: skip


def _size(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    if not (found := re.fullmatch(r"(\d{1,5})x(\d{1,5})", text)):
        raise OptionError(f"--model-size {text}: width and height in pixels, such as 640x640")
    return int(found[1]), int(found[2])


def _gap(text: str | None) -> float | None:
    """Seconds after which a thing that is gone counts as another. Raises OptionError."""
    try:
        return None if text is None else float(parse_duration(text))
    except BadValueError as error:
        raise OptionError(f"--track: {error}") from error


def _names(path: str | None) -> dict[int, str] | None:
    if path is None:
        return None
    try:
        return names_of_file(Path(path).read_text("utf-8"), path)
    except OSError as error:
        raise OptionError(f"--names {path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise OptionError(f"--names {path}: is no text in UTF-8; save it as such") from error
