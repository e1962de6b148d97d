"""A stored plan of either kind: the first counts for all, and only for those that can go by it."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import pytest

from job_runner.errors import ConfigInvalid, WorkspaceCorrupt
from job_runner.plan.windows import BEGUN, AnalysesPlan, read_analyses
from job_runner.targets.plan_object import Kept, PlanObject
from job_runner.workspace import names
from job_runner.workspace.store import Missing
from tests.unit.runner.jobs import order
from tests.unit.runner.targets.given import MetadataStore

OURS = AnalysesPlan(fingerprint="f of t/a-1", job="t/a-1", inputs=[], analyses=[])


@pytest.fixture
def made(tmp_path: Path) -> PlanObject[AnalysesPlan]:
    store, job = MetadataStore(tmp_path / "work"), order(tmp_path, tmp_path / "v.mp4")
    return PlanObject(names.ANALYSES, BEGUN, read_analyses, lambda plan: f"f of {plan.job}", job, store)


def test_what_is_read_is_what_was_put_with_the_digest_of_its_bytes(made: PlanObject[AnalysesPlan]) -> None:
    assert made.stored() is None
    with pytest.raises(Missing):
        made.read()
    made.put(OURS)
    digest = hashlib.sha256(made.store.get(names.ANALYSES).data).hexdigest()
    assert made.stored() == made.read() == Kept(OURS, digest)


def test_the_first_counts(made: PlanObject[AnalysesPlan]) -> None:
    made.put(OURS)
    made.put(OURS.model_copy(update={"fingerprint": "another"}))
    assert made.read().plan == OURS


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"job": "t/b-2"}, "holds the analyses of t/b-2, not of t/a-1"),
        ({"fingerprint": "f of x"}, "was begun by runner f of x, this one is f of t/a-1"),
    ],
)
def test_that_of_another_job_or_software_is_refused(
    made: PlanObject[AnalysesPlan], change: Mapping[str, str], words: str
) -> None:
    made.put(OURS.model_copy(update=change))
    for read in (made.read, made.stored):
        with pytest.raises(ConfigInvalid, match=words):
            read()


def test_what_is_no_plan_is_a_spoilt_workspace(made: PlanObject[AnalysesPlan]) -> None:
    made.store.put(names.ANALYSES, b"{", {})
    with pytest.raises(WorkspaceCorrupt, match=r"the analyses in .* cannot be read; delete the workspace"):
        made.stored()
