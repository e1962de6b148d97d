"""An overlay's text laid out: once for all frames, so that letters do not jump while the box moves or grows."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from math import ceil, floor

from job_runner.effects.bitmap import RGBA
from job_runner.effects.fonts import Fonts, faces
from job_runner.effects.layout import SMALLEST, Layout
from job_runner.effects.picture import Edges
from job_runner.effects.text import Style, covered, draw_layout, lay_text, needed
from videojob_api.overlay import Overlay, OverlayKeyframe, Text
from videojob_api.values import parse_color


@dataclass(frozen=True)
class Fitted:
    """Words for a box of one size: their lines, and the pixels to draw them on."""

    layout: Layout
    canvas: tuple[int, int]


@dataclass(frozen=True)
class Words:
    """Lines of one size, for any box: where that is too small for them, they are drawn smaller as a whole."""

    layout: Layout
    style: Style
    fonts: Fonts

    def fitted(self, width: float, height: float) -> Fitted:
        """For a box of that size in pixels."""
        # The sides come from a difference of floats: without rounding, a box that only moves would change.
        width, height = max(2.0, round(width, 3)), max(2.0, round(height, 3))
        layout = self._small(width, height)
        # Letters have whole sizes: what is left is done by resizing the bitmap.
        larger = self._larger(layout, width, height)
        if larger == 1:
            return Fitted(layout, (round(width), round(height)))
        return Fitted(layout, (ceil(width * larger), ceil(height * larger)))

    def _small(self, width: float, height: float) -> Layout:
        """The same lines, in letters of the size that the box has room for; none if they were dots."""
        size = floor(self.layout.size / self._larger(self.layout, width, height))
        return replace(self.layout, size=size) if size >= SMALLEST else Layout(SMALLEST, ())

    def _larger(self, layout: Layout, width: float, height: float) -> float:
        across, down = _needed(layout, self.style, self.fonts)
        return max(1.0, across / width, down / height)

    def draw(self, fitted: Fitted) -> RGBA:
        """The whole box, as large as the canvas."""
        return draw_layout(fitted.layout, *fitted.canvas, self.style, self.fonts)

    def ink(self, box: Edges) -> Edges:
        """The part of a box that letters cover."""
        fitted = self.fitted(box.right - box.left, box.bottom - box.top)
        x, y = (box.right - box.left) / fitted.canvas[0], (box.bottom - box.top) / fitted.canvas[1]
        left, top, right, bottom = covered(fitted.layout, *fitted.canvas, self.style, self.fonts)
        return Edges(box.left + left * x, box.top + top * y, box.left + right * x, box.top + bottom * y)


@lru_cache(maxsize=64)
def _needed(layout: Layout, style: Style, fonts: Fonts) -> tuple[int, int]:
    return needed(layout, style, fonts)


def words_of(overlay: Overlay, size: tuple[int, int], own: Mapping[str, bytes]) -> Words:
    """The text of an overlay on a picture of `size`, in the largest box of its keyframes; `own` are fonts by input.

    One that stands for others, whose boxes nobody knows yet, has the whole picture.
    """
    text = overlay.text
    assert text is not None, "only overlays of that kind have words"
    whole = OverlayKeyframe(left=0, top=0, width=1, height=1)
    largest = box_of(max(overlay.points, key=lambda k: k.width * k.height, default=whole), size)
    width, height = (max(2, round(side)) for side in (largest.right - largest.left, largest.bottom - largest.top))
    style, fonts = _style(text, size[1]), faces(text.weight, own[text.font.input] if text.font else None)
    return Words(lay_text(text.content, width, height, style, fonts), style, fonts)


def box_of(keyframe: OverlayKeyframe, size: tuple[int, int]) -> Edges:
    """The box of a keyframe, in pixels of the picture."""
    left, top = keyframe.left * size[0], keyframe.top * size[1]
    return Edges(left, top, left + keyframe.width * size[0], top + keyframe.height * size[1])


def _style(spec: Text, height: int) -> Style:
    size = max(4, round(spec.size * height))
    return Style(
        size=size,
        color=parse_color(spec.color),
        align=spec.align,
        stroke=parse_color(spec.stroke) if spec.stroke else None,
        stroke_width=max(1, round(spec.stroke_width * height)) if spec.stroke else 0,
        background=parse_color(spec.background) if spec.background else None,
        least=max(SMALLEST, ceil(spec.shrink_to * size)),
        language=spec.language,
    )
