"""Which tiers are offered at once to a queue, and which of them it has chosen."""

from dataclasses import replace
from typing import Any

import pytest

from spotreel_operator.manifests.attempt import attempt_job
from spotreel_operator.reconcile.offers import gives_up_at, offered, on_its_tier, words
from spotreel_operator.reconcile.plan import StartAttempt
from spotreel_operator.reconcile.reconcile import reconcile
from spotreel_operator.runtime.api import JOBS, PODS
from spotreel_operator.runtime.trim import trimmed
from spotreel_operator.state.jobs import JobState
from spotreel_operator.state.pods import PodState
from spotreel_operator.state.snapshot import Platform
from spotreel_operator.state.videojobs import VideoJob
from tests.unit.operator.histories import A1, A2, attempt, lost, status_with
from tests.unit.operator.make import LABELS, at, batch_job, config, evidence, job, node, pod, snapshot
from tests.unit.operator.raw import raw_pod
from videojob_api.config import ClassTier
from videojob_api.names import LABEL_QUEUE
from videojob_api.status import Attempt

TIERS = [ClassTier(name=name, wait_for="60s") for name in ("a", "b", "od")]
QUEUE = {LABEL_QUEUE: "video"}
CAPACITY = "karpenter.sh/capacity-type"
UNBOUND: Any = {"node": None, "bound": None, "started": None, "phase": "Pending"}
BOTH = batch_job(tier="", offered=("spot", "od"))


def without_node(tier: str) -> Attempt:
    return lost(verdict="Withdrawn", reason="NoCapacity", tier=tier)


@pytest.mark.parametrize(
    ("history", "left"),
    [
        ([], "a or b or od"),
        ([without_node("a")], "b or od"),
        ([without_node("od")], "a or b"),
        ([without_node("a"), without_node("b")], "od"),
        ([without_node("a"), without_node("b"), without_node("od")], "a or b or od"),
        ([without_node("a"), lost(tier="b")], "a or b or od"),
        ([without_node("a"), lost(tier="b"), without_node("b")], "a or od"),
        ([without_node("of another class")], "a or b or od"),
    ],
)
def test_with_a_queue_all_are_offered_but_those_without_a_node(history: list[Attempt], left: str) -> None:
    assert words(offered(QUEUE, TIERS, history)) == left


def test_without_a_queue_it_is_one_after_the_other() -> None:
    assert words(offered({}, TIERS, [])) == "a"
    assert words(offered({}, TIERS, [without_node("a")])) == "b"


def on(labels: dict[str, str], **state: Any) -> str | None:
    """The tier of an attempt that asked for two, whose pod asks for a node with these labels."""
    platform = snapshot().platform
    assert isinstance(platform, Platform)
    seen = evidence(job=BOTH, pod=pod(**{**UNBOUND, "node_selector": labels, **state}))
    return on_its_tier(attempt(tier=None), seen, {"n1": node()}, platform).tier


@pytest.mark.parametrize(
    ("labels", "tier"),
    [
        ({CAPACITY: "spot"}, "spot"),
        ({CAPACITY: "on-demand"}, "od"),
        ({CAPACITY: "on-demand", "of": "the class"}, "od"),
        ({}, "spot"),
        ({CAPACITY: "reserved"}, None),
    ],
)
def test_before_there_is_a_node_its_flavours_labels_tell(labels: dict[str, str], tier: str | None) -> None:
    assert on(labels) == tier


def test_its_node_tells_best() -> None:
    assert on({}, node="n1") == "spot"
    bare = replace(node(), labels={**LABELS, CAPACITY: "on-demand"})
    platform = snapshot().platform
    assert isinstance(platform, Platform)
    seen = evidence(job=BOTH, pod=pod(node="n1"))
    assert on_its_tier(attempt(tier="spot", node=None), seen, {"n1": bare}, platform).tier == "od"
    known = attempt(tier="spot", node="n1")
    assert on_its_tier(known, seen, {"n1": bare}, platform) is known, "nodes vanish, and others come"


def test_one_that_asked_for_one_tier_stays_on_it() -> None:
    platform = snapshot().platform
    assert isinstance(platform, Platform)
    own = attempt(tier="od", node=None)
    assert on_its_tier(own, evidence(pod=pod(**UNBOUND)), {}, platform) is own
    assert on_its_tier(own, evidence(job=None), {}, platform) is own


