"""What an overlay can be is told by the types of its fields, and by nothing else."""

from typing import Annotated

import pytest
import yaml
from pydantic import Field

from tests.fuzz.cases import document
from tests.testbed.cache import ROOT
from tests.unit.api.specs import BOX, GOOD, Object, spoiled, videojob
from videojob_api.by_type import fields_of
from videojob_api.overlay import OVERLAY_KINDS, Box, Ellipse, Overlay, OverlayKind
from videojob_api.schema import model_schema
from videojob_api.validate import check_document


class Sparkle(OverlayKind):
    """A kind that the next version may have."""

    count: Annotated[int, Field(ge=1)] = 3


class NewOverlay(Overlay):
    sparkle: Annotated[Sparkle | None, Field(description="Default: none.")] = None


def test_the_kinds_are_in_the_order_of_their_fields() -> None:
    assert list(OVERLAY_KINDS) == ["box", "ellipse", "spotlight", "blur", "pixelate", "text", "image"]


def test_each_kind_has_a_model_of_its_own() -> None:
    """So that what draws it is found by its type."""
    assert len(set(OVERLAY_KINDS.values())) == len(OVERLAY_KINDS)


@pytest.mark.parametrize("kind", OVERLAY_KINDS)
def test_an_overlay_is_of_the_kind_that_is_set(kind: str) -> None:
    written = next(overlay for overlay in GOOD["timeline"]["overlays"] if kind in overlay)
    assert type(Overlay.model_validate(written).kind) is OVERLAY_KINDS[kind]


@pytest.mark.parametrize("kind", OVERLAY_KINDS)
def test_two_kinds_at_once_are_refused(kind: str) -> None:
    index, written = next((k, o) for k, o in enumerate(GOOD["timeline"]["overlays"]) if kind not in o)
    other = next(overlay[kind] for overlay in GOOD["timeline"]["overlays"] if kind in overlay)
    (problem,) = check_document(videojob(spoiled(f"timeline.overlays.{index}", written | {kind: other})))
    assert problem.message == f"set exactly one of {', '.join(OVERLAY_KINDS)}"


def test_a_new_kind_needs_no_place_but_its_field() -> None:
    assert fields_of(NewOverlay, OverlayKind) == OVERLAY_KINDS | {"sparkle": Sparkle}
    entry = model_schema(NewOverlay)["x-kubernetes-validations"][-1]
    assert entry["message"].endswith("text, image, sparkle") and "has(self.sparkle)]" in entry["rule"]
    assert NewOverlay.model_validate({"sparkle": {}, "keyframes": [BOX]}).kind == Sparkle()


SAMPLE = yaml.safe_load((ROOT / "k8s" / "samples" / "full.yaml").read_text())


@pytest.mark.parametrize("whole", [SAMPLE, document(ROOT, "a.mp4")], ids=["sample", "fuzz"])
def test_what_claims_to_have_everything_has_every_kind(whole: Object) -> None:
    overlays = whole["spec"]["timeline"]["overlays"]
    assert {kind for overlay in overlays for kind in overlay} >= OVERLAY_KINDS.keys()


def test_an_ellipse_has_what_a_box_has() -> None:
    assert model_schema(Ellipse)["properties"] == model_schema(Box)["properties"]
    (problem,) = check_document(videojob(spoiled("timeline.overlays.2.ellipse", {})))
    assert "set stroke, fill or both" in problem.message
