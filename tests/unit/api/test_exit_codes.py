"""The table of ends is whole, and everybody who speaks of exit codes goes by it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from job_runner import errors
from job_runner.cli.parser import parser
from job_runner.errors import RunnerError
from job_runner.session import Session
from job_runner.stop import Stop
from spotreel_operator.reconcile.platform import platform_of
from spotreel_operator.reconcile.result import Promise
from spotreel_operator.reconcile.verdict import Case, rule
from spotreel_operator.state.snapshot import Platform
from tests.generate.reference import codes, page
from tests.unit.operator.make import OUTPUT, attempt_manifest, config, ended, evidence, heard, job, node, success
from tests.unit.runner.jobs import order
from videojob_api.exit_codes import ENDS_BY_CODE, End, ExitCode, end_of, permanent_codes
from videojob_api.names import AttemptReason, Outcome, Verdict
from videojob_api.reasons import Reason
from videojob_api.report import Report

ROWS = list(ENDS_BY_CODE.values())
BY_NAME = [row.code.name for row in ROWS]


def kinds(of: type[RunnerError] = RunnerError) -> Iterator[type[RunnerError]]:
    """All errors that end a runner."""
    yield of
    for more in of.__subclasses__():
        yield from kinds(more)


def last_word(error: Exception, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Report:
    """Of a runner that ends with this error."""

    def raised(session: Session) -> None:
        raise error

    monkeypatch.setattr(Session, "_maker", raised)
    return Session(order(folder, folder / "in.mp4"), Stop(0)).run()


def test_every_code_has_one_row() -> None:
    assert set(ENDS_BY_CODE) == set(ExitCode) and len(ROWS) == len(ExitCode)
    assert all(row.code == code and row.line for code, row in ENDS_BY_CODE.items())


def test_verdicts_and_reasons_go_together() -> None:
    """A failure's reason becomes the job's, any other an attempt's."""
    assert all(isinstance(row.reason, Reason if row.permanent else AttemptReason) for row in ROWS)
    assert Verdict.WITHDRAWN not in {row.verdict for row in ROWS}


@pytest.mark.parametrize("code", [None, 2, 126, 127, 134, 137, 139, 143, 255])
def test_what_no_runner_ends_with_has_no_row(code: int | None) -> None:
    assert end_of(code) is None


@pytest.mark.parametrize("kind", list(kinds()), ids=lambda kind: kind.__name__)
def test_runner_and_operator_come_to_the_same_verdict(
    kind: type[RunnerError], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk was once a disruption to the runner, and a crash to the operator."""
    row, said = ENDS_BY_CODE[kind.code], last_word(kind("why"), tmp_path, monkeypatch)
    assert (said.exit_code, said.outcome, said.message) == (row.code, row.outcome, "why")
    ruling = rule(Case(evidence(pod=ended(row.code), heard=heard(said)), node(), silent=False, kills_before=0))
    assert (ruling.verdict, ruling.message) == (row.verdict, "why")
    assert ruling.reason == (Reason.INPUT_CHANGED if kind is errors.InputChanged else row.reason)
    assert said.reason == (ruling.reason if row.permanent else None)


def test_every_code_is_one_that_a_runner_ends_with() -> None:
    assert {kind.code for kind in kinds()} | {ExitCode.OK} == set(ExitCode)


@pytest.mark.parametrize("row", ROWS, ids=BY_NAME)
def test_the_operator_judges_a_bare_code_by_its_row(row: End) -> None:
    word = heard(success()) if row.code == ExitCode.OK else None
    wanted = Promise((OUTPUT,))
    ruling = rule(Case(evidence(pod=ended(row.code), heard=word), node(), silent=False, kills_before=0, wanted=wanted))
    assert (ruling.verdict, ruling.reason) == (row.verdict, row.reason)


@pytest.mark.parametrize("row", ROWS, ids=BY_NAME)
def test_help_and_reference_have_every_row(row: End) -> None:
    assert f"  {int(row.code):>2}  {row.line}\n" in parser().format_help()
    (line,) = [line for line in codes() if line.startswith(f"| {int(row.code)} |")]
    assert row.line in line and row.verdict in line and f"[{row.reason}]" in line
    assert line in page()


def test_the_jobs_failure_policy_names_the_permanent_codes() -> None:
    platform = platform_of(job(), config(), {})
    assert isinstance(platform, Platform)
    made = json.loads(json.dumps(attempt_manifest(job(), platform)))
    named = made["spec"]["podFailurePolicy"]["rules"][0]["onExitCodes"]["values"]
    assert named == permanent_codes() == [row.code for row in ROWS if row.verdict == Verdict.FAILED]


def test_a_crash_is_a_failure_to_who_has_crashed() -> None:
    assert {row.verdict: row.outcome for row in ROWS} == {
        Verdict.SUCCEEDED: Outcome.SUCCEEDED,
        Verdict.CRASH: Outcome.FAILED,
        Verdict.FAILED: Outcome.FAILED,
        Verdict.DISRUPTION: Outcome.DISRUPTED,
    }
