"""Snapshots from raw objects: whose evidence counts, and which nodes are looked at."""

from dataclasses import replace
from typing import Any, cast

import pytest

from spotreel_operator.reconcile.reconcile import reconcile
from spotreel_operator.runtime.api import JOBS, NODES, PODS, VIDEOJOBS, Gone, Kind, KubernetesApi
from spotreel_operator.runtime.cache import Cache
from spotreel_operator.runtime.reports import Reports
from spotreel_operator.runtime.scaling import Scaling
from spotreel_operator.runtime.snapshots import NAMESPACES_KEPT, Snapshots
from spotreel_operator.runtime.warnings import Warnings
from spotreel_operator.state.snapshot import Snapshot
from tests.unit.operator.make import T0, at, config, report, success
from tests.unit.operator.raw import A1, UID, Object, owned, raw, raw_job, raw_node, raw_pod, raw_videojob, said
from tests.unit.operator.test_scaling import of_pod
from tests.unit.operator.test_signals import CA

WORD = success().termination_message()
LISTED = {"phase": "Running", "counts": {"attempts": 1}, "attempts": [{"name": A1, "tier": "spot", "node": "n0"}]}
BEGUN = raw_videojob(status=LISTED)
FAMILY: list[tuple[Kind, Object]] = [(VIDEOJOBS, BEGUN), (JOBS, raw_job()), (PODS, raw_pod()), (NODES, raw_node())]


class NoApi:
    """An API server that knows nothing."""

    async def get(self, kind: Kind, namespace: Any, name: str) -> Object:
        raise Gone(404, "NotFound", name)

    async def list_fields(self, *_: Any) -> list[Object]:
        return []

    async def list(self, kind: Kind, namespace: str | None, selector: str) -> tuple[list[Object], str]:
        """Kueue's Workload of any Job."""
        condition = {"type": "QuotaReserved", "status": "False", "message": "no quota"}
        return [{"status": {"conditions": [condition]}}], "1"


class World:
    """A cache with these objects, and snapshots of it."""

    def __init__(self, *objects: tuple[Kind, Object]) -> None:
        self.cache, self.reports = Cache(lambda key: None, lambda: 0.0), Reports()
        for kind, body in objects:
            self.cache.put(kind, body)
        self.scaling = Scaling()
        api = cast(KubernetesApi, NoApi())
        self.snapshots = Snapshots(api, self.cache, self.reports, config, str, Warnings(), scaling=self.scaling)

    async def take(self) -> Snapshot:
        taken = await self.snapshots.take(("ns", "reel"))
        assert taken
        return taken


def is_left_alone(taken: Snapshot) -> bool:
    """Its one attempt goes on, and nothing is begun or deleted."""
    plan = reconcile(replace(taken, now=at(60)))
    assert plan.status
    (attempt,) = plan.status.attempts
    return attempt.verdict is None and not (plan.start or plan.delete_jobs or plan.delete_pods)


def elsewhere(body: Object) -> Object:
    return {**body, "metadata": {**body["metadata"], "namespace": "theirs"}}


async def test_an_attempts_job_pod_and_report() -> None:
    w = World(*FAMILY)
    w.reports.hear("ns", report(), T0)
    w.reports.hear("theirs", success(), T0)
    (evidence,) = (await w.take()).evidence.values()
    assert evidence.job and evidence.job.uid == "job-1"
    assert evidence.pod and evidence.pod.uid == "pod-1" and not evidence.pod.gone
    assert evidence.heard and evidence.heard.report == report()


FORGERIES: dict[str, Object] = {
    "foreign namespace, our labels": elsewhere(raw("f", 9, "f", status=said(WORD))),
    "foreign namespace, our owners": elsewhere(raw_pod("f", 9, "f", status=said(WORD))),
    "own namespace, our labels": raw("f", 9, "f", status=said(WORD)),
    "own namespace, the VideoJob as controller": owned(raw("f", 9, "f", status=said(WORD)), "VideoJob", "reel", UID),
}


