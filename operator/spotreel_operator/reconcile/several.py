"""Where a job with several lanes stands: what its runners say, taken together."""

from collections.abc import Iterable, Sequence

from spotreel_operator.reconcile.conditions import Standing
from spotreel_operator.reconcile.lane import Step
from spotreel_operator.reconcile.standing import done_words
from videojob_api.attempt_names import JOIN
from videojob_api.names import Phase, Stage
from videojob_api.reasons import Reason
from videojob_api.report import Report
from videojob_api.status import AnalysisStatus

_STAGES = list(Stage)


def together(reports: Sequence[Report]) -> Report | None:
    """One report of all runners: what is there in the store, and what each has in hand. None if there is none.

    What is there is never summed up, as all of them count the same objects: it is what the one knows that looked last.
    """
    known = [report for report in reports if report.total_frames > 0]
    if len(known) < 2:
        return next(iter([*known, *reports]), None)
    ahead = max(known, key=lambda r: (r.segments.done, r.windows.done, r.frames - r.in_hand))
    in_hand = sum(r.in_hand for r in known)
    return ahead.model_copy(
        update={
            "stage": max((r.stage for r in known), key=_STAGES.index),
            "frames": min(ahead.total_frames, max(r.frames - r.in_hand for r in known) + in_hand),
            "in_hand": in_hand,
            "fps": sum(r.fps for r in known),
            "seconds_left": _left([r.left() for r in known]),
            "plan": next((r.plan for r in known if r.plan), None),
            "analyses": _furthest(analysis for report in known for analysis in report.analyses),
        }
    )


def _left(each: Iterable[float | None]) -> float | None:
    """Seconds that all need together for what each would need so many for alone; None where nobody knows."""
    speeds = [1 / seconds for seconds in each if seconds]
    return 1 / sum(speeds) if speeds else None


def _furthest(analyses: Iterable[AnalysisStatus]) -> list[AnalysisStatus]:
    """Of each analysis what the runner says that knows most of it."""
    found: dict[str, AnalysisStatus] = {}
    for one in analyses:
        known = found.setdefault(one.name, one)
        if (one.windows, one.detections or one.events or 0) > (known.windows, known.detections or known.events or 0):
            found[one.name] = one
    return list(found.values())


def standing(steps: Sequence[Step], report: Report | None, total: int, disruptions: int) -> Standing:
    """Of the whole job. One that runs counts for more than one that waits, and what waits is named."""
    told = [(step.review.lane, step.standing) for step in steps if step.standing]
    running = [stands for _, stands in told if stands.phase == Phase.RUNNING]
    waiting = [(lane, stands) for lane, stands in told if stands.phase != Phase.RUNNING]
    if len(told) == 1 and (total == 1 or told[0][0] == JOIN):
        return told[0][1]
    if running:
        return Standing(Phase.RUNNING, _reason(report), _story(len(running), total, report, disruptions, waiting))
    if not waiting:
        return Standing(Phase.PENDING, Reason.RESUMING, "its runners are being taken back")
    lane, first = min(waiting, key=lambda each: (not each[1].stalled, each[0]))
    more = f"; {len(waiting) - 1} more wait" if len(waiting) > 1 else ""
    return Standing(first.phase, first.reason, f"runner {lane}: {first.message}{more}", first.stalled)


def _reason(report: Report | None) -> Reason:
    return Reason(report.stage) if report else Reason.PLANNING


def _story(
    running: int, total: int, report: Report | None, disruptions: int, waiting: Sequence[tuple[int, Standing]]
) -> str:
    """`3 of 4 runners at work after 1 disruption; 19 of 30 segments done; runner 2 waits for a node of tier spot`."""
    after = f" after {disruptions} disruption{'s' * (disruptions > 1)}" if disruptions else ""
    parts = [f"{running} of {total} runners at work{after}", *([done_words(report)] if report else [])]
    if waiting:
        lane, first = waiting[0]
        more = f" ({len(waiting) - 1} more wait)" if len(waiting) > 1 else ""
        parts.append(f"runner {lane} {first.message}{more}")
    return "; ".join(parts)
