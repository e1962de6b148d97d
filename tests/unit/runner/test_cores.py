"""How many cores may be used: affinity and the cgroup's limit."""

import os
from pathlib import Path

import pytest

from job_runner import cores
from job_runner.cores import decoder_threads, granted_cores, quota, usable_cores


@pytest.mark.parametrize(
    ("v2", "v1", "limit"),
    [
        (None, None, None),
        ("max 100000\n", None, None),
        ("150000 100000\n", None, 1.5),
        (None, ("-1\n", "100000\n"), None),
        (None, ("400000\n", "100000\n"), 4.0),
        ("200000 100000\n", ("400000\n", "100000\n"), 2.0),
    ],
)
def test_the_limit_of_a_cgroup(v2: str | None, v1: tuple[str, str] | None, limit: float | None) -> None:
    assert quota(v2, v1) == limit


@pytest.mark.parametrize(
    ("available", "text", "usable"),
    [(8, None, 8), (8, "300000 100000", 3), (2, "900000 100000", 2), (8, "10000 100000", 1)],
)
def test_the_smaller_of_both_and_one_at_least(
    available: int, text: str | None, usable: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "cpu.max"
    if text:
        file.write_text(text)
    monkeypatch.setattr(cores, "_CGROUP_V2", file)
    monkeypatch.setattr(cores, "_CGROUP_V1", (tmp_path / "none", tmp_path / "none"))
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(available)), raising=False)
    assert usable_cores() == usable
    assert granted_cores(None) == usable
    assert granted_cores(1) == 1
    assert granted_cores(100) == usable


@pytest.mark.parametrize(("cores", "threads"), [(1, 1), (3, 1), (4, 2), (8, 4), (64, 4)])
def test_threads_of_a_workers_decoder(cores: int, threads: int) -> None:
    assert decoder_threads(cores) == threads
