"""The plan: the first runner's counts for all."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from job_runner.errors import ConfigInvalid, OutputExists, WorkspaceCorrupt
from job_runner.inputs import JobInputs
from job_runner.media.fingerprint import fingerprint
from job_runner.targets.plan import Looked, draft_plan, software_for
from job_runner.workspace import names
from tests.unit.runner.media import make_video
from tests.unit.runner.targets.given import Given, given
from videojob_api.analyses import Analysis
from videojob_api.overlay import Overlay


@pytest.fixture
def job(tmp_path: Path) -> Given:
    return given(tmp_path, make_video(tmp_path / "v.mp4", frames=70))


def test_its_digest_is_that_of_the_stored_bytes(job: Given) -> None:
    target = job.plan_target()
    assert target.stored() is None
    made = target.make()
    assert made.digest == hashlib.sha256((job.folder / "work" / names.PLAN).read_bytes()).hexdigest()
    assert (made.plan.frames, made.plan.segments) == (70, 3) and target.stored() == made


def test_a_twins_counts_if_it_comes_while_this_one_plans(job: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = draft_plan(job.order, job.inputs).model_copy(update={"segment_frames": 35})
    overtake(job, monkeypatch, theirs.model_dump_json(by_alias=True, exclude_none=True).encode())
    assert job.plan_target().make().plan == theirs


@pytest.mark.parametrize(
    ("data", "error"), [(b'{"v": 1, "fingerprint": "spotreel-1/x"}', ConfigInvalid), (b"{", WorkspaceCorrupt)]
)
def test_a_twins_that_cannot_be_read(
    job: Given, monkeypatch: pytest.MonkeyPatch, data: bytes, error: type[Exception]
) -> None:
    overtake(job, monkeypatch, data)
    with pytest.raises(error, match="delete the workspace"):
        job.plan_target().make()
    with pytest.raises(error, match="delete the workspace"):
        job.plan_target().stored()


def overtake(job: Given, monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    """A twin stores its plan when this runner has nearly made its own."""
    notes = JobInputs.text_notes

    def overtaken(self: JobInputs, *arguments: Any) -> Any:
        job.store.put(names.PLAN, data, {})
        return notes(self, *arguments)

    monkeypatch.setattr(JobInputs, "text_notes", overtaken)


@pytest.mark.parametrize(
    ("change", "words"),
    [({"job": "t/b-2"}, "holds the plan of t/b-2, not of t/a-1"), ({"fingerprint": "x"}, "was begun by runner x")],
)
def test_that_of_another_job_or_software_is_refused(job: Given, change: dict[str, str], words: str) -> None:
    other = draft_plan(job.order, job.inputs).model_copy(update=change)
    job.store.put(names.PLAN, other.model_dump_json(by_alias=True, exclude_none=True).encode(), {})
    with pytest.raises(ConfigInvalid, match=words):
        job.plan_target().stored()


def test_a_place_that_is_taken_is_known_before_inputs_are_read(job: Given) -> None:
    (job.folder / "out.mp4").write_text("mine")
    (job.folder / "v.mp4").unlink()
    with pytest.raises(OutputExists):
        job.plan_target().make()


def test_a_draft_is_not_stored(job: Given) -> None:
    assert draft_plan(job.order, job.inputs).frames == 70
    assert not (job.folder / "work").exists()


def test_without_what_was_found_it_is_no_plan(job: Given) -> None:
    """Nothing would be blurred: a draft is good for checks alone."""
    looks = [Analysis.model_validate({"name": "moving", "motion": {}})]
    job.order = job.order.model_copy(update={"work": job.order.work.model_copy(update={"analyses": looks})})
    with pytest.raises(ValueError, match="t/a-1 has analyses, and is planned without what they have found"):
        job.plan_target().make()
    nothing = replace(job.plan_target(), looked=Looked([], dict))
    with pytest.raises(ValueError, match="nothing is known of analyses moving"):
        nothing.make()
    assert not job.store.list("")
    assert draft_plan(job.order, job.inputs).frames == 70


def words(content: str) -> Overlay:
    keyframe = {"left": 0, "top": 0, "width": 1, "height": 0.2}
    return Overlay.model_validate({"text": {"content": content}, "keyframes": [keyframe]})


def test_fonts_count_for_the_texts_that_are_drawn() -> None:
    """A class' name takes the place of {label}, and may have letters for which fonts differ."""
    assert software_for([]) == software_for([words("{label}")]) == fingerprint()
    assert software_for([words("人")]) != fingerprint()
