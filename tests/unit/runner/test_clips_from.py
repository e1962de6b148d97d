"""Cuts of what was found as clips of a timeline: which, when, how they are joined."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from job_runner.analysis.found import AllFound, Curve, Found
from job_runner.analysis.grids import Grid
from job_runner.analysis.spans import Span, strength
from job_runner.errors import InputInvalid
from job_runner.plan.clips import place_clips
from job_runner.plan.clips_from import WHOLE, combined, found_clips
from job_runner.plan.facts import InputFacts
from tests.unit.runner.test_plan import VIDEO, facts
from videojob_api.timeline import ClipsFrom
from videojob_api.values import parse_duration

RATE = Fraction(25)
BARE: dict[str, Any] = {"padding": {"before": "0s", "after": "0s"}, "mergeGap": "0s", "minDuration": "0s"}


def curve(events: Sequence[tuple[int, int]], rate: Fraction = RATE, total: int = 500, value: int = 100,
          scenes: Sequence[int] = ()) -> Curve:  # fmt: skip
    """Events of one value over nothing."""
    values = [value if any(a <= k < b for a, b in events) else 0 for k in range(total)]
    return Curve(Grid(rate, total), values, [Span(a, b, strength(values, a, b)) for a, b in events], scenes)


def known(**curves: Curve) -> AllFound:
    return {name: Found(name, "main", curve) for name, curve in curves.items()}


def wanted(**fields: Any) -> ClipsFrom:
    return ClipsFrom.model_validate({"analysis": "a"} | fields if not fields.keys() & {"any", "all"} else fields)


def times(found: AllFound, rate: Fraction = RATE, **fields: Any) -> list[tuple[str | None, str | None]]:
    return [(clip.start, clip.end) for clip in found_clips(wanted(**fields), found, rate)]


def test_events_with_their_padding() -> None:
    assert times(known(a=curve([(100, 150), (320, 345)]))) == [("2s", "9s"), ("10.8s", "16.8s")]


def test_what_reaches_the_ends_of_the_input() -> None:
    """A clip from the first picture needs no start, and one to the last no end."""
    assert times(known(a=curve([(10, 60), (400, 480)]))) == [(None, "5.4s"), ("14s", None)]


def test_close_cuts_are_one_and_short_ones_are_left_out() -> None:
    found = known(a=curve([(100, 110), (120, 130), (300, 302)]))
    assert times(found, **BARE | {"mergeGap": "400ms", "minDuration": "1s"}) == [("4s", "5.2s")]


def test_room_is_taken_from_the_own_scene_only() -> None:
    assert times(known(a=curve([(100, 150)], scenes=[90, 160]))) == [("3.6s", "6.4s")]


def test_the_strongest_stay_within_the_total_in_order() -> None:
    strong = curve([(100, 150)], value=300)
    weak = curve([(20, 70), (300, 350)], value=200)
    both = Curve(strong.grid, [a + b for a, b in zip(strong.values, weak.values, strict=True)],
                 [*weak.events, *strong.events])  # fmt: skip
    assert times(known(a=both), **BARE | {"maxTotal": "4s"}) == [("0.8s", "2.8s"), ("4s", "6s")]


def test_any_is_when_one_has_an_event_and_all_when_each_has() -> None:
    found = known(a=curve([(100, 150), (400, 450)]), b=curve([(125, 175)]))
    assert times(found, any=["a", "b"], **BARE) == [("4s", "7s"), ("16s", "18s")]
    assert times(found, all=["a", "b"], **BARE) == [("5s", "6s")]


def test_grids_of_other_rates_meet_on_the_finest() -> None:
    """Ten levels of sound a second, and pictures: 4.2 s to 6 s is heard, 5 s to 7 s is seen."""
    sound = curve([(42, 60)], rate=Fraction(10), total=200, value=90)
    found = known(a=curve([(125, 175)]), b=sound)
    assert times(found, any=["a", "b"], **BARE) == [("4.2s", "7s")]
    assert times(found, all=["b", "a"], **BARE) == [("5s", "6s")]


def test_a_sound_that_ends_with_the_picture() -> None:
    sound = curve([(150, 200)], rate=Fraction(10), total=200)
    assert times(known(a=curve([(400, 500)]), b=sound), any=["a", "b"], **BARE) == [("15s", None)]


def test_units_do_not_matter_where_strengths_are_compared() -> None:
    """The strongest event of each analysis counts alike, and what is strong in both counts twice."""
    quiet, loud = curve([(50, 100), (200, 250)], value=7), curve([(200, 250), (400, 450)], value=9000)
    made = combined([quiet, loud], every=False)
    assert [(e.first, e.end, e.strength) for e in made.events] == [
        (50, 100, WHOLE), (200, 250, 2 * WHOLE), (400, 450, WHOLE),
    ]  # fmt: skip
    found = known(a=quiet, b=loud)
    assert times(found, any=["a", "b"], **BARE | {"maxTotal": "2s"}) == [("8s", "10s")]


def test_the_order_of_analyses_does_not_matter() -> None:
    curves = [curve([(30, 90)], value=5), curve([(10, 22), (31, 60)], rate=Fraction(10), total=200), curve([(80, 300)])]
    assert combined(curves, every=False) == combined(curves[::-1], every=False)
    assert combined(curves, every=True) == combined(curves[::-1], every=True)


def test_framing_and_sound_go_onto_each() -> None:
    framing, audio = {"keyframes": [{"left": 0, "top": 0, "width": 0.5, "height": 0.5}]}, {"mute": True}
    clips = found_clips(wanted(framing=framing, audio=audio), known(a=curve([(100, 150), (400, 410)])), RATE)
    assert len(clips) == 2 and all(c.framing and c.framing.points[0].width == 0.5 for c in clips)
    assert all(c.audio and c.audio.mute and c.input == "main" for c in clips)


def test_transitions_are_shortened_where_cuts_are() -> None:
    """Half of the shorter cut, in whole frames; none where that is less than a transition may be."""
    found = known(a=curve([(0, 100), (200, 211), (300, 400), (420, 421)]))
    cross = {"type": "Crossfade", "duration": "1s"}
    clips = found_clips(wanted(transition=cross, **BARE), found, RATE)
    assert [c.transition and c.transition.duration for c in clips] == [None, "0.2s", "0.2s", None]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "no moments are found in input main by analysis a; lower its threshold, or list clips"),
        ({"any": ["a", "c"]}, "in input main by analyses a and c; lower their thresholds"),
        ({"all": ["b", "d"]}, "no moments are found in input main by b and d at once; write any instead of all"),
        ({"analysis": "e", **BARE, "minDuration": "5s"}, "lasts 5s with its padding; make timeline.clipsFrom.minDura"),
    ],
    ids=["one", "any", "all", "too short"],
)
def test_where_nothing_is_found(fields: Mapping[str, Any], words: str) -> None:
    found = known(a=curve([]), b=curve([(0, 50)]), c=curve([]), d=curve([(60, 90)]), e=curve([(10, 20)]))
    with pytest.raises(InputInvalid) as raised:
        found_clips(wanted(**fields), found, RATE)
    assert words in str(raised.value)


EVENTS = st.lists(st.tuples(st.integers(0, 480), st.integers(1, 90)), max_size=12)


def spans(raw: list[tuple[int, int]], total: int) -> list[tuple[int, int]]:
    """In order and apart, as events are."""
    result: list[tuple[int, int]] = []
    for first, length in sorted(raw):
        if first < total and (not result or first > result[-1][1]):
            result.append((first, min(total, first + length)))
    return result


@given(
    EVENTS, EVENTS, st.sampled_from(["25", "10", "30000/1001", "5"]), st.sampled_from(["0s", "40ms", "1s", "30s"]),
    st.sampled_from(["Crossfade", "Fade"]), st.sampled_from(["500ms", "5s", "2m"]), st.booleans(),
    st.sampled_from(["0s", "120ms", "1s"]),
)  # fmt: skip
def test_whatever_is_found_makes_a_timeline(
    seen: list[tuple[int, int]], heard: list[tuple[int, int]], rate: str, long: str, kind: str, most: str, every: bool,
    least: str,
) -> None:  # fmt: skip
    """In order, apart, inside, of at least a frame, within the total; and every transition fits."""
    found = known(a=curve(spans(seen, 500)), b=curve(spans(heard, 200), rate=Fraction(10), total=200))
    fields: dict[str, Any] = {"all" if every else "any": ["a", "b"], "maxTotal": most, "minDuration": least}
    if long != "0s":
        fields["transition"] = {"type": kind, "duration": long}
    try:
        clips = found_clips(wanted(**fields), found, Fraction(rate))
    except InputInvalid:
        return
    known_facts: dict[str, InputFacts] = {"main": facts(video=VIDEO)}
    placed = place_clips(clips, known_facts, Fraction(rate))
    assert all(clip.frames > 0 for clip in placed) and 0 < len(placed) <= 256
    borders = [parse_duration(t) for c in clips for t in (c.start or "0s", c.end or "20s")]
    assert borders == sorted(borders) and borders[-1] <= 20
    assert sum(borders[1::2]) - sum(borders[::2]) <= parse_duration(most)
