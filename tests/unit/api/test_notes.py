"""The table of notes is whole, and whatever a runner says reaches everybody who should hear it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from job_runner.cli.watch import Watched, say_end
from job_runner.stop import Stop
from job_runner.tracker import Tracker
from spotreel_operator.reconcile.plan import Plan
from spotreel_operator.reconcile.reconcile import reconcile
from spotreel_operator.runtime.events import event_object
from tests.generate.reference import notes, page
from tests.testbed.cache import ROOT
from tests.unit.operator.histories import A1, after, attempt, status_with
from tests.unit.operator.make import ended, evidence, heard, job, snapshot
from tests.unit.runner.jobs import order
from videojob_api.exit_codes import ExitCode
from videojob_api.names import HELP, Note, Outcome
from videojob_api.notes import SHOWN
from videojob_api.report import Report

TROUBLESHOOTING = (ROOT / "docs" / HELP.rsplit("/", 1)[1]).read_text()
SOURCES = "".join(
    path.read_text()
    for path in [*(ROOT / "job_runner").rglob("*.py"), ROOT / "crds" / "videojob_api" / "spec_notes.py"]
)
"""Where notes are said: by the runner, or by what it asks about the spec."""


def told(note: Note) -> Tracker:
    """A runner that has said it."""
    tracker = Tracker(A1)
    if note == Note.INPUT_DAMAGED:
        tracker.damaged("main", 3)
    else:
        tracker.warn(note, f"the words of {note}")
    return tracker


def ended_with(tracker: Tracker) -> Report:
    """The runner's last word: it was told to stop."""
    last = {"outcome": Outcome.DISRUPTED, "exit_code": int(ExitCode.DISRUPTED), "message": "stopped"}
    return tracker.report().model_copy(update=last)


def assert_shown(plan: Plan, note: Note, words: str) -> None:
    """As a condition, and as one event."""
    assert plan.status
    (condition,) = [c for c in plan.status.conditions if c.type == note]
    assert (condition.status, condition.reason, condition.message) == ("True", SHOWN[note].reason, words)
    (event,) = [e for e in plan.events if e.reason == SHOWN[note].event]
    assert (event.type, event.message) == ("Warning" if SHOWN[note].warning else "Normal", words)


@pytest.mark.parametrize("note", Note)
def test_each_note_is_a_condition_one_event_an_anchor_and_said_at_the_desk(
    note: Note, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tracker, shown = told(note), SHOWN[note]
    (said,) = tracker.report().warnings
    assert (said.reason, bool(said.message)) == (note, True)

    pushed = Report.parse(tracker.report().pushed())
    assert pushed
    seen = snapshot(job(status_with(attempt())), [evidence(heard=heard(pushed))])
    first = reconcile(seen)
    assert_shown(first, note, said.message)
    again = reconcile(after(first, seen))
    assert not [e for e in again.events if e.reason == shown.event], "it is said once"

    left = Report.parse(ended_with(tracker).termination_message())
    over = evidence(pod=ended(75, last_word=left))
    assert_shown(reconcile(snapshot(job(status_with(attempt())), [over])), note, said.message)

    assert f"\n### {note}\n" in TROUBLESHOOTING and f"\n### {shown.reason}\n" in TROUBLESHOOTING
    assert f"Note.{note.name}" in SOURCES, "no runner says it"

    made = order(tmp_path, tmp_path / "in.mp4")
    lines = Watched(tracker, Stop(0), made).news()
    say_end(ended_with(tracker), made, 1)
    assert [*lines, *capsys.readouterr().out.splitlines()] == [f"note  {said.message}"]


@pytest.mark.parametrize("note", Note)
def test_a_second_event_of_a_kind_would_be_the_same_event(note: Note) -> None:
    """After an operator has died between its write and its event, and if more is said of the same kind."""

    def name(words: str) -> str:
        tracker = Tracker(A1)
        tracker.warn(note, words)
        plan = reconcile(snapshot(job(status_with(attempt())), [evidence(heard=heard(tracker.report()))]))
        (event,) = [e for e in plan.events if e.reason == SHOWN[note].event]
        return str(event_object(job(), event, datetime.now(UTC))["metadata"]["name"])

    assert name("once") == name("and once more")


@pytest.mark.parametrize("note", Note)
def test_the_reference_has_every_note(note: Note) -> None:
    (line,) = [line for line in notes() if f"[{note}]" in line]
    assert SHOWN[note].line in line and line in page()


def test_every_note_has_one_row() -> None:
    assert set(SHOWN) == set(Note) and all(row.note == note and row.line for note, row in SHOWN.items())
