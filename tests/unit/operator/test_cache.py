"""The cache: versions, tombstones, whose an object is, and that nothing of a stranger counts."""

from collections.abc import Callable, Sized
from itertools import permutations

import pytest

from spotreel_operator.runtime.api import JOBS, NODES, PODS, VIDEOJOBS, Kind
from spotreel_operator.runtime.cache import TOMBSTONE_SECONDS, Attempt, Cache, Key
from tests.unit.operator.raw import A1, UID, Object, owned, raw, raw_job, raw_node, raw_pod, raw_videojob, said

REEL = ("ns", "reel")
FAMILY: list[tuple[Kind, Object]] = [(VIDEOJOBS, raw_videojob()), (JOBS, raw_job()), (PODS, raw_pod())]


class World:
    """A cache, whom it told of changes, and its clock."""

    def __init__(self, *objects: tuple[Kind, Object]) -> None:
        self.changed: list[Key] = []
        self.now = 0.0
        self.cache = Cache(self.changed.append, lambda: self.now)
        for kind, body in objects:
            self.cache.put(kind, body)
        self.told_before = len(self.changed)

    @property
    def told(self) -> list[Key]:
        return self.changed[self.told_before :]

    @property
    def pods(self) -> list[str]:
        """uids of the pods of the VideoJob's attempts."""
        jobs = [e.body["metadata"] for e in self.cache.jobs_of("ns", UID)]
        return [e.body["metadata"]["uid"] for job in jobs for e in self.cache.pods_of("ns", job["uid"])]

    def size(self) -> int:
        cache = self.cache
        indices: list[Sized] = [*cache._children.values(), cache._on_node, cache._gone, *cache._named.values()]
        indices.append(cache._without_node)
        return sum(map(len, [*indices, *cache._entries.values()]))


def test_older_versions_are_ignored() -> None:
    w = World((VIDEOJOBS, raw_videojob()), (JOBS, raw_job(version=5)))
    w.cache.put(JOBS, raw_job(version=4))
    assert w.cache.living(JOBS)[0]["metadata"]["resourceVersion"] == "5" and w.told == []


def test_the_last_word_about_a_pod_is_kept() -> None:
    w = World(*FAMILY)
    w.cache.put(PODS, raw_pod(version=5, status=said("{}")))
    w.cache.remove(PODS, raw_pod(version=4))
    w.cache.put(PODS, raw_pod(version=6))
    (entry,) = w.cache.pods_of("ns", "job-1")
    assert entry.gone_since is not None and entry.body["status"]["containerStatuses"] and not w.cache.living(PODS)
    w.now = TOMBSTONE_SECONDS + 1
    w.cache.replace(NODES, [], "9")
    assert w.pods == []


def test_a_list_repairs_what_a_watch_has_lost() -> None:
    w = World((VIDEOJOBS, raw_videojob()), (JOBS, raw_job("old", 5, "old")), (JOBS, raw_job("new", 20, "new")))
    w.cache.replace(JOBS, [raw_job("listed", 7, "listed")], "10")
    assert {b["metadata"]["name"] for b in w.cache.living(JOBS)} == {"listed", "new"}
    assert w.told == [REEL, REEL], "the new and the vanished one"


def test_a_nodes_change_concerns_the_jobs_on_it() -> None:
    w = World(*FAMILY, (NODES, raw_node()), (NODES, raw_node("n2")))
    w.cache.put(NODES, raw_node("n2", 6, status={"conditions": [{"type": "Ready", "status": "False"}]}))
    assert w.told == [] and w.cache.node("n2")
    w.cache.remove(NODES, raw_node(version=7))
    assert w.told == [REEL] and w.cache.node("n1") is None


def test_a_pod_has_lost_its_node_also_when_another_has_the_name() -> None:
    """A preempted instance may come back under its old name, and its deletion may never be seen."""
    for seen_to_go in (True, False):
        w = World(*FAMILY, (NODES, raw_node()))
        assert not w.cache.lost_its_node(raw_pod())
        if seen_to_go:
            w.cache.remove(NODES, raw_node(version=7))
        w.cache.put(NODES, raw_node(version=8, uid="another"))
        w.cache.put(PODS, raw_pod(version=9))
        w.cache.put(PODS, raw_pod("later", 10, "pod-2"))
        assert w.cache.lost_its_node(raw_pod()) and not w.cache.lost_its_node(raw_pod("later", 10, "pod-2"))
        assert w.told == [REEL] * w.told.count(REEL) and w.told


