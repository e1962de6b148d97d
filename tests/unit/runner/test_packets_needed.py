"""Which packets are given to a decoder: I, P and B stand for starts, ordinary and spare ones."""

import pytest

from job_runner.media import packets_needed as selection
from job_runner.media.packets_needed import Read, Selection, UncertainError
from job_runner.media.roles import Role, Sets

ROLES = {"I": Role(start=True), "P": Role(), "B": Role(spare=True)}
GOP = "I0 P3 B1 B2 P6 B4 B5"
LATER = "I7 P10 B8 B9 P13 B11 B12"


def reads(text: str, sets: dict[str, Sets] | None = None) -> list[Read[str]]:
    """A letter and the number of the frame; `-` for none."""
    found = []
    for word in text.split():
        role = ROLES[word[0]]
        own = Role(role.start, role.spare, (sets or {}).get(word, ()))
        found.append(Read(word, None if word[1:] == "-" else int(word[1:]), own, 10))
    return found


def given(text: str, numbers: range, sets: dict[str, Sets] | None = None) -> str:
    """Those given: spare ones in brackets, `|` before one with which the decoder begins anew."""
    return " ".join(
        "|" * each.begins + (f"({each.packet})" if each.spare else each.packet)
        for each in Selection[str](numbers).given(iter(reads(text, sets)))
    )


def test_all_where_all_are_wanted() -> None:
    assert given(f"{GOP} {LATER}", range(14)) == f"{GOP} {LATER}"


def test_nothing_after_the_last_that_is_wanted() -> None:
    assert given(f"{GOP} {LATER}", range(0, 14, 5)) == "I0 P3 (B1) (B2) P6 (B4) B5 |I7 P10".replace("|", "")
    assert given(f"{GOP} {LATER}", range(1)) == "I0"


def test_what_lies_before_a_start_is_left_out() -> None:
    assert given(f"{GOP} {LATER}", range(8, 9)) == "|I7 P10 B8"
    assert given(f"{GOP} {LATER}", range(0, 14, 10)) == "I0 |I7 P10"
    assert given("I0 P1 I2 P3 I4 P5 I6 P7", range(0, 8, 6)) == "I0 |I6"


def test_pictures_shown_before_a_start_may_come_after_it() -> None:
    """Number 5 does; what it leans on stays."""
    text = "I0 P3 B1 B2 I6 B4 B5 P9 B7 B8"
    assert given(text, range(5, 6)) == "I0 P3 (B1) (B2) I6 (B4) B5"
    assert given(text, range(6, 7)) == "|I6"


def test_parameter_sets_are_never_lost() -> None:
    text = "I0 P1 P2 I3 P4"
    assert given(text, range(0, 5, 4)) == "I0 |I3 P4"
    assert given(text, range(0, 5, 4), {"P1": (b"new",)}) == "I0 P1 P2 I3 P4"
    assert given(text, range(0, 5, 4), {"P1": (b"new",), "I3": (b"new",)}) == "I0 |I3 P4"
    assert given(text, range(0, 5, 4), {"P1": (b"new",), "I3": (b"other",)}) == "I0 P1 P2 I3 P4"
    assert given(text, range(0, 5, 4), {"I0": (b"new",), "P1": (b"new",)}) == "I0 |I3 P4"


def test_two_packets_of_one_frame_are_uncertain() -> None:
    for text in ("I0 P1 P1 P2", "I0 P1 P2 P1", "I0 P1 P2 P3 P2"):
        with pytest.raises(UncertainError):
            given(text, range(0, 3))


def test_packets_without_a_number_are_given() -> None:
    assert given("I0 P- B- P2", range(0, 3, 2)) == "I0 P- (B-) P2"


def test_what_waits_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selection, "MOST_HELD", 35)
    assert given("I0 P1 P2 P3 P4 P5 P6 I7 P8", range(0, 9, 8)) == "I0 P1 P2 P3 P4 |I7 P8"


def test_a_frame_that_never_comes_keeps_everything() -> None:
    assert given("I0 P1 P3 I4 P5", range(0, 6, 2)) == "I0 P1 P3 I4"
