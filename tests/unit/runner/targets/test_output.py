"""The output: joined of parts that are what was stored, and by this plan."""

from pathlib import Path

import pytest

from job_runner.errors import Disrupted, OutputExists, WorkspaceCorrupt
from job_runner.targets.audio import AudioTarget
from job_runner.targets.family import make_all
from job_runner.targets.output import OutputTarget
from job_runner.targets.segments import SegmentFamily
from job_runner.targets.target import brought
from job_runner.workspace import names
from job_runner.workspace.directory import file_sha256
from job_runner.workspace.store import Missing
from tests.unit.runner.media import make_video, read_numbers
from tests.unit.runner.targets.given import Given, given


@pytest.fixture
def job(tmp_path: Path) -> Given:
    return given(tmp_path, make_video(tmp_path / "v.mp4", frames=70, sound=True))


@pytest.fixture
def target(job: Given) -> OutputTarget:
    """All that it needs is there."""
    planned = job.planned()
    output = planned.plan.outputs[0]
    segments = make_all(
        SegmentFamily(planned, output, job.inputs, "a-0-1", job.workers, job.tracker),
        job.store,
        job.workers,
        lambda: None,
    )
    audio = brought(AudioTarget(planned, output, job.inputs, job.store, "a-0-1", job.tracker, job.stop.check))
    return OutputTarget(planned, output, segments, audio, job.store, job.destination, job.stop.check)


def test_what_is_said_of_it_is_what_stands_there(job: Given, target: OutputTarget) -> None:
    made, path = target.make(), job.folder / "out.mp4"
    assert read_numbers(path) == list(range(70))
    assert (made.sha256, made.size_bytes) == (file_sha256(path), path.stat().st_size)
    assert (made.name, made.uri, made.frames, made.duration) == ("main", path.as_uri(), 70, "2.8s")
    assert target.make() == made, "the same parts give the same bytes"


def replace(job: Given, key: str, data: bytes, metadata: dict[str, str]) -> None:
    job.store.delete([key])
    job.store.put(key, data, metadata)


@pytest.mark.parametrize("key", [names.AUDIO, names.segment("main", 1)])
def test_a_part_that_is_not_what_was_written(job: Given, target: OutputTarget, key: str) -> None:
    replace(job, key, job.store.get(key).data + b"x", {"sha256": "ab" * 32})
    refused(job, target, f"{key} is not what was written")


@pytest.mark.parametrize("key", [names.AUDIO, names.segment("main", 2)])
def test_a_part_of_another_plan(job: Given, target: OutputTarget, key: str) -> None:
    replace(job, key, job.store.get(key).data, {"plan": "another"})
    refused(job, target, f"{key} was made by another plan")


def refused(job: Given, target: OutputTarget, words: str) -> None:
    with pytest.raises(WorkspaceCorrupt, match=words):
        target.make()
    assert not (job.folder / "out.mp4").exists()


def test_a_part_that_is_gone(job: Given, target: OutputTarget) -> None:
    job.store.delete([names.segment("main", 0)])
    with pytest.raises(Missing):
        target.make()


def test_a_stop_is_heard_before_anything_is_written(job: Given, target: OutputTarget) -> None:
    job.stop.request()
    with pytest.raises(Disrupted):
        target.make()
    assert not (job.folder / "out.mp4").exists()


def test_somebody_elses_file_stays(job: Given, target: OutputTarget) -> None:
    (job.folder / "out.mp4").write_text("mine")
    with pytest.raises(OutputExists, match="appeared while the job ran"):
        target.make()
    assert (job.folder / "out.mp4").read_text() == "mine"
