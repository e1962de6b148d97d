"""Progress, verdicts and status of whatever a report says: nothing breaks, and the CRD takes the result."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from spotreel_operator.reconcile.plan import Plan
from spotreel_operator.reconcile.progress import LONGEST, progress
from spotreel_operator.reconcile.reconcile import reconcile
from tests.unit.api.test_report import JSON, ODD_REPORTS
from tests.unit.operator.histories import A1, attempt, status_with
from tests.unit.operator.make import at, batch_job, config, ended, evidence, heard, job, pod, report, snapshot, success
from videojob_api.names import Note, Stage
from videojob_api.report import Report, SegmentCounts, Warning_
from videojob_api.schema import videojob_schema
from videojob_api.shape import check_shape

NOW = datetime(2026, 1, 1, tzinfo=UTC)
STATUS = videojob_schema()["properties"]["status"]


def texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for item in below for text in texts(item)]


def assert_written(plan: Plan) -> None:
    """The API server takes the status, and kubectl can show it."""
    assert plan.status is not None
    written = json.loads(json.dumps(plan.status.plain(), allow_nan=False))
    assert [str(problem) for problem in check_shape(STATUS, written, (), STATUS)] == []
    assert all(text.isprintable() for text in texts(written))
    assert all(-(2**63) <= number < 2**63 for number in _whole_numbers(written))


def _whole_numbers(value: Any) -> list[int]:
    if isinstance(value, int):
        return [value]
    below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [number for item in below for number in _whole_numbers(item)]


def test_figures_of_an_ordinary_report() -> None:
    found = progress(report(done=4, fps=30.0), None, NOW)
    assert found and (found.percent, found.summary, found.remaining) == (40, "40%", "6s")
    assert found.eta == "2026-01-01T00:00:06Z"


def test_a_bound_is_no_estimate() -> None:
    """The next look may be slower: nobody knows when the job ends."""
    said = report(done=4, fps=30.0).model_copy(update={"seconds_left": 12.0, "at_least": True})
    found = progress(said, None, NOW)
    assert found and (found.remaining, found.eta) == (">12s", None)


def test_what_a_runner_knows_of_its_stages_counts() -> None:
    found = progress(report(done=4, fps=30.0).model_copy(update={"seconds_left": 300.0}), None, NOW)
    assert found and found.remaining == "5m00s" and found.eta


@pytest.mark.parametrize("fps", [1e-300, 5e-324, 0.0, 100 / (2 * LONGEST)])
def test_a_speed_of_next_to_nothing_promises_no_end(fps: float) -> None:
    found = progress(report(done=4, fps=fps), None, NOW)
    assert found and (found.fps, found.remaining, found.eta) == (None, None, None)
    assert found.percent == 40


def looking(done: int, looks: int, rendered: int = 0, segments: int = 0) -> Report:
    """Of nine windows; ten segments of 30 frames, as soon as there are any."""
    return report(
        done=segments, frames=looks + rendered, total_frames=600 + 300, fps=60.0,
        stage=Stage.RENDERING if segments else Stage.ANALYZING, windows=SegmentCounts(done=done, total=9, by_this=done),
    )  # fmt: skip


def test_both_stages_count() -> None:
    found = progress(looking(4, 300), None, NOW)
    assert found and (found.stage, found.percent, found.remaining) == ("Analyzing", 33, "10s")
    assert (found.windows, found.total_windows) == (4, 9)
    after = progress(looking(9, 600, 120, 4), found, NOW)
    assert after and (after.stage, after.percent, after.segments, after.windows) == ("Rendering", 80, 4, 9)


@given(st.lists(st.tuples(st.integers(0, 600), st.integers(1, 900)), min_size=2))
def test_a_percentage_never_falls(said: list[tuple[int, int]]) -> None:
    """Whatever an attempt's end costs, and however much more there is to render than was thought."""
    shown = None
    for frames, total in said:
        before, shown = shown, progress(report(frames=min(frames, total), total_frames=total), shown, NOW)
        assert shown and shown.percent is not None and shown.summary == f"{shown.percent}%"
        assert before is None or shown.percent >= (before.percent or 0)


