"""The status that is written: what is known of the job, and where it stands."""

from dataclasses import replace

from spotreel_operator.manifests.orders import workspace
from spotreel_operator.reconcile.conditions import Extra, Held, Standing, conditions
from spotreel_operator.reconcile.cost import cost, unknown_prices
from spotreel_operator.reconcile.help_links import help_at, help_page
from spotreel_operator.reconcile.lane_review import JobReview
from spotreel_operator.reconcile.lane_status import lanes_in_status
from spotreel_operator.reconcile.notes import noted
from spotreel_operator.reconcile.placement.placed import situation_of
from spotreel_operator.reconcile.placement.risk import at_risk
from spotreel_operator.reconcile.progress import progress
from spotreel_operator.reconcile.result import handed_on, written
from spotreel_operator.reconcile.several import together
from spotreel_operator.reconcile.shards import parallelism
from spotreel_operator.reconcile.stalls import stall_of
from spotreel_operator.state.evidence import Evidence
from spotreel_operator.state.lane_records import LaneRecord, attempts_of
from spotreel_operator.state.snapshot import Platform, Snapshot, Stall
from spotreel_operator.state.times import format_time
from videojob_api.clean import clean
from videojob_api.conditions import Condition
from videojob_api.names import Note, Phase, Verdict
from videojob_api.reasons import Reason
from videojob_api.report import Report
from videojob_api.status import CONDITION_BYTES, AnalysisStatus, ClassStatus, RunnerStatus, VideoJobStatus


def facts_of(s: Snapshot, platform: Platform, r: JobReview) -> VideoJobStatus:
    """The status so far, with the parts that follow from what is known, whatever is decided."""
    old, latest = s.videojob.status, latest_report(s, r)
    started = [e.pod for e in s.evidence.values() if e.pod and e.pod.started]
    won = latest and r.decisive and r.decisive.verdict == Verdict.SUCCEEDED
    records = [LaneRecord(lane.lane, lane.counts, lane.attempts) for lane in r.lanes]
    return old.model_copy(
        update={
            **lanes_in_status(records, parallelism(platform), _at_work(s, r)),
            "start_time": format_time(s.begun if old.start_time else s.now),
            "cost": cost(r.counts, r.attempts, platform.config.prices, s.now),
            "progress": progress(latest, old.progress, s.now),
            "class_": old.class_ if stall_of(s) else ClassStatus(name=platform.class_name, hash=platform.class_hash),
            "workspace": old.workspace if stall_of(s) else workspace(s.videojob, platform),
            "runner": old.runner or (RunnerStatus(image=started[0].image) if started else None),
            "plan": (latest and latest.plan) or old.plan,
            "analyses": _analyses(latest, old),
            "outputs": (written(latest, platform.spec) or None) if latest and won else old.outputs,
            "results": (handed_on(latest, platform.spec) or None) if latest and won else old.results,
        }
    )


def _analyses(latest: Report | None, old: VideoJobStatus) -> list[AnalysisStatus] | None:
    """As the newest report has them; a runner that has not looked yet says nothing of them."""
    return latest.analyses if latest and latest.analyses else old.analyses


def _at_work(s: Snapshot, r: JobReview) -> int:
    """How many runners have a pod that has started."""
    pods = (e.pod for attempt in r.active if (e := s.evidence.get(attempt.name)))
    return sum(1 for pod in pods if pod and pod.started and not pod.finished)


def latest_report(s: Snapshot, r: JobReview) -> Report | None:
    """That of the attempt that settled the job, else what those say together that are under way."""
    attempts = [r.decisive] if r.decisive else r.active
    found = (_report_of(s.evidence.get(attempt.name)) for attempt in attempts)
    return together([report for report in found if report])


def _report_of(evidence: Evidence | None) -> Report | None:
    if evidence is None:
        return None
    return evidence.last_word or (evidence.heard.report if evidence.heard else None)


_HELP_BYTES = 192
"""Room for where to read on."""


def _shown(standing: Standing) -> Standing:
    """With a message that the CRD takes and a terminal can show: it may quote a spec, an event, an API server."""
    return replace(standing, message=clean(standing.message, CONDITION_BYTES - _HELP_BYTES))


def _held_up(s: Snapshot, standing: Standing) -> Standing:
    """With the reason why nothing new is begun, if there is one and the job's own words are others."""
    stall = stall_of(s)
    if stall is None or standing.stalled or standing.finished:
        return standing
    words = clean(stall.message, CONDITION_BYTES - 2 * _HELP_BYTES)
    return replace(standing, held_up=Held(stall.reason, f"{words} ({help_at(help_page(s.config), stall.reason)})"))


def status_of(s: Snapshot, standing: Standing, facts: VideoJobStatus) -> VideoJobStatus:
    """One whole status: an apply that leaves something out removes it."""
    old, standing = s.videojob.status, _held_up(s, _shown(standing).with_help(help_page(s.config)))
    full = standing.with_extras(_extras(s, facts, standing))
    return facts.model_copy(
        update={
            "observed_generation": s.videojob.generation,
            "phase": str(standing.phase),
            "reason": str(standing.reason),
            "message": standing.message,
            "conditions": conditions(full, old.conditions, s.videojob.generation, s.now),
        }
    )


def _extras(s: Snapshot, new: VideoJobStatus, standing: Standing) -> list[Extra]:
    """Conditions that are there only while they are True. What was once said of encoder and inputs stays said."""
    found = [_kept(new, note) for note in Note]
    for evidence in s.evidence.values():
        reports = [evidence.heard.report if evidence.heard else None, evidence.last_word]
        found += [extra for report in reports if report for extra in noted(report.warnings)]
    goal = s.videojob.spec.deadline if s.videojob.spec else None
    if s.goal_at is not None and s.now > s.goal_at and not standing.finished:
        found.append(Extra(Condition.DEADLINE_MISSED, Reason.DEADLINE_MISSED, f"not done within {goal}; it goes on"))
    else:
        found.append(_kept(new, Condition.DEADLINE_MISSED))
    if not (isinstance(s.platform, Stall) or standing.finished or standing.phase == Phase.SUSPENDED):
        found.append(_at_risk(s, s.platform, new))
    if not isinstance(s.platform, Stall) and (unknown := unknown_prices(new, s.platform.config.prices)):
        text = f"no price for {', '.join(sorted(unknown))}: cost is not shown"
        found.append(Extra(Condition.PRICE_UNKNOWN, Reason.PRICE_UNKNOWN, text))
    by_type = {extra.type: extra for extra in found if extra}
    return [replace(extra, message=clean(extra.message, CONDITION_BYTES)) for extra in by_type.values()]


def _at_risk(s: Snapshot, platform: Platform, new: VideoJobStatus) -> Extra | None:
    """Of the lane that is worst off: one without a node, if there is one."""
    open_ = [a for a in attempts_of(new) if not a.verdict]
    active = min(open_, key=lambda a: a.node is not None, default=None)
    why = at_risk(situation_of(s, platform, 0, (), active), platform.config.prices.currency)
    return Extra(Condition.DEADLINE_AT_RISK, Reason.DEADLINE_AT_RISK, why) if why else None


def _kept(status: VideoJobStatus, kind: Condition | Note) -> Extra | None:
    old = next((c for c in status.conditions if c.type == kind and c.status == "True"), None)
    return Extra(kind, old.reason, old.message) if old else None
