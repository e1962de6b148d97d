"""What a first runner has stored: who goes by it, and what everybody else is told."""

import pytest

from job_runner.errors import ConfigInvalid, RunnerError, WorkspaceCorrupt
from job_runner.plan.begun import Begun
from videojob_api.model import Model

BEGUN = Begun("list", "lists", "rows", 2)


class Listed(Model):
    """Something that is stored."""

    v: int
    job: str


def test_it_is_read() -> None:
    assert BEGUN.read(Listed, b'{"v": 2, "job": "a"}', "s3://m/w/") == Listed(v=2, job="a")


@pytest.mark.parametrize(
    ("data", "error", "said"),
    [
        (b'{"v": 1, "fingerprint": "f"}', ConfigInvalid, "begun by runner f, whose lists are of version 1, not 2"),
        (b'{"v": 2}', WorkspaceCorrupt, "the list in s3://m/w/ cannot be read"),
        (b"[]", WorkspaceCorrupt, "cannot be read"),
        (b"[" * 100_000, WorkspaceCorrupt, "cannot be read"),
        (b"\xff", WorkspaceCorrupt, "cannot be read"),
    ],
    ids=["another version", "half", "no object", "deep", "no text"],
)  # fmt: skip
def test_what_cannot_be_read(data: bytes, error: type[RunnerError], said: str) -> None:
    with pytest.raises(error, match=f"{said}.*delete the workspace"):
        BEGUN.read(Listed, data, "s3://m/w/")


def test_that_of_another_job_or_software_is_left_alone() -> None:
    BEGUN.check_job("a", "a", "w")
    BEGUN.check_software("f", "f", "w")
    with pytest.raises(ConfigInvalid, match="w holds the list of a, not of b; choose another workspace or delete it"):
        BEGUN.check_job("a", "b", "w")
    with pytest.raises(ConfigInvalid, match="w was begun by runner f, this one is g: their rows would not match; use"):
        BEGUN.check_software("f", "g", "w")
