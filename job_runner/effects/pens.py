"""From an overlay of the spec to what draws it."""

from collections.abc import Callable
from functools import lru_cache

from job_runner.effects.assets import Assets
from job_runner.effects.bitmap import RGBA, Bitmap, bitmap, draw_bitmap, inside
from job_runner.effects.blur import blur, pixelate
from job_runner.effects.color import color_of
from job_runner.effects.draw import fill, outline, spotlight
from job_runner.effects.picture import Coding, Edges, Picture
from job_runner.effects.words import Fitted, Words, words_of
from videojob_api.overlay import Box, Overlay
from videojob_api.values import parse_color

Draw = Callable[[Picture, Edges, float], None]
"""Draws in the rectangle, with an opacity of 0 to 1, in place."""


HIDING = 5
"""A region's height over the strength that leaves no face recognisable in it."""


def pen(overlay: Overlay, coding: Coding, assets: Assets) -> Draw:
    """Of the one kind that the overlay is."""
    if overlay.box or overlay.ellipse:
        return _shape(overlay.box or overlay.ellipse, overlay.ellipse is not None, coding)
    if overlay.text:
        return _text(overlay, coding, assets)
    if overlay.image:
        return _image(assets.images[overlay.image.input], coding)
    return _region(overlay)


def _region(overlay: Overlay) -> Draw:
    """What changes the picture that is there."""
    if light := overlay.spotlight:
        return lambda p, e, opacity: spotlight(p, e, light.shape == "Ellipse", light.dim, light.feather, opacity)
    if soft := overlay.blur:
        return lambda p, e, opacity: blur(
            p, e, soft.shape == "Ellipse", strength(soft.radius, p, e), soft.feather, opacity
        )
    squares = overlay.pixelate
    assert squares is not None, "the API lets no overlay be without a kind"
    return lambda p, e, opacity: pixelate(
        p, e, squares.shape == "Ellipse", strength(squares.block_size, p, e), squares.feather, opacity
    )


def strength(given: float | None, picture: Picture, edges: Edges) -> float:
    """In pixels: picture heights as they were given, or what hides a face that fills the region."""
    return (edges.bottom - edges.top) / HIDING if given is None else given * picture.size[1]


def _shape(spec: Box | None, ellipse: bool, coding: Coding) -> Draw:
    assert spec is not None
    paints = [(parse_color(c), outlined) for c, outlined in ((spec.fill, False), (spec.stroke, True)) if c]
    colors = [(color_of(rgba[:3], coding), rgba[3] / 255, outlined) for rgba, outlined in paints]

    def draw(picture: Picture, edges: Edges, opacity: float) -> None:
        for color, alpha, outlined in colors:
            if outlined:
                outline(picture, edges, ellipse, spec.stroke_width * picture.size[1], color, opacity * alpha)
            else:
                fill(picture, edges, ellipse, color, opacity * alpha)

    return draw


def _image(rgba: RGBA, coding: Coding) -> Draw:
    made = bitmap(rgba, coding)
    return lambda picture, edges, opacity: draw_bitmap(picture, made, inside(made.size, edges), opacity)


def _text(overlay: Overlay, coding: Coding, assets: Assets) -> Draw:
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
