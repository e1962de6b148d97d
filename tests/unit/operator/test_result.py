"""Success is believed only of exactly what the job was to write."""

from typing import Any

import pytest

from spotreel_operator.reconcile.budgets import pause
from spotreel_operator.reconcile.counters import budget_of, counted
from spotreel_operator.reconcile.reconcile import reconcile
from spotreel_operator.reconcile.result import NOTHING, Promise, doubt, handed_on, promised, proves, written
from tests.unit.operator.histories import A1, attempt, lost, status_with
from tests.unit.operator.make import OUTPUT, SPEC, evidence, heard, job, report, snapshot, success
from videojob_api.names import Outcome, Phase
from videojob_api.prices import Prices
from videojob_api.reasons import Reason
from videojob_api.report import Report
from videojob_api.short_uri import short_uri
from videojob_api.spec import VideoJobSpec
from videojob_api.status import Counts, ResultStatus

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


# analyses and their results

SQL = {"sql": {"secretRef": {"name": "db"}}}
PEOPLE = "s3://m/out/people-of-the-whole-match.ndjson.gz"
LOOKED: dict[str, Any] = {
    "inputs": [{"uri": "s3://m/in.mp4"}],
    "analyses": [{"name": "people", "motion": {}}, {"name": "loud", "loudness": {}}],
    "results": [{"analysis": "people", "uri": PEOPLE}, {"analysis": "loud", **SQL}],
}
HANDED_ON = [ResultStatus(analysis="people", uri=PEOPLE, rows=7), ResultStatus(analysis="loud", table="event", rows=3)]


def looked(*results: ResultStatus, **changes: Any) -> Report:
    return report(outcome=Outcome.SUCCEEDED, exit_code=0, results=list(results), **changes)


@pytest.mark.parametrize(
    ("results", "good"),
    [
        (HANDED_ON, True),
        ([ResultStatus(analysis="people", uri=short_uri(PEOPLE)), ResultStatus(analysis="loud")], True),
        ([], False),
        (HANDED_ON[:1], False),
        (HANDED_ON[::-1], False),
        ([*HANDED_ON, HANDED_ON[1]], False),
        ([HANDED_ON[0], ResultStatus(analysis="people", table="event")], False),
        ([ResultStatus(analysis="people", uri=PEOPLE + "?"), HANDED_ON[1]], False),
        ([ResultStatus(analysis="people"), HANDED_ON[1]], False),
    ],
)
def test_results_are_proved_one_by_one(results: list[ResultStatus], good: bool) -> None:
    spec = VideoJobSpec.model_validate(LOOKED)
    assert proves(looked(*results), promised(spec)) is good
    both = VideoJobSpec.model_validate(LOOKED | {"outputs": SPEC["outputs"]})
    assert not proves(looked(*results), promised(both)), "the output is wanted, too"
    assert proves(looked(*results, outputs=success().outputs), promised(both)) is good


def test_status_has_the_places_of_the_spec() -> None:
    spec = VideoJobSpec.model_validate(LOOKED)
    short = [HANDED_ON[0].model_copy(update={"uri": short_uri(PEOPLE)}), HANDED_ON[1]]
    assert handed_on(looked(*short), spec) == HANDED_ON and handed_on(looked(*short[:1]), spec) == []


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (SPEC, f"{OUTPUT} is there"),
        (LOOKED, f"{PEOPLE}, the rows of loud in a database are there"),
        (LOOKED | {"results": LOOKED["results"][1:]}, "the rows of loud in a database are there"),
        (LOOKED | {"results": LOOKED["results"][:1]}, f"{PEOPLE} is there"),
    ],
)
def test_what_is_there_is_said_in_a_sentence(spec: dict[str, Any], words: str) -> None:
    assert promised(VideoJobSpec.model_validate(spec)).kept == words


def test_a_job_that_only_looks_succeeds_by_its_results() -> None:
    seen = evidence(heard=heard(looked(*HANDED_ON)))
    plan = reconcile(snapshot(job(status_with(attempt()), outputs=None, **LOOKED), [seen]))
    assert plan.status and (plan.status.phase, plan.status.reason) == (Phase.SUCCEEDED, Reason.RESULT_COMMITTED)
    assert plan.status.results == HANDED_ON and plan.status.outputs is None
    assert plan.status.message == f"{PEOPLE}, the rows of loud in a database are there"


def test_rows_that_were_not_written_are_no_result() -> None:
    seen = evidence(heard=heard(looked(HANDED_ON[0])))
    plan = reconcile(snapshot(job(status_with(attempt()), outputs=None, **LOOKED), [seen]))
    assert plan.status and plan.status.results is None and plan.status.phase == Phase.PENDING
    assert (plan.status.attempts[0].reason, plan.status.attempts[0].message) == (
        "NoResult",
        f"claimed success, but named {PEOPLE} and not {PEOPLE}, the rows of loud in a database as what it has written",
    )
