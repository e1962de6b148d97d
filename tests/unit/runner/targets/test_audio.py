"""The sound: one object, stored once, ended early by whoever does not need it any more."""

from pathlib import Path

import av
import pytest

from job_runner.errors import Disrupted
from job_runner.in_hand import SOUND, is_in_hand
from job_runner.targets.audio import AudioTarget
from job_runner.targets.target import brought
from job_runner.workspace import names
from job_runner.workspace.directory import file_sha256
from tests.unit.runner.media import make_video
from tests.unit.runner.targets.given import Given, given


@pytest.fixture
def job(tmp_path: Path) -> Given:
    return given(tmp_path, make_video(tmp_path / "v.mp4", frames=70, sound=True))


def target(job: Given) -> AudioTarget:
    planned = job.planned()
    output = planned.plan.outputs[0]
    return AudioTarget(planned, output, job.inputs, job.store, "a-0-1", job.tracker, job.stop.check)


def test_it_is_stored_with_plan_attempt_and_digest(job: Given) -> None:
    made = target(job)
    assert made.stored() is None
    assert brought(made) == names.AUDIO == made.stored()
    path = job.folder / "work" / names.AUDIO
    wanted = {"attempt": "a-0-1", "plan": made.planned.digest, "sha256": file_sha256(path)}
    assert job.store.metadata(names.AUDIO) == wanted
    with av.open(str(path)) as container:
        assert float((container.duration or 0) / av.time_base) == pytest.approx(2.8, abs=0.1)


def test_a_twins_stays(job: Given, tmp_path: Path) -> None:
    made = target(job)
    (tmp_path / "theirs").write_text("theirs")
    job.store.put_file(names.AUDIO, tmp_path / "theirs", {"sha256": "x"}, replace=False)
    assert made.make() == names.AUDIO, "although it came while this one encoded"
    assert job.store.get(names.AUDIO).data == b"theirs"


def test_a_stop_is_heard(job: Given) -> None:
    made = target(job)
    job.stop.request()
    with pytest.raises(Disrupted):
        made.make()
    assert made.stored() is None and not is_in_hand(SOUND)
