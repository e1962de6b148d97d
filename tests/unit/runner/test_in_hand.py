"""What is marked as being worked on, and for how long."""

import os

import pytest

from job_runner.in_hand import (
    SOUND,
    anything_in_hand,
    file_in_hand,
    in_hand,
    is_in_hand,
    look_done,
    looking_at,
    looks_done,
    measuring,
    windows_in_hand,
    working_on,
)


def test_marks_outlive_nothing_but_a_crash() -> None:
    with working_on(3), working_on(70_000), working_on(SOUND), working_on(2**40):
        assert in_hand(100_000) == [3, 70_000] and in_hand(70_000) == [3] and is_in_hand(SOUND)
        assert anything_in_hand()
    assert in_hand(100_000) == [] and not is_in_hand(SOUND) and not anything_in_hand()


def test_an_error_is_no_crash() -> None:
    with pytest.raises(ValueError, match="odd"), working_on(3):
        raise ValueError("odd")
    assert in_hand(10) == []


def test_a_crash_of_a_child_leaves_its_marks() -> None:
    child = os.fork()
    if not child:
        with working_on(5), working_on(SOUND), looking_at(2):
            os._exit(1)
    os.waitpid(child, 0)
    assert in_hand(10) == [5] and is_in_hand(SOUND) and file_in_hand() == 2
    with working_on(5), working_on(SOUND), looking_at(2):
        pass
    assert not anything_in_hand()


def test_looks_of_a_window_outlive_a_crash() -> None:
    child = os.fork()
    if not child:
        with measuring(3):
            look_done(3)
            look_done(3)
            os._exit(1)
    os.waitpid(child, 0)
    assert windows_in_hand(10) == [3] and looks_done(3) == 2
    with measuring(3), measuring(2**40):
        assert looks_done(3) == looks_done(2**40) == 0, "it is begun anew"


def test_files_are_none_of_a_timelines_items() -> None:
    assert file_in_hand() == 0
    with looking_at(3), looking_at(2**40), looking_at(-1):
        assert file_in_hand() == 3
        assert in_hand(2**40) == [] and not is_in_hand(SOUND) and not anything_in_hand()
    with working_on(7), working_on(SOUND):
        assert file_in_hand() == 0
    assert file_in_hand() == 0
