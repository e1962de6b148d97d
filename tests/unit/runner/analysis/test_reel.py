"""From events to the cuts of a reel."""

from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from job_runner.analysis.events import events
from job_runner.analysis.grids import Grid
from job_runner.analysis.reel import MOST_CUTS, Rule, cuts
from job_runner.analysis.spans import Span, total

BARE = Rule(before=Fraction(0), after=Fraction(0))


def of(found: list[Span], rule: Rule, length: int = 1000, values: list[int] | None = None) -> list[Span]:
    """At ten moments a second."""
    return cuts(found, values or [0] * length, Grid(Fraction(10), length), rule)


def test_room_around_events_as_far_as_the_file_has_it() -> None:
    assert of([Span(5, 10, 1), Span(500, 600, 2), Span(990, 1000, 3)], Rule()) == [
        Span(0, 40, 1), Span(480, 630, 2), Span(970, 1000, 3)
    ]  # fmt: skip


def test_cuts_that_meet_or_nearly_do_are_one() -> None:
    assert of([Span(100, 110, 1), Span(170, 180, 2)], Rule()) == [Span(80, 210, 2)]
    assert len(of([Span(100, 110, 1), Span(171, 180, 2)], Rule())) == 2


def test_short_ones_are_left_out_unless_the_file_is_short() -> None:
    assert of([Span(100, 109, 1), Span(200, 210, 1)], BARE) == [Span(200, 210, 1)]
    assert of([Span(0, 5, 1)], BARE, length=5) == [Span(0, 5, 1)]


def test_the_strongest_are_kept_in_the_order_of_the_file() -> None:
    found = [Span(100, 120, 3), Span(300, 320, 9), Span(500, 520, 5)]
    values = [0] * 1000
    for event in found:
        values[event.first : event.end] = [event.strength] * 20
    rule = Rule(Fraction(0), Fraction(0), max_total=Fraction(4))
    assert of(found, rule, values=values) == [Span(300, 320, 9), Span(500, 520, 5)]


def test_of_one_long_event_the_strongest_parts_are_kept() -> None:
    values = [1] * 1000
    values[400:420], values[700:720] = [8] * 20, [9] * 20
    found = of([Span(0, 1000, 1)], Rule(Fraction(1), Fraction(1), max_total=Fraction(12)), values=values)
    assert len(found) > 1 and all(any(c.first <= k < c.end for c in found) for k in (410, 710))


def test_a_reel_shorter_than_its_padding_is_a_part_of_the_strongest() -> None:
    values = [9 if 500 <= k < 520 else 0 for k in range(1000)]
    (only,) = of([Span(500, 520, 9)], Rule(max_total=Fraction(3)), values=values)
    assert only.length == 30 and only.first < 510 < only.end


def test_room_is_taken_from_the_events_own_scene() -> None:
    grid = Grid(Fraction(10), 1000)
    assert cuts([Span(100, 110, 1)], [0] * 1000, grid, Rule(), [95, 120]) == [Span(95, 120, 1)]
    assert cuts([Span(95, 120, 1)], [0] * 1000, grid, Rule(), [95, 120]) == [Span(95, 120, 1)]
    assert cuts([Span(100, 110, 1)], [0] * 1000, grid, Rule(), [105]) == [Span(80, 140, 1)]


def test_pieces_of_a_long_event_lie_in_one_scene() -> None:
    values = [9 if 333 <= k < 380 else 1 for k in range(1000)]
    rule = Rule(Fraction(1), Fraction(1), max_total=Fraction(6))
    made = cuts([Span(0, 1000, 1)], values, Grid(Fraction(10), 1000), rule, [333, 380])
    assert made[0] == Span(333, 380, 9) and all(c.first >= 380 for c in made[1:])


def test_no_more_cuts_than_a_timeline_takes() -> None:
    found = [Span(20 * k, 20 * k + 1, k) for k in range(400)]
    rule = Rule(Fraction(0), Fraction(0), Fraction(0), Fraction(0), Fraction(1000))
    kept = of(found, rule, length=8000)
    assert len(kept) == MOST_CUTS and kept == sorted(kept) and kept[0].strength == 400 - MOST_CUTS


def test_a_short_reel_without_room_still_has_its_moments() -> None:
    """Pieces are as long as a cut must be."""
    found = [Span(100 * k, 100 * k + 30, k + 1) for k in range(1, 9)]
    values = [next((e.strength for e in found if e.first <= k < e.end), 0) for k in range(1000)]
    short = of(found, Rule(Fraction(0), Fraction(0), max_total=Fraction(5)), values=values)
    assert [cut.first // 100 for cut in short] == [7, 8] and 30 < total(short) <= 50
    assert of([Span(100, 111, 1), *found[1:]], Rule(Fraction(0), Fraction(0), max_total=Fraction(1)), values=values)


def test_an_event_of_a_little_more_than_a_piece_stays_whole() -> None:
    found = [Span(150 * k, 150 * k + 52, 5) for k in range(1, 7)]
    kept = of(found, Rule(max_total=Fraction(31)))
    assert kept == [Span(150 * k - 20, 150 * k + 82, 0) for k in range(1, 4)]


def test_what_is_left_goes_to_weaker_ones_that_fit() -> None:
    found = [Span(100, 130, 9), Span(300, 380, 8), Span(500, 510, 7)]
    values = [next((e.strength for e in found if e.first <= k < e.end), 0) for k in range(1000)]
    bare = Rule(Fraction(0), Fraction(0), max_total=Fraction(9))
    assert of(found, bare, values=values)[-1] == Span(500, 510, 7)


def test_a_reel_of_one_second_stays_in_one_scene() -> None:
    grid, rule = Grid(Fraction(10), 1000), Rule(max_total=Fraction(1))
    (only,) = cuts([Span(98, 104, 9)], [0] * 1000, grid, rule, [97, 500])
    assert only == Span(97, 107, 0)


seconds = st.fractions(0, 8, max_denominator=30)
rules = st.builds(Rule, seconds, seconds, seconds, seconds, st.fractions(Fraction(1, 2), 30, max_denominator=10))
grids = st.sampled_from([Fraction(10), Fraction(25), Fraction(30000, 1001)])


@given(st.lists(st.integers(0, 9), min_size=1, max_size=700), rules, grids, st.lists(st.integers(0, 700), max_size=9))
def test_whatever_the_curve(curve: list[int], rule: Rule, rate: Fraction, scenes: list[int]) -> None:
    """Inside the file, ordered, apart, long enough, together short enough; and to cut the cuts changes nothing."""
    grid = Grid(rate, len(curve))
    made = cuts(events(curve, 6, 2, 5), curve, grid, rule, [k for k in sorted(scenes) if k < len(curve)])
    assert all(0 <= cut.first < cut.end <= grid.total for cut in made)
    assert all(b.first - a.end > grid.count(rule.merge_gap) for a, b in pairwise(made))
    assert all(cut.length / rate >= rule.min_duration or cut.length == grid.total for cut in made)
    assert total(made) / rate <= rule.max_total
    again = Rule(Fraction(0), Fraction(0), rule.merge_gap, rule.min_duration, rule.max_total)
    assert cuts(made, curve, grid, again) == made
