"""Several runners' words, taken together."""

from spotreel_operator.reconcile.conditions import Standing
from spotreel_operator.reconcile.lane import Step
from spotreel_operator.reconcile.lane_review import Review
from spotreel_operator.reconcile.several import standing, together
from tests.unit.operator.make import report
from videojob_api.attempt_names import JOIN
from videojob_api.names import Phase, Stage
from videojob_api.reasons import Reason
from videojob_api.report import Report
from videojob_api.status import AnalysisStatus, Counts


def step(lane: int, stands: Standing | None) -> Step:
    return Step(Review((), Counts(), (), (), None, lane), stands)


AT_WORK = Standing(Phase.RUNNING, Reason.RENDERING, "running on g5.xlarge; 4 of 10 segments done")
WAITS = Standing(Phase.PENDING, Reason.WAITING_FOR_CAPACITY, "waits for a node of tier spot: no room")
STUCK = Standing(Phase.PENDING, Reason.IMAGE_PULL_FAILED, "its image does not come", stalled=True)


def test_one_report_is_taken_as_it_is() -> None:
    one, empty = report(), Report(attempt="a")
    assert together([one]) == one and together([empty, one]) == one
    assert together([empty]) == empty and together([]) is None


def test_the_store_is_counted_once() -> None:
    reports = [
        report(done=5, frames=170, in_hand=20),
        report(done=6, frames=190, in_hand=10),
        report(done=2, frames=60),
    ]
    both = together(reports)
    assert both and (both.segments.done, both.frames, both.in_hand, both.fps) == (6, 210, 30, 90.0)


def test_no_more_frames_than_there_are() -> None:
    both = together([report(done=9, frames=300, in_hand=30), report(done=9, frames=300, in_hand=30)])
    assert both and both.frames == both.total_frames == 300


def test_the_furthest_stage_counts_and_each_analysis_by_who_knows_most() -> None:
    looks = [AnalysisStatus(name="moving", windows=3, total=9), AnalysisStatus(name="loud", windows=9, total=9)]
    more = [AnalysisStatus(name="moving", windows=9, total=9, events=4)]
    both = together([report(stage=Stage.ANALYZING, analyses=looks), report(stage=Stage.RENDERING, analyses=more)])
    assert both and both.stage == Stage.RENDERING
    assert {a.name: (a.windows, a.events) for a in both.analyses} == {"moving": (9, 4), "loud": (9, None)}


def test_one_lane_stands_as_it_says() -> None:
    assert standing([step(0, AT_WORK)], report(), 1, 0) == AT_WORK
    assert standing([step(0, None), step(JOIN, WAITS)], None, 3, 0) == WAITS


def test_one_that_runs_counts_for_more_than_those_that_wait() -> None:
    told = standing([step(0, WAITS), step(1, AT_WORK), step(2, STUCK), step(3, None)], report(), 4, 2)
    assert (told.phase, told.reason, told.stalled) == (Phase.RUNNING, Reason.RENDERING, False)
    assert told.message == (
        "1 of 4 runners at work after 2 disruptions; 4 of 10 segments done; "
        "runner 0 waits for a node of tier spot: no room (1 more wait)"
    )


def test_where_none_runs_what_somebody_must_mend_comes_first() -> None:
    told = standing([step(0, WAITS), step(1, STUCK)], None, 2, 0)
    assert told.stalled and told.message == "runner 1: its image does not come; 1 more wait"
    assert standing([step(0, WAITS), step(1, WAITS)], None, 2, 0).reason == Reason.WAITING_FOR_CAPACITY


def test_there_is_something_to_say_of_lanes_without_a_standing() -> None:
    assert standing([step(0, None), step(1, None)], None, 2, 0).phase == Phase.PENDING