def test_unless_finished_work_has_vanished() -> None:
    """Somebody has deleted the workspace: what was done is to be done again."""
    before = progress(looking(9, 600, 120, 4), None, NOW)
    assert (found := progress(looking(9, 600, 30, 1), before, NOW)) and found.percent == 70
    assert (found := progress(looking(0, 30), before, NOW)) and found.percent == 3
    unsure = report(frames=0, segments=SegmentCounts(), windows=SegmentCounts())
    assert (found := progress(unsure, before, NOW)) and found.percent == 80, "it has not looked yet"


def test_without_a_report_old_figures_stand_still() -> None:
    before = progress(report(done=4), None, NOW)
    after = progress(report(total_frames=0), before, NOW)
    assert after and (after.percent, after.remaining) == (40, None)
    assert progress(None, None, NOW) is None


@given(ODD_REPORTS, st.booleans())
def test_odd_reports_are_taken_from_a_runner_that_lives(said: dict[str, Any], known: bool) -> None:
    found = Report.parse(json.dumps(said))
    if found is None:
        return
    status = status_with(attempt(start_time="2026-01-01T12:00:02Z", instance_type="g5.xlarge", capacity="Spot"))
    assert_written(reconcile(snapshot(job(status) if known else job(), [evidence(heard=heard(found))])))


@given(ODD_REPORTS | JSON, st.integers(0, 255), st.text(max_size=200))
def test_odd_termination_messages_are_taken(said: Any, code: int, log: str) -> None:
    word = Report.parse(json.dumps(said))
    gone = ended(code, last_word=word, last_line=log)
    assert_written(reconcile(snapshot(job(status_with(attempt())), [evidence(pod=gone)])))


ODD = "\x1b[31m\x00\u202eodd\ud800\n" + "🎬" * 5000


@pytest.mark.parametrize(
    "seen",
    [
        evidence(pod=pod(started=None, phase="Pending", waiting_reason="ErrImagePull", waiting_message=ODD)),
        evidence(pod=pod(started=None, phase="Pending"), trouble=ODD),
        evidence(pod=None, trouble=ODD),
        evidence(pod=pod(node=None, started=None, unschedulable=ODD)),
        evidence(pod=ended(1, last_line=ODD)),
        evidence(pod=ended(0, reason="Evicted", message=ODD)),
        evidence(job=batch_job(failed=True, failure_message=ODD), pod=None),
    ],
)
def test_what_pods_and_events_say_is_shown_in_a_line(seen: Any) -> None:
    plan = reconcile(snapshot(job(status_with(attempt())), [seen], now=50))
    assert_written(plan)


def test_many_problems_of_a_spec_fit_into_its_status() -> None:
    """A condition's message that is too long would be refused, and the job never be judged."""
    keys = [{"time": "1s", "left": 0.1, "top": 0.1, "width": 0.2, "height": 0.2}] * 256
    plan = reconcile(snapshot(job(timeline={"overlays": [{"blur": {}, "keyframes": keys}] * 8})))
    assert plan.status and plan.status.reason == "SpecInvalid"
    assert_written(plan)
    assert all("(help: " in c.message for c in plan.status.conditions if c.type in ("Finished", "Failed"))


def test_notes_of_every_kind_fit_into_a_status() -> None:
    notes = [Warning_(reason=note, message=ODD) for note in Note for _ in range(64)]
    parsed = Report.parse(report(warnings=notes).pushed())
    assert_written(reconcile(snapshot(job(status_with(attempt())), [evidence(heard=heard(parsed or report()))])))


def test_a_deadline_that_nobody_can_count_is_never_over() -> None:
    assert reconcile(snapshot(job(deadline="99999999999999999999h"))).start


