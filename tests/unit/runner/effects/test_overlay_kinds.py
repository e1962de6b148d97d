"""Every kind of overlay has something that draws it."""

from collections.abc import Iterable, Mapping

import numpy as np
import pytest

from job_runner.effects.assets import Assets
from job_runner.effects.overlay_kinds import HIDING, pen, pen_for, strength
from job_runner.effects.picture import Coding, Edges
from tests.gallery.plates import PLATES
from tests.unit.runner.effects.reference import noise
from videojob_api.overlay import OVERLAY_KINDS, Overlay, OverlayKind

RED = np.full((8, 8, 4), (255, 0, 0, 255), np.uint8)
ASSETS = Assets(images={"logo": RED})


class Sparkle(OverlayKind):
    """A kind that nobody has made a pen for."""


def without_pen(kinds: Mapping[str, type[OverlayKind]]) -> set[str]:
    """A kind below another must not be drawn as that one: each needs a pen of its own."""
    return {name for name, kind in kinds.items() if kind not in pen_for.registry}


def plate_of(kind: str) -> Overlay:
    """As the gallery shows it."""
    overlays: Iterable[Overlay] = (o for plate in PLATES for o in plate.timeline.get("overlays", []) if kind in o)
    return Overlay.model_validate(next(iter(overlays)))


def test_every_kind_has_a_pen_of_its_own() -> None:
    assert not without_pen(OVERLAY_KINDS)
    assert without_pen(OVERLAY_KINDS | {"sparkle": Sparkle}) == {"sparkle"}


def test_a_kind_without_a_pen_is_named() -> None:
    with pytest.raises(TypeError, match="nothing draws an overlay of kind Sparkle"):
        pen_for(Sparkle(), plate_of("box"), Coding(), Assets())


@pytest.mark.parametrize("kind", OVERLAY_KINDS)
def test_each_pen_draws(kind: str) -> None:
    """Something, and nothing where it is invisible."""
    overlay, edges = plate_of(kind), Edges(8, 6, 56, 42)
    draw = pen(overlay, Coding(), ASSETS)
    picture, before = noise(), noise()
    draw(picture, edges, 0.0)
    assert (picture.y == before.y).all()
    draw(picture, edges, 1.0)
    assert (picture.y != before.y).any()


def test_a_box_is_no_ellipse() -> None:
    """One is below the other in the API; a corner tells them apart."""
    drawn = {}
    for kind in ("box", "ellipse"):
        overlay = Overlay.model_validate(
            {kind: {"fill": "white"}, "keyframes": [{"left": 0, "top": 0, "width": 1, "height": 1}]}
        )
        drawn[kind] = noise()
        pen(overlay, Coding(), Assets())(drawn[kind], Edges(0, 0, 64, 48), 1.0)
    assert (drawn["box"].y == 235).all()
    assert drawn["ellipse"].y[24, 32] == 235 and drawn["ellipse"].y[0, 0] == noise().y[0, 0]


def test_strength_hides_a_face_unless_it_is_given() -> None:
    picture, edges = noise(), Edges(0, 0, 10, 30)
    assert strength(None, picture, edges) == 30 / HIDING
    assert strength(0.25, picture, edges) == 0.25 * picture.size[1]
