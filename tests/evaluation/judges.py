"""Measures of motion: ours, ours without its parts, and others' as people use them."""

import json
import subprocess
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import av
import numpy as np

from job_runner.analysis.events import events, steady
from job_runner.analysis.grey import AREA, Grey
from job_runner.analysis.motion import LEVELS, WHOLE, limit_of, share, unexplained
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


def _each(pair: Callable[[Grey, Grey], int]) -> Callable[[Path], list[int]]:
    def values(path: Path) -> list[int]:
        with av.open(str(path)) as container:
            greys = [grey_of(frame) for frame in container.decode(video=0)]
        return [0, *(pair(before, now) for before, now in pairwise(greys))]

    return values


def without_camera(before: Grey, now: Grey) -> int:
    return unexplained(before.sums, now.sums, max(limit_of(before.sums), limit_of(now.sums))) * WHOLE // now.sums.size


def without_light(before: Grey, now: Grey) -> int:
    return int(np.count_nonzero(np.abs(now.sums - before.sums) > LEVELS * AREA)) * WHOLE // now.sums.size


def mean_difference(before: Grey, now: Grey) -> int:
    """In hundredths of a level."""
    return int(100 * np.abs(now.pixels.astype(np.int32) - before.pixels).mean())


def mog2(python: Path) -> Callable[[Path], list[int]]:
    """OpenCV's background subtraction, with its own defaults: the share of foreground."""

    def values(path: Path) -> list[int]:
        run = subprocess.run([str(python), "-c", MOG2, str(path)], check=True, capture_output=True, text=True)
        return [int(value) for value in json.loads(run.stdout)]

    return values


def judges(python: Path) -> dict[str, Callable[[Path], list[int]]]:
    """By name."""
    return {
        OURS: _each(share),
        "the same, the camera's movement left in": _each(without_camera),
        "the same, light left in as well": _each(without_light),
        "mean difference of pictures": _each(mean_difference),
        "OpenCV's MOG2, share of foreground": mog2(python),
    }


def found(values: Sequence[int], threshold: int) -> list[Stretch]:
    """Events by the state machine that we use."""
    return [(span.first, span.end) for span in events(steady(values), threshold, LEAST, GAP)]
