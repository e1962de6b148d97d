"""A job whose turn has not come, or which may have fewer runners than it wants."""

from dataclasses import replace

from spotreel_operator.reconcile.reconcile import reconcile
from spotreel_operator.state.turn import JUST_COME, Turn, about
from tests.unit.operator.make import job, snapshot
from tests.unit.operator.sharded import begun, of, runs, started, waits


def test_it_waits_in_line_and_says_where() -> None:
    plan = reconcile(replace(snapshot(job()), turn=Turn(0, 3, 12, "class gpu runs 2 at most")))
    assert not plan.start and plan.status
    assert (plan.status.phase, plan.status.reason) == ("Pending", "WaitingForTurn")
    assert (plan.status.message or "").startswith("place 3 of 12 in line: class gpu runs 2 at most")
    assert plan.requeue_after and plan.requeue_after.total_seconds() == 4


def test_of_several_lanes_so_many_begin_as_there_is_room_for() -> None:
    assert len(started(reconcile(replace(of(4, None), turn=Turn(2))))) == 2
    assert len(started(reconcile(of(4, None)))) == 4


def test_what_runs_counts_and_goes_on() -> None:
    first = replace(of(3, begun(1), runs(0)), turn=Turn(2))
    assert len(started(reconcile(first))) == 1
    full = reconcile(replace(of(3, begun(1), runs(0)), turn=Turn(1)))
    assert not full.start and full.status and full.status.phase == "Running"
    over = reconcile(replace(of(2, begun(2), runs(0), waits(1)), turn=Turn(0)))
    assert not (over.delete_jobs or over.delete_pods)


def test_far_back_in_line_the_place_is_rounded() -> None:
    """Else ten thousand jobs would be written anew whenever one of them ends."""
    assert Turn(0, 7, 20, "full").words == "place 7 of 20 in line: full"
    assert Turn(0, 123, 9876, "full").words == "place about 100 of about 10000 in line: full"
    assert [about(n) for n in (21, 94, 95, 150, 250, 8500)] == [
        f"about {n}" for n in ("20", "90", "100", "200", "200", "8000")
    ]


def test_who_came_after_the_line_was_read_waits_shortly() -> None:
    plan = reconcile(replace(snapshot(job()), turn=JUST_COME))
    assert not plan.start and plan.status and (plan.status.message or "").startswith("in line")
    assert plan.requeue_after and plan.requeue_after.total_seconds() == 2
