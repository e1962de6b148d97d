"""The table: what happens, the first attempt's verdict and reason, how the job ends."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.scenarios import acts
from tests.scenarios.ground import Ground, Stage, videojob
from tests.scenarios.witness import Witness

Act = Callable[[Stage], None]

UNSEEN = ("Preempted", "Stopped", "Killed", "NoEvidence", "PodDeleted")
SCRIPTS = {
    "stubborn": 'trap "" TERM; while :; do sleep 0.2; done',
    "polite": 'trap "exit 0" TERM; while :; do sleep 0.2; done',
    "crasher": "echo boom >&2; exit 1",
    "liar": "exit 0",
    "unfit": "exit 76",
}
"""Runners that misbehave, each an image of its own and a class that uses it."""


@dataclass(frozen=True)
class Scenario:
    """`reasons`: what the first attempt may be said to have ended of; `ends`: the job's last reason."""

    name: str
    act: Act
    verdict: str
    reasons: tuple[str, ...]
    ends: str = "ResultCommitted"
    undo: Act = acts.nothing
    spec: dict[str, Any] = field(default_factory=dict)
    seconds: float = 120
    when: str = "begun"
    counts: dict[str, int] = field(default_factory=dict)


LOST = (
    Scenario("evicted", acts.evict, "Disruption", ("Evicted", "Stopped")),
    Scenario("drained", acts.drain, "Disruption", ("Evicted", "Stopped"), undo=acts.uncordon),
    Scenario("pod-deleted", acts.delete_pod, "Disruption", ("PodDeleted", "Stopped")),
    Scenario("tainted", acts.taint, "Disruption", ("Preempted", "Stopped"), undo=acts.untaint),
    Scenario("outranked", acts.preempt_by_priority, "Disruption", ("Preempted", "Stopped"), undo=acts.remove_greedy),
    Scenario("node-lost", acts.lose_node, "Disruption", ("NodeLost", "RunnerSilent")),
)
"""Six ways to lose a pod; each is played with the operator there, and away."""


def _scripted(name: str, act: Act, verdict: str, reasons: tuple[str, ...], ends: str, script: str) -> Scenario:
    spec = {"className": script, "backoffLimit": 1}
    return Scenario(name, act, verdict, reasons, ends, spec=spec, when="started" if act is acts.evict else "at once")


TEXT = {"inputs": [{"uri": "s3://media/bad/text.mp4"}], "timeline": None}
OWN_FAULT = (
    Scenario("bad-input", acts.nothing, "Failed", ("InputInvalid",), "InputInvalid", spec=TEXT, when="at once"),
    _scripted("crash", acts.nothing, "Crash", ("Crashed",), "BackoffLimitExceeded", "crasher"),
    _scripted("exit-0-without-result", acts.nothing, "Disruption", ("NoResult",), "NoProgress", "liar"),
    _scripted("node-unfit", acts.nothing, "Disruption", ("NodeUnfit",), "NoProgress", "unfit"),
    _scripted("exit-0-in-grace", acts.evict, "Disruption", ("Evicted",), "", "polite"),
    _scripted("sigterm-ignored", acts.evict, "Disruption", ("Evicted",), "", "stubborn"),
)
"""An `ends` of "" is a runner that never ends by itself: what counts is the verdict, then the job is deleted."""


def play(scenario: Scenario, ground: Ground, operator_away: bool = False) -> dict[str, Any]:
    """Plays it and checks the end; gives the status and what was seen on the way."""
    stage = Stage(ground, scenario.name + ("-away" if operator_away else ""))
    spec = {key: value for key, value in scenario.spec.items() if value is not None}
    job = videojob(stage.name, **spec)
    for key in [key for key, value in scenario.spec.items() if value is None]:
        job["spec"].pop(key)
    stage.world.apply(job, stage.namespace)
    try:
        with Witness(stage) as witness:
            _act(scenario, stage, operator_away)
            status = _end(scenario, stage)
    finally:
        scenario.undo(stage)
    _check(scenario, status, operator_away)
    return {"status": status, "seen": witness.seen}


def _act(scenario: Scenario, stage: Stage, operator_away: bool) -> None:
    if scenario.when != "at once":
        stage.begun() if scenario.when == "begun" else stage.started()
    if not operator_away:
        return scenario.act(stage)
    stage.ground.stop_operator()
    pod = stage.pod_name
    try:
        scenario.act(stage)
        if scenario.name != "node-lost":
            stage.wait_for(lambda: pod not in stage.kubectl("get", "pods", "-o", "name"), 60)
    finally:
        stage.ground.start_operator()


def _end(scenario: Scenario, stage: Stage) -> dict[str, Any]:
    if scenario.ends:
        return stage.world.wait_finished(stage.name, stage.namespace, scenario.seconds)
    stage.wait_for(lambda: stage.status()["attempts"][0].get("verdict"), scenario.seconds)
    status = stage.status()
    stage.kubectl("delete", "vj", stage.name)
    return status


def _check(scenario: Scenario, status: dict[str, Any], operator_away: bool) -> None:
    first, counts = status["attempts"][0], status["counts"]
    assert first["verdict"] == scenario.verdict, status
    # Of a pod that nobody saw go, the Job's message or nothing is left.
    assert first["reason"] in (*scenario.reasons, *(UNSEEN if operator_away else ())), status
    if scenario.ends:
        assert status["reason"] == scenario.ends, status
        assert status["phase"] == ("Succeeded" if scenario.ends == "ResultCommitted" else "Failed")
    if scenario.verdict == "Disruption":
        assert counts["disruptions"] >= 1 and counts["crashes"] == 0, status
    verdicts = [a["verdict"] for a in status["attempts"] if a.get("verdict")]
    assert counts["disruptions"] == verdicts.count("Disruption"), status