def test_the_end_of_a_pod_is_told_apart_from_what_merely_changes() -> None:
    ends: list[tuple[str, Key]] = []
    cache = Cache(lambda key: ends.append(("changed", key)), lambda: 0.0, lambda key: ends.append(("ended", key)))

    def told(act: Callable[[], None]) -> str:
        ends.clear()
        act()
        return "".join(sorted({what for what, _ in ends}))

    for kind, body in [*FAMILY, (NODES, raw_node())]:
        assert told(lambda kind=kind, body=body: cache.put(kind, body)) == "changed"  # type: ignore[misc]
    assert told(lambda: cache.put(PODS, raw_pod(version=5, status={"phase": "Running"}))) == "changed"
    assert told(lambda: cache.put(PODS, raw_pod(version=6, status={"phase": "Failed"}))) == "ended"
    assert told(lambda: cache.remove(NODES, raw_node(version=7))) == "ended"
    assert told(lambda: cache.remove(PODS, raw_pod(version=8))) == "ended"
    assert told(lambda: cache.remove(JOBS, raw_job(version=9))) == "ended"
    assert told(lambda: cache.remove(VIDEOJOBS, raw_videojob(version=10))) == "changed"


def test_a_node_that_comes_late_was_never_lost() -> None:
    w = World(*FAMILY)
    w.cache.put(NODES, raw_node())
    assert not w.cache.lost_its_node(raw_pod())


def test_a_nodes_heartbeat_concerns_nobody() -> None:
    beat = [{"type": "Ready", "status": "True", "lastHeartbeatTime": "1"}]
    w = World(*FAMILY, (NODES, raw_node(status={"conditions": beat})))
    w.cache.put(NODES, raw_node(version=5, status={"conditions": [beat[0] | {"lastHeartbeatTime": "2"}]}))
    assert w.told == []
    w.cache.put(NODES, raw_node(version=6, status={"conditions": [beat[0] | {"status": "False"}]}))
    assert w.told == [REEL]


def test_a_pod_that_moves_between_indices() -> None:
    """It is bound after it was seen, and may even be given to another Job."""
    w = World(*FAMILY[:2], (PODS, raw_pod(spec={})), (NODES, raw_node()))
    w.cache.put(PODS, raw_pod(version=4))
    w.cache.remove(NODES, raw_node(version=5))
    assert w.told == [REEL, REEL]
    w.cache.put(PODS, raw_pod(version=6, owner="other"))
    assert w.pods == []


# names


def test_the_videojob_of_today_inherits_nothing() -> None:
    w = World(*FAMILY)
    w.cache.remove(VIDEOJOBS, raw_videojob(4))
    assert w.cache.videojob(REEL) is None
    w.cache.put(VIDEOJOBS, raw_videojob(5, "second"))
    found = w.cache.videojob(REEL)
    assert found and found["metadata"]["uid"] == "second"
    assert w.cache.jobs_of("ns", "second") == []
    w.cache.remove(VIDEOJOBS, raw_videojob(4))
    assert w.cache.videojob(REEL) is found, "late news of the first"


def test_a_newer_one_of_the_same_name_means_that_the_older_is_gone() -> None:
    """The watch has missed the deletion."""
    w = World(*FAMILY)
    w.cache.put(VIDEOJOBS, raw_videojob(9, "second"))
    w.cache.put(VIDEOJOBS, raw_videojob(8, "between"))
    assert [b["metadata"]["uid"] for b in w.cache.living(VIDEOJOBS)] == ["second"]


# strangers


STRANGERS: dict[str, Object] = {
    "labels alone": raw("q", 9, "s"),
    "another namespace": raw("p", 9, "s", namespace="theirs"),
    "another namespace, with our owner": {
        **raw_pod(uid="s"), "metadata": {**raw_pod("p", 9, "s")["metadata"], "namespace": "theirs"}
    },
    "an owner that does not control": owned(raw("q", 9, "s"), "Job", A1, "job-1", controller=False),
    "the VideoJob as its controller": owned(raw("q", 9, "s"), "VideoJob", "reel", UID),
    "the Job's name with another uid": owned(raw("q", 9, "s"), "Job", A1, "other"),
    "another kind of controller": owned(raw("q", 9, "s"), "ReplicaSet", A1, "job-1"),
}  # fmt: skip


@pytest.mark.parametrize("what", STRANGERS)
def test_a_strangers_pod_is_nobodys(what: str) -> None:
    w = World(*FAMILY)
    w.cache.put(PODS, STRANGERS[what])
    w.cache.remove(PODS, STRANGERS[what])
    assert w.pods == ["pod-1"] and w.told == []
    assert w.cache.attempt_of(STRANGERS[what]) is None


@pytest.mark.parametrize(
    "job",
    [
        raw(A1, 9, "s", namespace="theirs"),
        {**raw_job(uid="s"), "metadata": {**raw_job(A1, 9, "s")["metadata"], "namespace": "theirs"}},
        owned(raw("copy", 9, "s"), "VideoJob", "reel", UID, controller=False),
        owned(raw("copy", 9, "s"), "VideoJob", "reel", "other"),
        owned(raw("copy", 9, "s"), "CronJob", "reel", UID),
    ],
)
def test_a_strangers_job_is_nobodys(job: Object) -> None:
    w = World(*FAMILY)
    w.cache.put(JOBS, job)
    assert [e.body["metadata"]["uid"] for e in w.cache.jobs_of("ns", UID)] == ["job-1"] and w.told == []
    pod = {**raw_pod("q", 9, "q", "s")}
    pod["metadata"]["namespace"] = job["metadata"]["namespace"]
    w.cache.put(PODS, pod)
    assert w.cache.attempt_of(pod) is None and w.pods == ["pod-1"]


