"""The operator's picture of the cluster, fed by watches and repaired by full lists.

kopf never reports what was deleted while a watch was broken, so a list replaces what it covers. The
last word of a watch about a pod that is gone is evidence: it is kept until its attempt has a verdict.

Everything is found by a key: objects by uid or name, children by their controller, pods by their node.
"""

import time
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from spotreel_operator.runtime.api import JOBS, NODES, PODS, VIDEOJOBS, Kind
from spotreel_operator.runtime.index import Index
from spotreel_operator.runtime.owners import Controller, controlling_job, controlling_videojob
from spotreel_operator.runtime.trim import tombstone, trimmed

Object = dict[str, Any]
Key = tuple[str, str]
"""Namespace and name; of a node the namespace is empty."""

TOMBSTONE_SECONDS = 3600.0


@dataclass(frozen=True)
class Entry:
    """An object, and since when it is gone, by the cache's clock."""

    body: Object
    gone_since: float | None = None


@dataclass(frozen=True)
class Attempt:
    """A pod's place: its Job and its VideoJob, by their own names in its own namespace."""

    namespace: str
    name: str
    videojob: str


def version(body: Object) -> int:
    """resourceVersions are comparable integers (KEP-5504)."""
    return int(body["metadata"]["resourceVersion"])


def key_of(body: Object) -> Key:
    """Its place among objects of its kind."""
    return body["metadata"].get("namespace", ""), body["metadata"]["name"]


