"""Which part of a clip's picture lands where in an output."""

from typing import Any

import pytest

from job_runner.media.framing import form_of
from job_runner.media.recipe import Form
from job_runner.plan.framing import ClipFraming
from job_runner.plan.geometry import Placement, Rect
from tests.unit.runner.media import only
from tests.unit.runner.test_plan import planned, work

BOX = {"left": 0.0, "top": 0.25, "width": 0.5, "height": 0.5}


def framing(video: dict[str, Any] | None = None, clip: dict[str, Any] | None = None) -> ClipFraming:
    plan = planned(work(video, clips=[clip or {}]))
    return ClipFraming(plan.clips[0], only(plan))


def test_a_form_is_the_outputs() -> None:
    output = only(
        planned(work({"codec": "hevc", "pixelFormat": "yuv420p10le", "width": 640, "color": {"range": "pc"}}))
    )
    assert form_of(output) == Form((640, 360), "yuv420p10le", 1, True, 1)


def test_a_clip_without_framing_goes_by_the_output() -> None:
    stored = 1280, 720
    contained = framing({"width": 720, "height": 720, "background": "navy"})
    assert contained.at(0, stored, stored) == Placement(Rect(0, 0, 1280, 720), (720, 404), 0, 158)
    assert contained.border == (0, 0, 128) and not contained.moves
    covering = framing({"width": 720, "height": 720, "fit": "Cover"})
    assert covering.at(0, stored, stored) == Placement(Rect(280, 0, 720, 720), (720, 720), 0, 0)


def test_a_clips_own_framing_comes_first() -> None:
    keyframes = [{"time": "0s", **BOX}]
    own = framing({"background": "navy"}, {"framing": {"keyframes": keyframes, "fit": "Cover", "background": "red"}})
    assert own.at(0, (1280, 720), (1280, 720)) == Placement(Rect(0, 180, 640, 360), (640, 360), 0, 0)
    assert own.border == (255, 0, 0) and not own.moves


@pytest.mark.parametrize(("seconds", "left"), [(0, 0), (1, 320), (2, 640), (9, 640)])
def test_framing_moves_with_its_keyframes(seconds: float, left: int) -> None:
    moving = framing(None, {"framing": {"keyframes": [{"time": "0s", **BOX}, {"time": "2s", **BOX, "left": 0.5}]}})
    assert moving.moves and moving.at(seconds, (1280, 720), (1280, 720)).crop == Rect(left, 180, 640, 360)


def test_pixels_that_are_not_square_are_counted_as_they_are_stored() -> None:
    """Shown 1280 across, stored 640: a crop is said in stored pixels."""
    assert framing().at(0, (1280, 720), (640, 720)) == Placement(Rect(0, 0, 640, 720), (1280, 720), 0, 0)