@pytest.mark.parametrize(
    ("tier", "held", "limit"),
    [
        ("a", BOTH, at(60)),
        ("od", BOTH, at(60)),
        ("a", batch_job(), at(60)),
        ("od", batch_job(), None),
        (None, BOTH, None),
        ("a", None, at(60)),
    ],
)
def test_the_last_tier_waits_on_only_if_no_other_would_do(tier: str | None, held: JobState | None, limit: Any) -> None:
    assert gives_up_at(TIERS, attempt(tier=tier), held, at(0)) == limit


def in_a_queue(videojob: VideoJob) -> VideoJob:
    return replace(videojob, labels=QUEUE)


def test_what_the_queue_admits_may_run_on_either() -> None:
    plan = reconcile(snapshot(in_a_queue(job())))
    (start,) = plan.start
    assert (start.tier.name, [t.name for t in start.also]) == ("spot", ["od"])
    assert plan.status and plan.status.attempts[0].tier is None
    assert plan.status.message == f"attempt {A1} on tier spot or od"
    terms = required(made(start))["nodeSelectorTerms"]
    assert [t["matchExpressions"][0]["values"] for t in terms] == [["spot"], ["on-demand"]]


def made(start: StartAttempt) -> dict[str, Any]:
    platform = snapshot().platform
    assert isinstance(platform, Platform)
    return attempt_job(in_a_queue(job()), platform, start.tier, 1, "image", "{}", also=start.also)


def required(manifest: dict[str, Any]) -> dict[str, Any]:
    node = manifest["spec"]["template"]["spec"]["affinity"]["nodeAffinity"]
    found: dict[str, Any] = node["requiredDuringSchedulingIgnoredDuringExecution"]
    return found


def test_what_was_offered_is_read_back_from_what_the_cache_keeps() -> None:
    (start,) = reconcile(snapshot(in_a_queue(job()))).start
    manifest = made(start)
    stamped = {**manifest["metadata"], "uid": "u", "creationTimestamp": "2026-01-01T12:00:00Z"}
    state = JobState.read(trimmed(JOBS, {**manifest, "metadata": stamped}))
    assert (state.offered, state.tier) == (("spot", "od"), "")
    chosen = {CAPACITY: "spot"}
    bare = raw_pod()
    held = trimmed(PODS, {**bare, "spec": {**bare["spec"], "nodeSelector": chosen}})
    assert PodState.read(held, False).node_selector == chosen


def test_a_stock_out_after_admission_leads_to_an_offer_without_that_tier() -> None:
    fresh = pod(**UNBOUND, node_selector={CAPACITY: "spot"}, created=at(1), unschedulable="0/3 nodes are available")
    waiting = in_a_queue(job(status_with(attempt(tier=None, node=None, start_time=None), phase="Pending")))
    early = reconcile(snapshot(waiting, [evidence(job=BOTH, pod=fresh)], now=30))
    assert early.status and early.status.attempts[0].tier == "spot" and not early.delete_pods
    assert early.status.message == "waits for a node of tier spot: 0/3 nodes are available"
    late = reconcile(snapshot(waiting, [evidence(job=BOTH, pod=fresh)], now=62))
    assert late.delete_pods and late.status
    assert (late.status.attempts[0].tier, late.status.attempts[0].reason) == ("spot", "NoCapacity")
    following = reconcile(snapshot(in_a_queue(job(late.status)), [], now=63))
    (start,) = following.start
    assert (start.name, start.tier.name, start.also) == (A2, "od", ())
    assert following.status and following.status.attempts[1].tier == "od", "there is no choice left"


def test_a_tier_that_fits_everywhere_leaves_no_requirement() -> None:
    anywhere = config(
        classes={"gpu": {"placement": {"tiers": [{"name": "spot", "capacity": "Spot"}, {"name": "any"}]}}}
    )
    s = snapshot(in_a_queue(job()), configuration=anywhere)
    (start,) = reconcile(s).start
    assert isinstance(s.platform, Platform)
    manifest = attempt_job(s.videojob, s.platform, start.tier, 1, "image", "{}", also=start.also)
    assert "affinity" not in manifest["spec"]["template"]["spec"]