@pytest.mark.parametrize("what", FORGERIES)
async def test_a_forged_pod_ends_no_job(what: str) -> None:
    """Labels of ours, a container `runner`, a last word of success: all that once was asked for."""
    taken = await World(*FAMILY, (PODS, FORGERIES[what])).take()
    pod = taken.evidence[A1].pod
    assert pod and pod.uid == "pod-1"
    assert is_left_alone(taken)


@pytest.mark.parametrize(
    "job",
    [
        raw_job("reel-12345-0-2-debug", 9, "f"),
        raw_job("reel-12345-0-debug", 9, "f"),
        elsewhere(raw_job("reel-12345-0-2", 9, "f")),
        raw("reel-12345-0-2", 9, "f"),
    ],
)
async def test_a_copied_job_is_no_attempt(job: Object) -> None:
    taken = await World(*FAMILY, (JOBS, job), (PODS, raw_pod("f", 9, "f", "f", status=said(WORD)))).take()
    assert list(taken.evidence) == [A1]
    assert is_left_alone(taken)


async def test_a_gone_jobs_pod_is_still_evidence() -> None:
    w = World(*FAMILY)
    w.cache.remove(JOBS, raw_job(version=5))
    w.cache.remove(PODS, raw_pod(version=6, status=said(WORD)))
    (evidence,) = (await w.take()).evidence.values()
    assert evidence.job is None and evidence.pod and evidence.pod.gone and evidence.last_word
    assert (await w.take()).evidence[A1].exit_code == 0


async def test_of_several_pods_of_a_job_the_one_that_is_there() -> None:
    """As after a queue has taken the first one back."""
    w = World(*FAMILY, (PODS, raw_pod("again", 5, "pod-2")))
    w.cache.remove(PODS, raw_pod(version=6))
    pod = (await w.take()).evidence[A1].pod
    assert pod and pod.uid == "pod-2"


async def test_of_two_jobs_of_a_name_the_one_that_is_there() -> None:
    w = World((VIDEOJOBS, BEGUN), (JOBS, raw_job(uid="first")))
    w.cache.remove(JOBS, raw_job(uid="first", version=9))
    w.cache.put(JOBS, raw_job(uid="second", version=10))
    job = (await w.take()).evidence[A1].job
    assert job and job.uid == "second"


async def test_a_gone_job_that_status_has_never_seen_is_none() -> None:
    w = World(*FAMILY, (JOBS, raw_job("reel-12345-0-2", 5, "second")))
    w.cache.remove(JOBS, raw_job("reel-12345-0-2", 6, "second"))
    assert list((await w.take()).evidence) == [A1]


async def test_a_new_videojob_of_the_same_name_has_no_evidence() -> None:
    w = World(*FAMILY)
    w.cache.put(VIDEOJOBS, raw_videojob(9, "87654321-aaaa"))
    assert not (await w.take()).evidence


async def test_only_nodes_of_its_own_attempts() -> None:
    others = [(NODES, raw_node(f"other-{n}", 5)) for n in range(50)]
    taken = await World(*FAMILY, (NODES, raw_node("n0", 5)), *others).take()
    assert set(taken.nodes) == {"n0", "n1"} and taken.nodes["n1"].labels == {"a": "b"}


async def test_namespaces_are_bounded() -> None:
    snapshots = World().snapshots
    for n in range(NAMESPACES_KEPT + 10):
        await snapshots._metadata(f"ns-{n}")
    assert len(snapshots._namespaces) == NAMESPACES_KEPT


async def test_what_autoscalers_say_later_is_evidence() -> None:
    world = World((VIDEOJOBS, BEGUN), (JOBS, raw_job()), (PODS, raw_pod(spec={})))
    assert not (await world.take()).evidence[A1].signals.known
    world.scaling.put(of_pod("NotTriggerScaleUp", CA))
    assert (await world.take()).evidence[A1].signals.refused


async def test_a_queue_is_asked_why_it_holds_a_job_back() -> None:
    held = {**raw_job(), "spec": {"suspend": True}}
    assert (await World((VIDEOJOBS, BEGUN), (JOBS, held)).take()).evidence[A1].held_because == "no quota"
    assert (await World((VIDEOJOBS, BEGUN), (JOBS, raw_job())).take()).evidence[A1].held_because == ""
