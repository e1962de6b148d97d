"""Text in models: as much of it as is worth keeping."""

import pytest

from job_runner.engines import metadata
from job_runner.engines.metadata import kept


def test_what_has_no_room_is_left_out_and_the_rest_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "MOST_LETTERS", 10)
    assert kept([("a", "1234"), ("b", "x" * 5), ("c", "1234"), ("d", "")]) == {"a": "1234", "c": "1234"}
