"""When an overlay is seen, where, and how much of it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from job_runner.effects.assets import Assets
from job_runner.effects.layers import Layer, Layers, Spans, draw_layers, layer
from job_runner.effects.picture import Coding, Edges, Picture
from tests.unit.runner.effects.reference import noise
from videojob_api.overlay import Overlay

LEFT = {"left": 0.25, "top": 0.5, "width": 0.25, "height": 0.25}
RIGHT = LEFT | {"time": "4s", "left": 0.75, "opacity": 0.5}


def made(*keyframes: dict[str, Any], **fields: Any) -> Layer:
    overlay = {"box": {"fill": "white"}, "keyframes": list(keyframes) or [LEFT], **fields}
    return layer(Overlay.model_validate(overlay), 10.0, Coding(), Assets())


@pytest.mark.parametrize(
    ("fields", "opacities"),
    [
        ({}, {0: 1, 9.99: 1, 10: 0}),
        ({"start": "2s", "end": "6s"}, {1.99: 0, 2: 1, 5.99: 1, 6: 0}),
        ({"start": "2s", "end": "6s", "fadeIn": "1s", "fadeOut": "2s"}, {2: 0, 2.5: 0.5, 3: 1, 4: 1, 5: 0.5, 6: 0}),
        ({"fadeIn": "8s", "fadeOut": "8s"}, {4: 0.5, 5: 0.625, 6: 0.5}),
    ],
)
def test_span_and_fades(fields: dict[str, str], opacities: dict[float, float]) -> None:
    for time, wanted in opacities.items():
        assert made(**fields).opacity(time, 1.0) == pytest.approx(wanted), time
        assert made(**fields).opacity(time, 0.5) == pytest.approx(wanted / 2), time


def drawn(item: Layer, time: float) -> list[tuple[Edges, float]]:
    """What its pen is asked for on a picture of 64x48."""
    calls: list[tuple[Edges, float]] = []

    def note(picture: Picture, edges: Edges, opacity: float) -> None:
        calls.append((edges, opacity))

    draw_layers(noise(), [Layer(item.start, item.end, item.fade_in, item.fade_out, item.points, note)], time)
    return calls


def test_it_is_where_its_keyframes_are() -> None:
    assert drawn(made(LEFT, RIGHT), 0) == [(Edges(16, 24, 32, 36), 1.0)]
    assert drawn(made(LEFT, RIGHT), 2) == [(Edges(32, 24, 48, 36), 0.75)]
    assert drawn(made(LEFT, RIGHT), 9) == [(Edges(48, 24, 64, 36), 0.5)]


def test_what_is_not_seen_is_not_drawn() -> None:
    assert drawn(made(end="1s"), 1) == []
    assert drawn(made(LEFT | {"opacity": 0}), 0) == []


def test_later_ones_lie_above() -> None:
    picture = noise()
    black = layer(Overlay.model_validate({"box": {"fill": "black"}, "keyframes": [LEFT]}), 10.0, Coding(), Assets())
    draw_layers(picture, [black, made()], 0)
    assert (picture.y[24:36, 16:32] == 235).all()
    draw_layers(picture, [made(), black], 0)
    assert (picture.y[24:36, 16:32] == 16).all()


MOMENTS = st.integers(0, 20)


@given(st.lists(st.tuples(MOMENTS, MOMENTS), max_size=30), st.floats(-1, 22))
def test_spans_are_found_by_time(spans: list[tuple[int, int]], moment: float) -> None:
    wanted = [number for number, (start, end) in enumerate(spans) if start <= moment < end]
    assert list(Spans(spans).at(moment)) == wanted


KINDS: list[dict[str, Any]] = [
    {"box": {"fill": "red"}}, {"box": {"fill": "blue"}}, {"blur": {}}, {"spotlight": {}}, {"text": {"content": "a"}},
]  # fmt: skip


@given(
    st.lists(st.tuples(st.sampled_from(KINDS), MOMENTS, st.integers(1, 9), st.booleans()), max_size=8),
    st.lists(st.floats(0, 11), min_size=1, max_size=4),
)
def test_of_many_those_of_a_moment_are_drawn_as_if_all_were(
    raw: list[tuple[dict[str, Any], int, int, bool]], times: list[float]
) -> None:
    """In any order of time, to the last byte."""
    spans = [{} if always else {"start": f"{a}s", "end": f"{a + b}s"} for _, a, b, always in raw]
    keyframes = [LEFT, RIGHT]
    overlays = [
        Overlay.model_validate({**kind, "keyframes": keyframes, **span})
        for (kind, *_), span in zip(raw, spans, strict=True)
    ]
    kept = Layers(overlays, 10.0, Coding(), Assets())
    for time in times:
        wanted, found = noise(), noise()
        draw_layers(wanted, [layer(overlay, 10.0, Coding(), Assets()) for overlay in overlays], time)
        draw_layers(found, kept.at(time), time)
        assert all((a == b).all() for a, b in zip(wanted.planes, found.planes, strict=True))
        if not kept.is_on(time):
            assert all((a == b).all() for a, b in zip(wanted.planes, noise().planes, strict=True))


def test_what_is_gone_is_let_go_and_what_stays_is_kept() -> None:
    span = {"start": "1s", "end": "2s"}
    overlays = [Overlay.model_validate({"text": {"content": "a"}, "keyframes": [LEFT], **more}) for more in ({}, span)]
    kept = Layers(overlays, 10.0, Coding(), Assets())
    first = kept.at(1.5)
    assert len(first) == 2 and kept.at(1.6) == first and kept.at(1.6)[1] is first[1]
    assert kept.at(3) == first[:1] and kept.at(1.5)[1] is not first[1]
