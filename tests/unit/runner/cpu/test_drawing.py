"""What is done to the memory of a frame."""

import numpy as np
import pytest

from job_runner.effects.assets import Assets
from job_runner.media.cpu.drawing import DrawnOverlays, cross, fade, writable
from job_runner.media.cpu.planes import blank, picture_of
from job_runner.media.recipe import Form
from tests.unit.runner.media import numbered
from videojob_api.overlay import Overlay

FORM = Form((96, 64), "yuv420p", 1, False)


def luma(frame: object) -> int:
    """Of a frame that has one."""
    (value,) = np.unique(picture_of(frame, FORM).y)  # type: ignore[arg-type]
    return int(value)


def test_a_strangers_frame_is_copied_and_our_own_is_not() -> None:
    own = blank(FORM, (16, 128, 128))
    assert writable(own, True, FORM) is own
    theirs = numbered(3)
    picture_of(writable(theirs, False, FORM), FORM).y[...] = 1
    assert (theirs.to_ndarray() == numbered(3).to_ndarray()).all()


@pytest.mark.parametrize(("share", "value"), [(0, 20), (0.5, 120), (1, 220)])
def test_a_later_clip_is_mixed_in(share: float, value: int) -> None:
    frame, later = blank(FORM, (20, 128, 128)), blank(FORM, (220, 90, 160))
    cross(frame, later, share, FORM)
    assert luma(frame) == value and luma(later) == 220


def test_fades_are_mixed_one_after_the_other() -> None:
    frame = blank(FORM, (16, 128, 128))
    fade(frame, [((255, 255, 255), 0.5)], FORM)
    assert luma(frame) == 126
    fade(frame, [((0, 0, 0), 1), ((255, 255, 255), 0.5)], FORM)
    assert luma(frame) == 126
    fade(frame, [], FORM)
    assert luma(frame) == 126


def test_overlays_are_drawn_at_their_time() -> None:
    whole = {"left": 0, "top": 0, "width": 1, "height": 1}
    overlay = Overlay.model_validate({"box": {"fill": "white"}, "start": "1s", "keyframes": [whole]})
    overlays = DrawnOverlays([overlay], 2.0, FORM, Assets())
    frame = blank(FORM, (16, 128, 128))
    assert not overlays.is_on(0.99) and overlays.is_on(1.0)
    overlays.draw(frame, 0.99)
    assert luma(frame) == 16
    overlays.draw(frame, 1.0)
    assert luma(frame) == 235