class Cache:
    """Objects by kind and uid. Every change calls `changed` with the VideoJobs that it concerns.

    The end of a Job, a pod or a node calls `ended` instead, if that is given.

    Another thread may ask for `pod` and `attempt_of`: they look up single entries, which need no lock.
    """

    def __init__(
        self,
        changed: Callable[[Key], None],
        clock: Callable[[], float] = time.monotonic,
        ended: Callable[[Key], None] | None = None,
    ) -> None:
        self._changed, self._ended, self._clock = changed, ended or changed, clock
        self._entries: dict[Kind, dict[str, Entry]] = {kind: {} for kind in (VIDEOJOBS, JOBS, PODS, NODES)}
        self._named: dict[Kind, dict[Key, str]] = {kind: {} for kind in self._entries}
        self._children: dict[Kind, Index[Key]] = {JOBS: Index(), PODS: Index()}
        self._on_node: Index[str] = Index()
        self._gone: dict[tuple[Kind, str], float] = {}
        self._without_node: set[str] = set()

    # what is told

    def put(self, kind: Kind, body: Object, tell: bool = True) -> None:
        """A newer version of an object; an older one, or one of an object known to be gone, is ignored.

        Without `tell` nobody is told: for what the operator itself has written and need not look at.
        """
        known = self._entries[kind].get(body["metadata"]["uid"])
        if known and (known.gone_since is not None or version(known.body) >= version(body)):
            return
        if not self._takes_name(kind, body):
            return
        entry = Entry(trimmed(kind, body))
        self._keep(kind, entry)
        if tell and not (kind == NODES and known and _same(known.body, entry.body)):
            self._tell(kind, entry.body, _ends(kind, entry.body))

    def remove(self, kind: Kind, body: Object) -> None:
        """An object is gone; its last state stays for a while."""
        uid = body["metadata"]["uid"]
        known = self._entries[kind].get(uid)
        if known and known.gone_since is not None:
            return
        newest = known.body if known and version(known.body) > version(body) else body
        now = self._clock()
        self._keep(kind, Entry(tombstone(kind, newest), now))
        self._gone[kind, uid] = now
        if kind == NODES:
            self._without_node.update(self._on_node.of(body["metadata"]["name"]))
        self._tell(kind, newest, ends=kind != VIDEOJOBS)
        if family := self._family(kind, newest):
            self._drop(*family)
        self._bury()

    def replace(self, kind: Kind, bodies: Iterable[Object], list_version: str) -> None:
        """What a full list says: what it lacks is gone, unless it came after the list."""
        listed = set()
        for body in bodies:
            listed.add(body["metadata"]["uid"])
            self.put(kind, body)
        self.retain(kind, listed, list_version)

    def retain(self, kind: Kind, listed: AbstractSet[str], list_version: str, namespace: str | None = None) -> None:
        """At a list's end: what is not among its uids is gone, in that namespace or (None) everywhere."""
        for uid, entry in list(self._entries[kind].items()):
            if uid in listed or entry.gone_since is not None or version(entry.body) > int(list_version):
                continue
            if namespace in (None, key_of(entry.body)[0]):
                self.remove(kind, entry.body)
        self._bury()

    def _takes_name(self, kind: Kind, body: Object) -> bool:
        """Two of one name are never there at once: the older one is gone, whatever the watch has missed."""
        uid = self._named[kind].get(key_of(body))
        if uid is None or uid == body["metadata"]["uid"]:
            return True
        other = self._entries[kind][uid].body
        if version(other) > version(body):
            return False
        self.remove(kind, other)
        return True

    # indices

    def _keep(self, kind: Kind, entry: Entry) -> None:
        uid = entry.body["metadata"]["uid"]
        if old := self._entries[kind].get(uid):
            self._unlink(kind, uid, old)
        self._entries[kind][uid] = entry
        if parent := _parent(kind, entry.body):
            self._children[kind].add(parent, uid)
        if entry.gone_since is None:
            self._named[kind][key_of(entry.body)] = uid
            if node := _node_of(kind, entry.body):
                self._on_node.add(node, uid)

    def _unlink(self, kind: Kind, uid: str, entry: Entry) -> None:
        if parent := _parent(kind, entry.body):
            self._children[kind].discard(parent, uid)
        if node := _node_of(kind, entry.body):
            self._on_node.discard(node, uid)
        if self._named[kind].get(key_of(entry.body)) == uid:
            del self._named[kind][key_of(entry.body)]

    # what is forgotten

    def _forget(self, kind: Kind, uid: str) -> None:
        self._unlink(kind, uid, self._entries[kind].pop(uid))
        self._gone.pop((kind, uid), None)
        self._without_node.discard(uid)

    def _bury(self) -> None:
        """Tombstones stand in the order in which they were set."""
        limit = self._clock() - TOMBSTONE_SECONDS
        while self._gone and next(iter(self._gone.values())) < limit:
            self._forget(*next(iter(self._gone)))

    def _family(self, kind: Kind, body: Object) -> Key | None:
        """Namespace and uid of the VideoJob that an object is, or belongs to."""
        if kind == VIDEOJOBS:
            return body["metadata"]["namespace"], body["metadata"]["uid"]
        job = self._job_of(body) if kind == PODS else body
        owner = controlling_videojob(job) if job and kind in (JOBS, PODS) else None
        return (owner.namespace, owner.uid) if owner else None

    def _drop(self, namespace: str, uid: str) -> None:
        """Jobs and pods of a VideoJob that is gone, once all of them are gone too: nobody will judge them."""
        videojob = self._entries[VIDEOJOBS].get(uid)
        if videojob is None or videojob.gone_since is None:
            return
        jobs = self._children[JOBS].of((namespace, uid))
        pods = [pod for job in jobs for pod in self._children[PODS].of((namespace, job))]
        family = [(JOBS, job) for job in jobs] + [(PODS, pod) for pod in pods]
        if all(self._entries[kind][member].gone_since is not None for kind, member in family):
            for kind, member in family:
                self._forget(kind, member)

    # whom it concerns

    def _tell(self, kind: Kind, body: Object, ends: bool) -> None:
        """Once each. What belongs to a VideoJob that is not known yet is looked at when that comes."""
        tell = self._ended if ends else self._changed
        for key in dict.fromkeys(key_of(videojob) for videojob in self._concerned(kind, body)):
            tell(key)

    def _concerned(self, kind: Kind, body: Object) -> list[Object]:
        if kind == VIDEOJOBS:
            return [body]
        if kind == JOBS:
            jobs = [body]
        elif kind == PODS:
            jobs = [job] if (job := self._job_of(body)) else []
        else:
            pods = [self._entries[PODS][uid].body for uid in self._on_node.of(body["metadata"]["name"])]
            jobs = [job for pod in pods if (job := self._job_of(pod))]
        return [videojob for job in jobs if (videojob := self._videojob_of(job))]

    def _job_of(self, pod: Object) -> Object | None:
        return self._owned_by(JOBS, controlling_job(pod))

    def _videojob_of(self, job: Object) -> Object | None:
        return self._owned_by(VIDEOJOBS, controlling_videojob(job))

    def _owned_by(self, kind: Kind, owner: Controller | None) -> Object | None:
        """The owner itself, also one that is gone; an owner in another namespace is none."""
        entry = self._entries[kind].get(owner.uid) if owner else None
        same = entry and owner and entry.body["metadata"]["namespace"] == owner.namespace
        return entry.body if entry and same else None

    # what is asked

    def videojob(self, key: Key) -> Object | None:
        """The VideoJob that is there now under this name."""
        uid = self._named[VIDEOJOBS].get(key)
        return self._entries[VIDEOJOBS][uid].body if uid else None

    def node(self, name: str) -> Object | None:
        """The node that is there now under this name."""
        uid = self._named[NODES].get(("", name))
        return self._entries[NODES][uid].body if uid else None

    def living(self, kind: Kind) -> list[Object]:
        """All objects of a kind that are there. Walks over everything: not for a look at one VideoJob."""
        return [entry.body for entry in self._entries[kind].values() if entry.gone_since is None]

    def jobs_of(self, namespace: str, videojob: str) -> list[Entry]:
        """Jobs that the VideoJob with this uid controls, gone ones too."""
        return [self._entries[JOBS][uid] for uid in self._children[JOBS].of((namespace, videojob))]

    def pods_of(self, namespace: str, job: str) -> list[Entry]:
        """Pods that the Job with this uid controls, gone ones too."""
        return [self._entries[PODS][uid] for uid in self._children[PODS].of((namespace, job))]

    def sizes(self) -> dict[str, int]:
        """Of all that is kept, by name; `gone` are the last states of objects that are not there any more."""
        kinds = {f"cache_{kind.plural}": len(entries) for kind, entries in self._entries.items()}
        return kinds | {"cache_gone": len(self._gone)}

    def copied(self, kind: Kind) -> list[Object]:
        """As `living`, for other threads: to copy a dict's values is one step of the interpreter."""
        return [entry.body for entry in list(self._entries[kind].values()) if entry.gone_since is None]

    def pod(self, uid: str) -> Entry | None:
        """A pod, also one that is gone."""
        return self._entries[PODS].get(uid)

    def lost_its_node(self, pod: Object) -> bool:
        """Whether the Node object under a pod was seen to go. One that comes back under its name is another one."""
        return pod["metadata"]["uid"] in self._without_node

    def attempt_of(self, pod: Object) -> Attempt | None:
        """The attempt that a pod belongs to; None if it belongs to none, or its Job or VideoJob is not known (yet)."""
        job = self._job_of(pod)
        videojob = self._videojob_of(job) if job else None
        if job is None or videojob is None:
            return None
        return Attempt(pod["metadata"]["namespace"], job["metadata"]["name"], videojob["metadata"]["name"])


def _parent(kind: Kind, body: Object) -> Key | None:
    """The key under which a Job or pod is found: its controller, in its own namespace."""
    owner = {JOBS: controlling_videojob, PODS: controlling_job}[kind](body) if kind in (JOBS, PODS) else None
    return (owner.namespace, owner.uid) if owner else None


def _node_of(kind: Kind, body: Object) -> str | None:
    node: str | None = body["spec"].get("nodeName") if kind == PODS else None
    return node


def _ends(kind: Kind, body: Object) -> bool:
    """Whether it is a pod that has ended or is being ended."""
    over = body.get("status", {}).get("phase") in ("Succeeded", "Failed")
    return kind == PODS and (over or "deletionTimestamp" in body["metadata"])


def _same(one: Object, other: Object) -> bool:
    """Whether two versions differ in nothing that is kept."""
    return _unversioned(one) == _unversioned(other)


def _unversioned(body: Object) -> Object:
    return {**body, "metadata": {**body["metadata"], "resourceVersion": ""}}
