"""What is written on a followed thing, and the strip above or below it that this needs. Pure."""

import re
from unicodedata import east_asian_width

import numpy as np

from job_runner.plan.paths import Floats
from videojob_api.overlay import Overlay, Text

LONGEST = 1000
"""Letters of a text."""
DEFAULT = Text(content="x")
_NARROW, _BROAD = frozenset("iljItfr.,:;|!'()[] "), frozenset("mwMW@%")


def written(overlay: Overlay, label: str, number: int) -> Overlay:
    """With the thing's own words in place of {label} and {track}."""
    if overlay.text is None:
        return overlay
    words = {"{label}": label, "{track}": str(number)}
    content = re.sub(r"\{(?:label|track)\}", lambda found: words[found[0]], overlay.text.content)[:LONGEST]
    return overlay.model_copy(update={"text": overlay.text.model_copy(update={"content": content or " "})})


def strip(overlay: Overlay, edges: Floats, size: tuple[int, int], above: bool) -> Floats:
    """Edges of the strip beside a thing with these edges, (n, 4), in an output of `size` pixels; inside the picture.

    It is as high as the lines of its text. Of a text it is as wide as the words, so that its ground ends where they
    do, and begins, ends or lies in the middle as they are aligned; else as wide as the thing.
    """
    text = overlay.text or DEFAULT
    lines = text.content.split("\n")
    border = text.stroke_width if text.stroke else 0.0
    height = min(1.0, (1.25 * len(lines) + 0.15) * text.size + 2 * border)
    top = np.clip(edges[:, 1] - height if above else edges[:, 3], 0, 1 - height)
    left, right = edges[:, 0], edges[:, 2]
    if overlay.text:
        pad = 0.6 * text.size if text.background else 0.0
        across = (max(map(_ems, lines)) * text.size + pad + 2 * border) * size[1] / size[0]
        left, right = _aligned(left, right, min(1.0, across), text.align)
    return np.stack([left, top, right, top + height], axis=1)


def _aligned(left: Floats, right: Floats, width: float, align: str) -> tuple[Floats, Floats]:
    share = {"Left": 0.0, "Center": 0.5, "Right": 1.0}[align]
    begin = np.clip(left + (right - left - width) * share, 0, 1 - width)
    return begin, begin + width


def _ems(line: str) -> float:
    """About how long a line is, in its letters' size: rather a little more, as what does not fit would shrink."""
    return 0.1 + sum(map(_em, line))


def _em(letter: str) -> float:
    if east_asian_width(letter) in "WF":
        return 1.05
    if letter in _NARROW:
        return 0.4
    return 0.98 if letter in _BROAD else 0.72 if letter.isupper() else 0.64
