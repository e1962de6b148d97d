"""A VideoJob as the API server has it."""

from spotreel_operator.state.videojobs import VideoJob
from tests.unit.operator.make import OUTPUT, SPEC, at
from tests.unit.operator.raw import UID, raw_videojob


def test_it_is_named_for_ever_by_namespace_name_and_uid() -> None:
    assert VideoJob.read(raw_videojob()).job_id == f"ns/reel-{UID}"


def test_what_is_missing_has_a_default() -> None:
    body = raw_videojob()
    body["metadata"].pop("labels")
    found = VideoJob.read({**body, "status": None})
    assert (found.generation, found.labels, found.annotations, found.deleting) == (1, {}, {}, False)
    assert (found.created, found.status.phase, found.problem, found.remains) == (at(0), None, "", None)
    assert found.spec and found.spec.outputs and found.spec.outputs[0].uri == OUTPUT


def test_one_that_is_being_deleted() -> None:
    body = raw_videojob()
    body["metadata"] |= {"deletionTimestamp": "2026-01-01T12:00:50Z", "generation": 3}
    found = VideoJob.read(body)
    assert found.deleting and found.generation == 3


def test_a_spec_of_a_later_version_is_a_problem_and_what_can_be_read_of_it_remains() -> None:
    found = VideoJob.read(raw_videojob(spec={**SPEC, "ttlSecondsAfterFinished": 60, "timeline": {"clips": "all"}}))
    assert found.spec is None
    assert found.problem.startswith("this operator cannot read the spec: timeline.clips: ")
    assert found.remains and found.remains.ttl_seconds_after_finished == 60


def test_no_spec_at_all_is_a_problem_too() -> None:
    found = VideoJob.read(raw_videojob(spec=None))
    assert found.spec is None and found.problem.startswith("this operator cannot read the spec: ")
