"""From an overlay of the spec to what draws it."""

from collections.abc import Callable
from functools import lru_cache, singledispatch

from job_runner.effects.assets import Assets
from job_runner.effects.bitmap import Bitmap, bitmap, draw_bitmap, inside
from job_runner.effects.blur import blur, pixelate
from job_runner.effects.color import color_of
from job_runner.effects.draw import fill, outline, spotlight
from job_runner.effects.picture import Coding, Edges, Picture
from job_runner.effects.words import Fitted, Words, words_of
from videojob_api.overlay import Blur, Box, Ellipse, Overlay, OverlayKind, Pixelate, Spotlight, Text
from videojob_api.overlay import Picture as Still
from videojob_api.values import parse_color

Draw = Callable[[Picture, Edges, float], None]
"""Draws in the rectangle, with an opacity of 0 to 1, in place."""


HIDING = 5
"""A region's height over the strength that leaves no face recognisable in it."""


def pen(overlay: Overlay, coding: Coding, assets: Assets) -> Draw:
    """What draws an overlay."""
    return pen_for(overlay.kind, overlay, coding, assets)


@singledispatch
def pen_for(kind: OverlayKind, overlay: Overlay, coding: Coding, assets: Assets) -> Draw:
    """By the kind: each registers what draws it here, by its model."""
    raise TypeError(f"nothing draws an overlay of kind {type(kind).__name__}")


@pen_for.register
def _box(kind: Box, overlay: Overlay, coding: Coding, assets: Assets) -> Draw:
    return _shape(kind, False, coding)


@pen_for.register
def _ellipse(kind: Ellipse, overlay: Overlay, coding: Coding, assets: Assets) -> Draw:
    return _shape(kind, True, coding)


@pen_for.register
def _spotlight(kind: Spotlight, overlay: Overlay, coding: Coding, assets: Assets) -> Draw:
    return lambda p, e, opacity: spotlight(p, e, kind.shape == "Ellipse", kind.dim, kind.feather, opacity)


@pen_for.register
def _blur(kind: Blur, overlay: Overlay, coding: Coding, assets: Assets) -> Draw:
    return lambda p, e, opacity: blur(p, e, kind.shape == "Ellipse", strength(kind.radius, p, e), kind.feather, opacity)


@pen_for.register
def _pixelate(kind: Pixelate, overlay: Overlay, coding: Coding, assets: Assets) -> Draw:
    return lambda p, e, opacity: pixelate(
        p, e, kind.shape == "Ellipse", strength(kind.block_size, p, e), kind.feather, opacity
    )


@pen_for.register
def _image(kind: Still, overlay: Overlay, coding: Coding, assets: Assets) -> Draw:
    made = bitmap(assets.images[kind.input], coding)
    return lambda picture, edges, opacity: draw_bitmap(picture, made, inside(made.size, edges), opacity)


@pen_for.register
def _text(kind: Text, overlay: Overlay, coding: Coding, assets: Assets) -> Draw:
    @lru_cache(maxsize=2)
    def laid_out(size: tuple[int, int]) -> Words:
        return words_of(overlay, size, assets.fonts)

    @lru_cache(maxsize=2)
    def drawn(fitted: Fitted, size: tuple[int, int]) -> Bitmap:
        return bitmap(laid_out(size).draw(fitted), coding)

    def draw(picture: Picture, edges: Edges, opacity: float) -> None:
        fitted = laid_out(picture.size).fitted(edges.right - edges.left, edges.bottom - edges.top)
        draw_bitmap(picture, drawn(fitted, picture.size), edges, opacity)

    return draw


def strength(given: float | None, picture: Picture, edges: Edges) -> float:
    """In pixels: picture heights as they were given, or what hides a face that fills the region."""
    return (edges.bottom - edges.top) / HIDING if given is None else given * picture.size[1]


def _shape(spec: Box, ellipse: bool, coding: Coding) -> Draw:
    paints = [(parse_color(c), outlined) for c, outlined in ((spec.fill, False), (spec.stroke, True)) if c]
    colors = [(color_of(rgba[:3], coding), rgba[3] / 255, outlined) for rgba, outlined in paints]

    def draw(picture: Picture, edges: Edges, opacity: float) -> None:
        for color, alpha, outlined in colors:
            if outlined:
                outline(picture, edges, ellipse, spec.stroke_width * picture.size[1], color, opacity * alpha)
            else:
                fill(picture, edges, ellipse, color, opacity * alpha)

    return draw
