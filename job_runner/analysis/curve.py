"""The picture of an analysis: its curve, what counts as an event, and the cuts."""

from collections.abc import Sequence
from itertools import pairwise
from math import ceil, isqrt

from PIL import Image, ImageDraw, ImageFont

from job_runner.analysis.result import Result
from job_runner.analysis.title import Font, title
from videojob_api.values import format_duration

WIDTH, HEIGHT = 1200, 240
LEFT, RIGHT, TOP, BOTTOM = 60, 16, 34, 26
PAPER, INK, PALE = (255, 255, 255), (32, 38, 46), (150, 158, 168)
CURVE, CUT, EVENT, LIMIT = (31, 99, 180), (255, 229, 170), (222, 120, 20), (200, 40, 40)
STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)
"""Seconds between the ticks of the time axis."""


def picture(results: Sequence[Result], name: str) -> Image.Image:
    """A panel for each result, one below the other: cuts as coloured ground, events as bars below the curve."""
    whole = Image.new("RGB", (WIDTH, HEIGHT * max(1, len(results))), PAPER)
    for number, result in enumerate(results):
        whole.paste(_panel(result, name), (0, HEIGHT * number))
    return whole


def _panel(result: Result, name: str) -> Image.Image:
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(13)
    for cut in result.cuts:
        pen.rectangle((_x(result, cut.first), TOP, _x(result, cut.end), HEIGHT - BOTTOM), CUT)
    top = max(2 * result.threshold, *result.values, 1)
    for x, value in enumerate(heights(result.values, WIDTH - LEFT - RIGHT), LEFT):
        pen.line((x, _y(0, top), x, _y(value, top)), CURVE)
    for event in result.events:
        pen.rectangle((_x(result, event.first), HEIGHT - BOTTOM + 1, _x(result, event.end), HEIGHT - BOTTOM + 4), EVENT)
    y = _y(result.threshold, top)
    pen.line((LEFT, y, WIDTH - RIGHT, y), LIMIT)
    pen.text((LEFT - 6, y), _value(result, result.threshold), LIMIT, font, "rm")
    if y > TOP + 14:
        pen.text((LEFT - 6, TOP), _value(result, top), PALE, font, "rm")
    legend = WIDTH - RIGHT - _legend(pen, font)
    tail = _said(result)
    named = title(name, legend - LEFT - GAP - font.getlength(tail), INK, font)
    named.draw(image, (LEFT, BASELINE))
    pen.text((LEFT + named.width, BASELINE), tail, INK, font, "ls")
    _times(pen, result, font)
    return image


LEGEND = (("how much (height: square root)", CURVE), ("limit", LIMIT), ("event", EVENT), ("cut", CUT))
"""What each colour means, and how heights are to be read."""
GAP, PATCH = 16, 10
BASELINE = 21
"""Of the words above the curve."""


def _legend(pen: ImageDraw.ImageDraw, font: Font) -> int:
    """In the upper right corner; gives its width."""
    x = WIDTH - RIGHT
    for words, colour in reversed(LEGEND):
        x -= ceil(font.getlength(words))
        pen.text((x, 8), words, INK, font)
        x -= PATCH + 4
        pen.rectangle((x, 11, x + PATCH - 1, 11 + PATCH - 1), colour, PALE)
        x -= GAP
    return WIDTH - RIGHT - x


def _said(result: Result) -> str:
    count, kept = len(result.events), sum(cut.length for cut in result.cuts) / result.grid.rate
    return (
        f": {result.name}, {count} event{'s' * (count != 1)}; {len(result.cuts)} "
        f"cut{'s' * (len(result.cuts) != 1)}, {format_duration(kept)} of {format_duration(_seconds(result))}"
    )


def heights(values: Sequence[int], width: int) -> list[int]:
    """For each column of pixels the greatest value that falls into it."""
    if not values:
        return []
    borders = [len(values) * x // width for x in range(width + 1)]
    return [max(values[a : max(b, a + 1)]) for a, b in pairwise(borders)]


def _x(result: Result, moment: int) -> int:
    return LEFT + (WIDTH - LEFT - RIGHT) * moment // result.grid.total


def _y(value: int, top: int) -> int:
    """By the square root: what is just above the threshold is seen beside what is far above it."""
    room = HEIGHT - BOTTOM - TOP
    return HEIGHT - BOTTOM - isqrt(room * room * min(value, top) // top)


def _value(result: Result, value: int) -> str:
    return f"{value / result.scale:g} {result.unit}"


def _seconds(result: Result) -> float:
    return float(result.grid.seconds(result.grid.total))


def _times(pen: ImageDraw.ImageDraw, result: Result, font: Font) -> None:
    """About a dozen ticks, with their times."""
    seconds = _seconds(result)
    step = next((step for step in STEPS if seconds / step <= 12), STEPS[-1])
    pen.line((LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM), PALE)
    for tick in range(0, int(seconds) + 1, step):
        x = _x(result, int(tick * result.grid.rate))
        pen.line((x, HEIGHT - BOTTOM, x, HEIGHT - BOTTOM + 5), PALE)
        pen.text((x, HEIGHT - 18), format_duration(tick), PALE, font, "ma")
