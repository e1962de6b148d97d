"""A family's counter says what its workers have told; that costs the same however many objects there are."""

import random

from job_runner.counter import AttemptWork, Counter
from videojob_api.report import SegmentCounts


def counter(count: int, done: set[int], length: int = 10) -> Counter:
    made = Counter(AttemptWork())
    made.begin(count, lambda number: length, done)
    return made


def test_before_it_has_begun() -> None:
    made = Counter(AttemptWork())
    assert (made.frames(), made.counts()) == (0, SegmentCounts(done=0, total=0, by_this=0))


def test_frames_of_what_is_there_and_of_what_is_in_hand() -> None:
    made = counter(5, {0, 4})
    for _ in range(3):
        made.frame(2)
    assert (made.found, made.frames()) == (2, 23)
    assert made.counts() == SegmentCounts(done=2, total=5, by_this=0)
    made.committed(2)
    assert made.frames() == 30 and made.counts() == SegmentCounts(done=3, total=5, by_this=1)


def test_what_is_done_again_counts_once() -> None:
    made = counter(2, set())
    for _ in range(25):
        made.frame(0)
    assert made.frames() == 10
    made.committed(0)
    made.committed(0)
    assert made.frames() == 10 and made.counts().by_this == 2


def test_what_others_have_made_counts_as_there_and_not_as_ours() -> None:
    made = counter(4, {0})
    for number in (1, 1, 2):
        made.frame(number)
    assert (made.frames(), made.in_hand()) == (13, 3)
    made.there({0, 1, 3})
    assert (made.frames(), made.in_hand(), made.counts()) == (31, 1, SegmentCounts(done=3, total=4, by_this=0))
    made.there(set())
    assert made.frames() == 31, "what was there once has been made"


def test_it_never_falls() -> None:
    chance, made, last = random.Random(1), counter(40, set(range(0, 40, 7))), 0
    for number in chance.sample(range(40), 40):
        for _ in range(chance.randrange(14)):
            made.frame(number)
            assert made.frames() >= last
            last = made.frames()
        made.committed(number)
        assert made.frames() >= last
        last = made.frames()
    assert last == 400


def test_lengths_are_asked_for_once_not_in_each_report() -> None:
    asked: list[int] = []
    made = Counter(AttemptWork())
    made.begin(1000, lambda number: asked.append(number) or 10, set(range(900)))  # type: ignore[func-returns-value]
    made.frame(950)
    asked.clear()
    assert made.frames() == 9001 and asked == [950]


def test_a_new_kind_of_work_has_a_speed_of_its_own() -> None:
    work = AttemptWork()
    made = Counter(work)
    made.frame(0)
    work.begins_anew()
    assert (work.fps(), work.encoded) == (0.0, 1)
