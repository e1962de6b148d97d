"""Boxes, ellipses and spotlights: a colour, and the share of each pixel that gets it. In place."""

from functools import lru_cache

import numpy as np

from job_runner.effects.blend import FULL, blend_over, mix
from job_runner.effects.picture import Area, Color, Edges, Picture
from job_runner.effects.shapes import Coverage, coverage, ring


def scaled(share: Coverage, opacity: float) -> Coverage:
    """Coverage times an opacity of 0 to 1."""
    factor = round(opacity * FULL)
    return share if factor >= FULL else np.asarray((share.astype(np.uint32) * factor + 128) >> 8, np.uint16)


def fill(picture: Picture, edges: Edges, ellipse: bool, color: Color, opacity: float) -> None:
    """Fills the shape."""
    if area := picture.around(edges):
        blend_over(picture.view(area), color, scaled(coverage(edges, area, ellipse), opacity))


def outline(picture: Picture, edges: Edges, ellipse: bool, thickness: float, color: Color, opacity: float) -> None:
    """Draws the shape's border, `thickness` pixels wide inside it."""
    for strip in _strips(edges, thickness, ellipse):
        if area := picture.around(strip):
            blend_over(picture.view(area), color, scaled(ring(edges, area, ellipse, thickness), opacity))


def _strips(edges: Edges, thickness: float, ellipse: bool) -> list[Edges]:
    """Where a border lies: all of an ellipse, four strips of a rectangle whose areas do not overlap."""
    inner = edges.grown(-thickness - 2)
    if ellipse or inner.right - inner.left < 4 or inner.bottom - inner.top < 4:
        return [edges]
    left, top, right, bottom = (int(side // 2) * 2 for side in (inner.left, inner.top, inner.right, inner.bottom))
    return [
        Edges(edges.left, edges.top, edges.right, top),
        Edges(edges.left, bottom, edges.right, edges.bottom),
        Edges(edges.left, top, left, bottom),
        Edges(right, top, edges.right, bottom),
    ]


def spotlight(picture: Picture, edges: Edges, ellipse: bool, dim: float, feather: float, opacity: float) -> None:
    """Darkens the picture around the shape. `dim` and `opacity` are 0 to 1."""
    width, height = picture.size
    area = picture.around(edges)
    for rest in _around(width, height, area):
        mix(picture.view(rest), picture.black, dim * opacity)
    if area:
        shade = _shade(edges, area, ellipse, feather, round(dim * opacity * FULL))
        blend_over(picture.view(area), picture.black, shade)


def _around(width: int, height: int, hole: Area | None) -> list[Area]:
    """The picture without the hole, in up to four parts."""
    if hole is None:
        return [Area(0, 0, width, height)]
    right, bottom = hole.left + hole.width, hole.top + hole.height
    parts = (
        Area(0, 0, width, hole.top),
        Area(0, bottom, width, height - bottom),
        Area(0, hole.top, hole.left, hole.height),
        Area(right, hole.top, width - right, hole.height),
    )
    return [part for part in parts if part.width and part.height]


@lru_cache(maxsize=4)
def _shade(edges: Edges, area: Area, ellipse: bool, feather: float, dim: int) -> Coverage:
    inside = coverage(edges, area, ellipse, feather).astype(np.uint32)
    return np.asarray(((FULL - inside) * dim + 128) >> 8, np.uint16)
