"""Where a picture goes in a model's input, and the way back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from job_runner.detection.fitting import FITS, Fitted, Size, fitted

SIDES = st.integers(1, 4000)


@pytest.mark.parametrize(
    ("shown", "target", "fit", "wanted"),
    [
        ((1280, 720), (640, 640), "Letterbox", Fitted((1280, 720), (640, 360), 0, 140)),
        ((720, 1280), (640, 640), "Letterbox", Fitted((720, 1280), (360, 640), 140, 0)),
        ((1280, 720), (640, 640), "Stretch", Fitted((1280, 720), (640, 640), 0, 0)),
        ((320, 320), (640, 640), "Letterbox", Fitted((320, 320), (640, 640), 0, 0)),
    ],
)
def test_as_people_know_it(shown: Size, target: Size, fit: str, wanted: Fitted) -> None:
    assert fitted(shown, target, fit) == wanted


@given(st.tuples(SIDES, SIDES), st.tuples(SIDES, SIDES), st.sampled_from(FITS))
def test_the_whole_picture_comes_back_and_stays_inside(shown: Size, target: Size, fit: str) -> None:
    place = fitted(shown, target, fit)
    right, bottom = place.left + place.size[0], place.top + place.size[1]
    assert place.left >= 0 and place.top >= 0 and right <= target[0] and bottom <= target[1]
    whole = np.array([[place.left, place.top, right, bottom]], np.float64)
    assert np.allclose(place.back(whole), [[0, 0, *shown]])
