"""What is written on followed things, and where."""

from typing import Any

import numpy as np
import pytest

from job_runner.effects.fonts import faces
from job_runner.effects.text import Style, lay_text, needed
from job_runner.plan.labels import LONGEST, strip, written
from videojob_api.overlay import Overlay

SIZE = (1280, 720)
EDGES = np.array([[0.4, 0.5, 0.5, 0.8], [0.95, 0.02, 1.0, 0.99]])


def overlay(**text: Any) -> Overlay:
    kind = {"text": {"content": "x", **text}} if text else {"box": {"fill": "red"}}
    return Overlay.model_validate({**kind, "keyframesFrom": {}})


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{label} {track}", "person 7"),
        ("{track}/{track}", "7/7"),
        ("{other} {label", "{other} {label"),
        ("{{label}}", "{person}"),
    ],
)
def test_the_things_own_words(content: str, words: str) -> None:
    text = written(overlay(content=content), "person", 7).text
    assert text and text.content == words


def test_a_label_is_no_template_and_no_text_is_too_long() -> None:
    assert written(overlay(content="{label}"), "{track}", 7).text == overlay(content="{track}").text
    long = written(overlay(content="{label}" * 100), "p" * 63, 7).text
    assert long and len(long.content) == LONGEST
    assert written(overlay(), "person", 7) == overlay(), "what is no text stays as it is"


def test_a_strip_of_a_text_is_above_or_below_and_inside() -> None:
    above, below = (strip(overlay(content="ab", size=0.1), EDGES, SIZE, side) for side in (True, False))
    assert above[0, 3] == pytest.approx(0.5) and below[0, 1] == pytest.approx(0.8)
    for found in (above, below):
        assert np.allclose(found[:, 3] - found[:, 1], 0.14) and np.allclose(np.ptp(found[:, 2] - found[:, 0]), 0)
        assert (found >= 0).all() and (found <= 1).all()


@pytest.mark.parametrize(("align", "middle"), [("Left", 0), ("Center", 0.5), ("Right", 1)])
def test_it_lies_as_its_words_are_aligned(align: str, middle: float) -> None:
    left, _, right, _ = strip(overlay(content="ab", align=align), EDGES[:1], SIZE, True)[0]
    assert left + middle * (right - left) == pytest.approx(0.4 + middle * 0.1)


def test_a_strip_of_a_box_is_as_wide_as_the_thing() -> None:
    assert strip(overlay(), EDGES[:1], SIZE, True)[0] == pytest.approx([0.4, 0.43, 0.5, 0.5])


@pytest.mark.parametrize(
    "content", ["person 12", "WWW 42", "バイク 3", "illicit\ntrack 1", "Ünïcode", "MAXIMUM @ 100%"]
)
@pytest.mark.parametrize("ground", [None, "black"])
def test_words_have_the_room_that_they_need(content: str, ground: str | None) -> None:
    """So that none is shrunk: measured with the fonts themselves."""
    made = overlay(content=content, size=0.05, background=ground, stroke="black")
    left, top, right, bottom = strip(made, EDGES[:1], SIZE, True)[0] * np.array([*SIZE, *SIZE])
    style = Style(
        36, (255, 255, 255, 255), stroke=(0, 0, 0, 255), stroke_width=2, background=(0, 0, 0, 255) if ground else None
    )
    fonts = faces("Regular", None)
    layout = lay_text(content, 5000, 2000, style, fonts)
    width, height = needed(layout, style, fonts)
    assert layout.size == 36 and width <= right - left and height <= bottom - top
    assert right - left < 1.8 * width, "and not much more"
