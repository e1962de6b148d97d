"""Success is believed only of exactly what the job was to write."""

import pytest

from spotreel_operator.reconcile.budgets import pause
from spotreel_operator.reconcile.counters import budget_of, counted
from spotreel_operator.reconcile.reconcile import reconcile
from spotreel_operator.reconcile.result import NOTHING, Promise, doubt, proves, written
from tests.unit.operator.histories import A1, attempt, lost, status_with
from tests.unit.operator.make import OUTPUT, SPEC, evidence, heard, job, report, snapshot, success
from videojob_api.conditions import Reason
from videojob_api.config import Prices
from videojob_api.names import Outcome, Phase
from videojob_api.report import Report
from videojob_api.spec import VideoJobSpec
from videojob_api.status import Counts

ELSEWHERE = "s3://theirs/forged.mp4"
WANTED = Promise((OUTPUT,))
TWO = success().model_copy(update={"outputs": success().outputs + success(uri=ELSEWHERE).outputs})


@pytest.mark.parametrize(
    ("word", "good"),
    [
        (success(), True),
        (None, False),
        (success(uri=ELSEWHERE), False),
        (success(uri=OUTPUT.upper()), False),
        (success(uri=OUTPUT + "?"), False),
        (TWO, False),
        (report(outcome=Outcome.SUCCEEDED), False),
        (success().model_copy(update={"outcome": Outcome.DISRUPTED}), False),
        (success().model_copy(update={"outcome": None}), False),
    ],
)
def test_what_proves_a_result(word: Report | None, good: bool) -> None:
    assert proves(word, WANTED) is good
    assert not proves(word, NOTHING), "without a spec there is nothing to compare with"


def test_the_doubt_says_what_was_claimed() -> None:
    assert doubt(success(uri=ELSEWHERE), WANTED) == (
        f"claimed success, but named {ELSEWHERE} and not {OUTPUT} as what it has written"
    )
    assert "named no output" in doubt(report(outcome=Outcome.SUCCEEDED), WANTED)
    assert len(doubt(success(uri="s3://m/" + "x" * 5000), WANTED)) < 500


def test_status_has_the_specs_names() -> None:
    spec = VideoJobSpec.model_validate(SPEC | {"outputs": [{"name": "reel", "uri": OUTPUT}]})
    (shown,) = written(success(), spec)
    assert (shown.name, shown.uri, shown.sha256) == ("reel", OUTPUT, "ab" * 32)
    assert written(success(uri=ELSEWHERE), spec) == []


def test_a_forged_result_ends_no_job() -> None:
    seen = [evidence(heard=heard(success(uri=ELSEWHERE)))]
    plan = reconcile(snapshot(job(status_with(attempt())), seen))
    assert plan.status and plan.status.phase == Phase.PENDING and plan.start
    assert plan.status.outputs is None
    first = plan.status.attempts[0]
    assert (first.name, first.verdict, first.reason) == (A1, "Disruption", "NoResult")
    assert first.message and ELSEWHERE in first.message


def test_forged_results_come_to_an_end() -> None:
    """Each claims four segments of its own: that would be progress without end, and no pause between attempts."""
    liar = lost(reason="NoResult", segments=4)
    budget = budget_of(counted(Counts(), [lost(segments=4), liar, liar], 3, Prices()))
    assert budget.barren == 2 and pause([liar, liar], budget)
    plan = reconcile(snapshot(job(status_with(*(lost(f"reel-12345-0-{n}", reason="NoResult") for n in (1, 2, 3))))))
    assert plan.status and (plan.status.phase, plan.status.reason) == (Phase.FAILED, Reason.NO_PROGRESS)


def test_no_output_is_shown_before_success() -> None:
    boast = success().model_copy(update={"outcome": None})
    plan = reconcile(snapshot(job(status_with(attempt())), [evidence(heard=heard(boast))]))
    assert plan.status and plan.status.phase == Phase.RUNNING and plan.status.outputs is None
