"""What is said of a VideoJob at which the operator itself has failed."""

from typing import Any

import pytest

from spotreel_operator.reconcile.internal_error import LONGEST, describe, internal_error
from tests.unit.operator.make import T0, at
from videojob_api.status import VideoJobStatus

Object = dict[str, Any]


def videojob(status: Object | None = None, **metadata: Any) -> Object:
    head = {"name": "reel", "namespace": "ns", "uid": "u", "resourceVersion": "1", "generation": 3, **metadata}
    return {"metadata": head, "spec": {}} | ({"status": status} if status is not None else {})


def conditions(status: Object) -> dict[str, Object]:
    return {c["type"]: c for c in status["conditions"]}


@pytest.mark.parametrize("raw", [None, {}])
def test_says_what_is_wrong_and_where_to_read_on(raw: Object | None) -> None:
    status = internal_error(videojob(raw), KeyError("spec"), T0)
    assert status
    assert (status["phase"], status["reason"]) == ("Pending", "InternalError")
    assert "KeyError: 'spec'" in status["message"] and status["message"].endswith("#internalerror)")
    found = conditions(status)
    assert (found["Stalled"]["status"], found["Reconciling"]["status"]) == ("True", "False")
    assert found["Stalled"]["reason"] == "InternalError" and found["Stalled"]["observedGeneration"] == 3
    VideoJobStatus.model_validate(status)


def test_all_else_in_status_stays_even_what_cannot_be_read() -> None:
    progressing = {"type": "Progressing", "status": "True", "reason": "Rendering", "lastTransitionTime": "x"}
    old = {"phase": "Running", "attempts": [{"name": "a", "segments": "many"}], "later": 1, "conditions": [progressing]}
    status = internal_error(videojob(old), ValueError("odd"), T0)
    assert status and (status["phase"], status["attempts"], status["later"]) == ("Running", old["attempts"], 1)
    assert conditions(status)["Progressing"] == progressing


def test_said_once() -> None:
    first = internal_error(videojob(), ValueError("odd"), T0)
    assert first and internal_error(videojob(first), ValueError("odd"), at(60)) is None
    other = internal_error(videojob(first), ValueError("else"), at(60))
    assert other and conditions(other)["Stalled"]["lastTransitionTime"] == "2026-01-01T12:00:00Z"


@pytest.mark.parametrize("phase", ["Succeeded", "Failed"])
def test_a_finished_job_is_left_as_it_is(phase: str) -> None:
    assert internal_error(videojob({"phase": phase}), ValueError(), T0) is None


def test_a_job_that_is_being_deleted_is_left_as_it_is() -> None:
    assert internal_error(videojob(deletionTimestamp="x"), ValueError(), T0) is None


def test_words_are_cleaned_and_cut() -> None:
    assert describe(ValueError("a\n\x1b[31mb\x00")) == "ValueError: a [31mb"
    assert describe(ValueError()) == "ValueError"
    assert len(describe(ValueError("x" * 10_000))) == LONGEST
