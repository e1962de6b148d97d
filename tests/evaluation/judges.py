"""Measures of motion: ours, ours without its parts, and others' as people use them."""

import json
import subprocess
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import av
import numpy as np

from job_runner.analysis.events import events, steady
from job_runner.analysis.grey import AREA, Pixels, Sums, block_sums
from job_runner.analysis.motion import LEVELS, WHOLE, limits_of, shares, unexplained
from job_runner.media.looking import grey_of
from tests.evaluation.scenes import RATE
from tests.evaluation.score import Stretch

LEAST, GAP = round(0.4 * RATE), RATE
"""The defaults of minMoving and maxStill, in pictures; the same for all judges."""
OURS, OUR_THRESHOLD = "Spotreel", 40

MOG2 = """
import cv2, json, sys
source, judge, shares = cv2.VideoCapture(sys.argv[1]), cv2.createBackgroundSubtractorMOG2(detectShadows=False), []
while True:
    there, frame = source.read()
    if not there:
        break
    grey = cv2.resize(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), (320, 180), interpolation=cv2.INTER_AREA)
    shares.append(int(cv2.countNonZero(judge.apply(grey)) * 10000 / grey.size))
print(json.dumps(shares))
"""


def _each(measure: Callable[[list[Pixels]], list[int]]) -> Callable[[Path], list[int]]:
    """Of all pictures of a file."""

    def values(path: Path) -> list[int]:
        with av.open(str(path)) as container:
            return [0, *measure([grey_of(frame) for frame in container.decode(video=0)])]

    return values


def _sums(pictures: list[Pixels]) -> Sums:
    return block_sums(np.stack(pictures)).reshape(len(pictures), -1)


def without_camera(pictures: list[Pixels]) -> list[int]:
    sums = _sums(pictures)
    limits = limits_of(sums)
    moved = unexplained(sums[:-1], sums[1:], np.maximum(limits[:-1], limits[1:]))
    return [int(value) for value in moved * WHOLE // sums.shape[1]]


def without_light(pictures: list[Pixels]) -> list[int]:
    sums = _sums(pictures)
    moved = np.count_nonzero(np.abs(np.diff(sums, axis=0)) > LEVELS * AREA, 1)
    return [int(value) * WHOLE // sums.shape[1] for value in moved]


def mean_difference(pictures: list[Pixels]) -> list[int]:
    """In hundredths of a level."""
    return [int(100 * np.abs(now.astype(np.int32) - before).mean()) for before, now in pairwise(pictures)]


def mog2(python: Path) -> Callable[[Path], list[int]]:
    """OpenCV's background subtraction, with its own defaults: the share of foreground."""

    def values(path: Path) -> list[int]:
        run = subprocess.run([str(python), "-c", MOG2, str(path)], check=True, capture_output=True, text=True)
        return [int(value) for value in json.loads(run.stdout)]

    return values


def judges(python: Path) -> dict[str, Callable[[Path], list[int]]]:
    """By name."""
    return {
        OURS: _each(shares),
        "the same, the camera's movement left in": _each(without_camera),
        "the same, light left in as well": _each(without_light),
        "mean difference of pictures": _each(mean_difference),
        "OpenCV's MOG2, share of foreground": mog2(python),
    }


def found(values: Sequence[int], threshold: int) -> list[Stretch]:
    """Events by the state machine that we use."""
    return [(span.first, span.end) for span in events(steady(values), threshold, LEAST, GAP)]
