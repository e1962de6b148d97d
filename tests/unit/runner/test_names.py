"""Names of the objects of a workspace."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from job_runner.workspace.names import AUDIO, PLAN, RESULT, is_ours, log, segment, segment_index, segment_prefix


@given(st.integers(0, 10**8))
def test_a_segments_name_tells_its_number(index: int) -> None:
    key = segment("main", index)
    assert key.startswith(segment_prefix("main")) and segment_index(key) == index and is_ours(key)


def test_names_sort_as_numbers_do() -> None:
    keys = [segment("main", index) for index in (0, 9, 10, 99_999, 100_000, 999_999)]
    assert keys == sorted(keys)


@pytest.mark.parametrize(
    "key",
    [
        "notes.txt",
        "segments/main/1.mp4",
        "segments/main/0000001.mp4",
        "segments/main/000001.mp4.part",
        "segments/000001.mp4",
        "segments/a/b/000001.mp4",
        "other/segments/main/000001.mp4",
        "segments/main/00000x.mp4",
        f"{PLAN}~",
    ],
)
def test_what_lies_there_too_is_not_ours(key: str) -> None:
    assert segment_index(key) is None and not is_ours(key)


def test_what_a_runner_makes_beside_segments_is_ours() -> None:
    assert all(map(is_ours, (PLAN, AUDIO, RESULT, log("reel-1a2b3-join-2"))))
    assert not is_ours("logs/../plan.log") and not is_ours("logs/a/b.log") and not is_ours("logs/a.log.gz")
