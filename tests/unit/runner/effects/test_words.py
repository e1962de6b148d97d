"""Words in boxes that move and grow."""

from typing import Any

import numpy as np
import pytest

from job_runner.effects.assets import Assets
from job_runner.effects.bitmap import RGBA
from job_runner.effects.layers import draw_layers, layer
from job_runner.effects.layout import Layout
from job_runner.effects.picture import Coding, Edges, Picture
from job_runner.effects.text import needed
from job_runner.effects.words import Fitted, box_of, words_of
from tests.unit.runner.effects.emoji import emoji_font
from videojob_api.overlay import Overlay

SIZE = (640, 360)


def overlay(*boxes: tuple[float, float, float, float], **text: Any) -> Overlay:
    """Keyframes a second apart."""
    keys = [
        {"time": f"{number}s", "left": left, "top": top, "width": width, "height": height}
        for number, (left, top, width, height) in enumerate(boxes)
    ]
    return Overlay.model_validate({"text": {"content": "Hello there", "size": 0.1, **text}, "keyframes": keys})


def light(made: Overlay, time: float) -> Any:
    """The luma of a black picture with it."""
    y, u, v = (np.full(shape, value, np.uint8) for shape, value in (((360, 640), 16), *[((180, 320), 128)] * 2))
    picture = Picture(y, u, v)
    draw_layers(picture, [layer(made, 10.0, Coding(matrix=1, full=False, depth=8), Assets())], time)
    return picture.y.astype(int) - 16


def test_a_box_that_moves_has_the_same_canvas_everywhere() -> None:
    made = overlay((0.0, 0.1, 0.3137, 0.2), (0.613, 0.7, 0.3137, 0.2))
    words = words_of(made, SIZE, {})
    left = np.linspace(0, 0.613, 97) * SIZE[0]
    assert len({words.fitted(x + 0.3137 * SIZE[0] - x, 0.2 * SIZE[1]) for x in left.tolist()}) == 1


def test_letters_keep_their_size_and_lines_while_the_box_grows() -> None:
    made = overlay((0.1, 0.1, 0.5, 0.3), (0.1, 0.1, 0.8, 0.6))
    words = words_of(made, SIZE, {})
    assert [len(words.layout.lines), words.layout.size] == [1, 36]
    amounts = [light(made, time).sum() for time in (0, 0.3, 0.71, 1)]
    assert max(amounts) < 1.03 * min(amounts)


def test_a_box_that_becomes_too_small_takes_its_words_along() -> None:
    """Nothing is cut: the whole becomes smaller, as a picture does."""
    made = overlay((0.1, 0.1, 0.5, 0.3), (0.1, 0.1, 0.1, 0.06))
    words = words_of(made, SIZE, {})
    assert not words.layout.cut and words.layout.size == 36
    for time, width in ((0.0, 320), (0.5, 192), (1.0, 64)):
        columns = np.flatnonzero(light(made, time).max(0) > 20)
        assert columns[0] >= 64 - 1 and columns[-1] <= 64 + width
    share = light(made, 1).sum() / light(made, 0).sum()
    assert share == pytest.approx((64 / needed(words.layout, words.style, words.fonts)[0]) ** 2, rel=0.1)


def test_a_sliver_of_a_box_costs_no_memory() -> None:
    words = words_of(overlay((0, 0, 1, 1), (0.5, 0, 0.001, 1), content="word " * 40), SIZE, {})
    for width in (0.5, 3.0, 20.0, 100.0, 400.0):
        across, down = words.fitted(width, 360.0).canvas
        assert across * down <= 2 * 640 * 360
    assert words.fitted(3, 360).layout.lines == ()


def test_where_the_ink_is() -> None:
    made = overlay((0.1, 0.2, 0.5, 0.3))
    ink = words_of(made, SIZE, {}).ink(box_of(made.points[0], SIZE))
    rows, columns = (np.flatnonzero(light(made, 0).max(axis) > 2) for axis in (1, 0))
    assert ink.left <= columns[0] <= ink.left + 5 and ink.right - 5 <= columns[-1] + 1 <= ink.right
    assert ink.top <= rows[0] <= ink.top + 2 and ink.bottom - 2 <= rows[-1] + 1 <= ink.bottom


def test_a_font_of_the_users_is_asked_first() -> None:
    made = overlay((0.1, 0.1, 0.5, 0.3), content="a😀", font={"input": "brand"})
    array: RGBA = words_of(made, SIZE, {"brand": emoji_font()}).draw(Fitted(Layout(36, (("a", "😀"),)), (320, 108)))
    assert {(255, 0, 0), (255, 255, 255)} == {
        tuple(color) for color in np.unique(array[array[..., 3] == 255][:, :3], axis=0).tolist()
    }


def test_boxes_in_pixels() -> None:
    assert box_of(overlay((0.25, 0.5, 0.5, 1)).points[0], SIZE) == Edges(160, 180, 480, 540)


def test_words_of_things_that_are_still_to_be_found_have_the_whole_picture() -> None:
    """So that it can be said before which letters no font has."""
    made = Overlay.model_validate({"text": {"content": "{label}", "size": 0.1}, "keyframesFrom": {}})
    words = words_of(made, SIZE, {})
    assert words.layout.size == 36 and not words.layout.cut
