"""Everything that the API can show is in the gallery: a plate, a still, and a place on the page."""

import json
import re
from collections.abc import Iterable, Iterator

from tests.gallery.plates import PLATES, Plate
from tests.testbed.cache import ROOT
from videojob_api.overlay import OVERLAY_KINDS
from videojob_api.timeline import TRANSITIONS

PAGE = ROOT / "docs" / "gallery.md"


def shown(plates: Iterable[Plate]) -> set[str]:
    """Kinds of overlays and types of transitions on these plates."""
    kinds = {kind for plate in plates for overlay in plate.timeline.get("overlays", []) for kind in overlay}
    types = set(re.findall(r'"type": "(\w+)"', json.dumps([plate.timeline for plate in plates])))
    return kinds | types


def wanting(plates: Iterable[Plate]) -> set[str]:
    return {*OVERLAY_KINDS, *TRANSITIONS} - shown(list(plates))


def test_every_kind_of_overlay_and_every_transition_has_a_plate() -> None:
    assert not wanting(PLATES)
    assert wanting(plate for plate in PLATES if plate.name != "spotlight") == {"spotlight"}
    assert wanting(plate for plate in PLATES if plate.name != "fade") == {"Fade"}


def test_every_plate_is_on_the_page_with_its_still() -> None:
    page = PAGE.read_text()
    assert not [plate.name for plate in PLATES if plate.name not in set(_stills(page))]
    assert not [plate.title for plate in PLATES if f"\n## {plate.title}\n" not in page]


def test_every_still_on_the_page_is_there() -> None:
    assert not [name for name in _stills(PAGE.read_text()) if not (PAGE.parent / "gallery" / f"{name}.jpg").is_file()]


def _stills(page: str) -> Iterator[str]:
    yield from re.findall(r"\(gallery/(\w+)\.jpg\)", page)