def test_a_spec_that_was_admitted_before_there_were_limits_ends_as_failed() -> None:
    """It cannot be made smaller: to wait for that would be for ever."""
    keys = [{"time": f"{n}s", "left": 0.123456, "top": 0.1, "width": 0.5, "height": 0.5} for n in range(256)]
    plan = reconcile(snapshot(job(timeline={"clips": [{"framing": {"keyframes": keys}}] * 20})))
    assert plan.status and (plan.status.phase, plan.status.reason) == ("Failed", "SpecTooLarge")
    assert not plan.start and plan.status.end_time
    assert_written(plan)


def test_what_the_platform_makes_too_large_waits_for_the_platform() -> None:
    wide = config(allowedURIs=["s3://m/", *(f"s3://bucket-{n}/prefix/" for n in range(9000))])
    plan = reconcile(snapshot(configuration=wide))
    assert plan.status and (plan.status.phase, plan.status.reason) == ("Pending", "SpecTooLarge")
    assert_written(plan)


def test_a_nodes_clock_ahead_of_ours_makes_no_cost_negative() -> None:
    """A container that has started in the future has cost nothing yet, and rendered from its start on."""
    ran = attempt(
        start_time="2026-01-01T12:10:00Z", render_time="2026-01-01T12:00:10Z", end_time="2026-01-01T12:20:00Z",
        instance_type="g5.xlarge", capacity="Spot", encoded_frames=10, lost_frames=99, verdict="Disruption",
        reason="Preempted",
    )  # fmt: skip
    plan = reconcile(snapshot(job(status_with(ran)), now=1500))
    assert plan.status and plan.status.cost
    found = plan.status.cost
    assert (found.total, found.startup, found.lost, found.marginal) == ("0.0600", "0.0000", "0.0600", "0.0000")


@pytest.mark.parametrize("price", [float("nan"), float("inf"), -0.1])
def test_a_price_is_a_number_of_money(price: float) -> None:
    with pytest.raises(ValidationError, match="prices"):
        config(prices={"table": {"g5.xlarge": {"Spot": price}}})


def test_an_exit_code_of_many_digits_is_none() -> None:
    gone = batch_job(failed=True, failure_message="exit code " + "9" * 6000)
    plan = reconcile(snapshot(job(status_with(attempt())), [evidence(job=gone, pod=None)], now=50))
    assert plan.status and plan.status.attempts[0].exit_code is None


def test_a_success_is_shown_with_its_file() -> None:
    output = success().outputs[0].model_copy(update={"sha256": "ab" * 32})
    word = Report.parse(success().model_copy(update={"outputs": [output]}).pushed())
    assert word
    plan = reconcile(snapshot(job(status_with(attempt())), [evidence(A1, pod=ended(0), heard=heard(word))]))
    assert plan.status and plan.status.phase == "Succeeded" and plan.status.outputs == word.outputs
    assert_written(plan)


def test_when_joining_began_is_kept() -> None:
    joins = evidence(heard=heard(report(done=10, stage=Stage.JOINING)))
    plan = reconcile(snapshot(job(status_with(attempt())), [joins], now=50))
    assert plan.status and plan.status.attempts[0].join_time == "2026-01-01T12:00:50Z"
    later = reconcile(snapshot(job(plan.status), [joins], now=70))
    assert later.status and later.status.attempts[0].join_time == "2026-01-01T12:00:50Z"


def test_an_attempt_that_has_ended_says_its_cost() -> None:
    """98 seconds of a node for 0.36 an hour; while it runs, and where no price is known, it says nothing."""
    known = {"instance_type": "g5.xlarge", "capacity": "Spot", "start_time": "2026-01-01T12:00:00Z"}
    gone = evidence(pod=ended(0, ended=at(100)), heard=heard(success()))
    for prices, cost in (({"table": {"g5.xlarge": {"Spot": 0.36}}}, "0.0098"), ({}, None)):
        over = reconcile(
            snapshot(job(status_with(attempt(**known))), [gone], now=100, configuration=config(prices=prices))
        )
        assert over.status and over.status.attempts[0].verdict == "Succeeded"
        assert over.status.attempts[0].cost == cost
    runs = reconcile(snapshot(job(status_with(attempt(**known))), [evidence()], now=50))
    assert runs.status and runs.status.attempts[0].cost is None