def test_an_attempts_pod_by_the_owners_own_names() -> None:
    """What an ownerReference calls its owner proves nothing; its uid does."""
    w = World(*FAMILY)
    assert w.cache.attempt_of(owned(raw("q", 9, "s"), "Job", "a lie", "job-1")) == Attempt("ns", A1, "reel")


# order


@pytest.mark.parametrize("order", list(permutations(FAMILY)))
def test_watches_may_deliver_in_any_order(order: list[tuple[Kind, Object]]) -> None:
    w = World(*order)
    assert w.pods == ["pod-1"] and w.cache.attempt_of(raw_pod()) == Attempt("ns", A1, "reel")
    assert w.changed[-1] == REEL, "the last to come makes it known"


def test_a_pod_that_has_ended_before_its_job_was_seen() -> None:
    w = World((VIDEOJOBS, raw_videojob()), (PODS, raw_pod()))
    w.cache.remove(PODS, raw_pod(version=6, status=said("{}")))
    assert w.told == []
    w.cache.put(JOBS, raw_job())
    assert w.told == [REEL] and w.pods == ["pod-1"]


def test_a_pod_outlives_its_job() -> None:
    """The Job is deleted first; what the pod says after that still counts."""
    w = World(*FAMILY)
    w.cache.remove(JOBS, raw_job(version=5))
    w.cache.put(PODS, raw_pod(version=6, status=said("{}")))
    assert w.told == [REEL, REEL] and w.pods == ["pod-1"]
    assert w.cache.attempt_of(raw_pod()) == Attempt("ns", A1, "reel")


# what is forgotten


def test_nothing_is_left_of_a_videojob_that_is_gone() -> None:
    w = World(*FAMILY)
    for kind, body in FAMILY:
        w.cache.remove(kind, body)
    assert w.pods == [] and w.cache.jobs_of("ns", UID) == []
    w.now = TOMBSTONE_SECONDS + 1
    w.cache.replace(NODES, [], "9")
    assert w.size() == 0


@pytest.mark.parametrize("order", list(permutations(FAMILY)))
def test_in_whatever_order_they_go(order: list[tuple[Kind, Object]]) -> None:
    w = World(*FAMILY)
    for kind, body in order:
        w.cache.remove(kind, body)
    assert len(w.cache._gone) == 1, "the VideoJob's own tombstone, for an hour"


def test_nothing_grows_with_the_number_of_jobs_ever_seen() -> None:
    w = World()
    sizes = []
    for n in range(1, 400):
        w.now += 60
        w.cache.put(VIDEOJOBS, raw_videojob(10 * n, f"v{n}"))
        w.cache.put(JOBS, raw_job(f"j{n}", 10 * n, f"j{n}", f"v{n}"))
        w.cache.put(PODS, raw_pod(f"p{n}", 10 * n, f"p{n}", f"j{n}"))
        w.cache.remove(PODS, raw_pod(f"p{n}", 10 * n + 1, f"p{n}", f"j{n}"))
        w.cache.remove(JOBS, raw_job(f"j{n}", 10 * n + 1, f"j{n}", f"v{n}"))
        w.cache.remove(VIDEOJOBS, raw_videojob(10 * n + 1, f"v{n}"))
        sizes.append(w.size())
    assert max(sizes[100:]) <= max(sizes[:100])


class Counted(dict[str, object]):
    """A dict that counts walks over it."""

    walks = 0

    def values(self):  # type: ignore[no-untyped-def]
        Counted.walks += 1
        return super().values()

    def items(self):  # type: ignore[no-untyped-def]
        Counted.walks += 1
        return super().items()

    def __iter__(self):  # type: ignore[no-untyped-def]
        Counted.walks += 1
        return super().__iter__()


def test_no_question_walks_over_everything() -> None:
    w = World(*FAMILY, (NODES, raw_node()))
    w.cache._entries = {kind: Counted(entries) for kind, entries in w.cache._entries.items()}  # type: ignore[misc]
    assert w.cache.videojob(REEL) and w.cache.node("n1") and w.pods and w.cache.attempt_of(raw_pod())
    w.cache.put(NODES, raw_node(version=6, status={"conditions": [{"type": "Ready", "status": "False"}]}))
    w.cache.remove(PODS, raw_pod(version=7))
    assert w.told == [REEL, REEL] and Counted.walks == 0


@pytest.mark.parametrize("status", [{}, {"spec": {}}, {"spec": None, "status": None}])
def test_nothing_odd_breaks_the_cache(status: Object) -> None:
    w = World((PODS, {**raw_pod(), **status}))
    assert w.cache.pod("pod-1")
