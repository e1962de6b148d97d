"""The line of files on their way."""

from pathlib import Path

import pytest

from job_runner.cli.cluster.moving import Moving


def test_line_and_news(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("job_runner.cli.cluster.moving.time.monotonic", lambda: now[0])
    line = Moving()
    line.begin("uploading", Path("/home/me/match.mp4"), 1_900_000)
    assert line.text(None) == "uploading match.mp4    0%  0 B of 1.9 MB"
    line.count(700_000)
    line.count(500_000)
    now[0] = 4.0
    assert line.text(None) == "uploading match.mp4   63%  1.2 MB of 1.9 MB  300.0 kB/s  0:02 left"
    line.end(Path("/home/me/match.mp4"), "s3://m/in/1/match.mp4", True)
    line.end(Path("/home/me/b.mp4"), "s3://m/in/2/b.mp4", False)
    said = ["uploaded  match.mp4 → s3://m/in/1/match.mp4", "found  b.mp4 → s3://m/in/2/b.mp4"]
    assert line.news() == said and line.news() == []
