"""What can be read of a spec that as a whole cannot."""

from typing import Any

from spotreel_operator.reconcile.result import Promise, promised
from spotreel_operator.state.remains import remains
from tests.unit.operator.make import OUTPUT, SPEC


def test_what_can_be_read_of_a_spec() -> None:
    found = remains(SPEC | {"timeline": 7, "suspend": True, "activeDeadlineSeconds": "soon", "className": "gpu"})
    assert found and found.suspend and found.class_name == "gpu" and found.active_deadline_seconds is None
    assert found.outputs and found.outputs[0].uri == OUTPUT
    nothing: list[dict[str, Any]] = [{}, {"outputs": []}, {"outputs": [7]}, {"outputs": [{}]}, {"results": []}]
    assert [remains(broken) for broken in nothing] == [None] * len(nothing)


def test_a_job_without_outputs_is_known_by_its_results() -> None:
    results: list[dict[str, Any]] = [
        {"analysis": "people", "uri": "s3://m/people.json", "format": "ThatOfALaterRelease"},
        {"sql": {"secretRef": {"name": "db"}, "dialect": "unheard of"}},
    ]
    found = remains({"inputs": 7, "results": results, "suspend": True})
    assert found and found.suspend and found.outputs is None
    assert promised(found) == Promise((), (("people", "s3://m/people.json"), ("main", None)))
