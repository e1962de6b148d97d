"""The operator's picture of the cluster, fed by watches and repaired by full lists.

kopf never reports what was deleted while a watch was broken, so a list replaces what it covers. The
last word of a watch about a pod that is gone is evidence: it is kept until its attempt has a verdict.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from spotreel_operator.runtime.api import JOBS, NODES, PODS, VIDEOJOBS, Kind
from videojob_api import names

Object = dict[str, Any]
Key = tuple[str, str]
"""Namespace and name of a VideoJob."""

TOMBSTONE_SECONDS = 3600.0


@dataclass
class Entry:
    """An object, and whether it is gone."""

    body: Object
    gone_since: float | None = None


def version(body: Object) -> int:
    """resourceVersions are comparable integers (KEP-5504)."""
    return int(body["metadata"]["resourceVersion"])


def key_of(kind: Kind, body: Object) -> Key | None:
    """The VideoJob that an object belongs to."""
    metadata = body["metadata"]
    if kind == VIDEOJOBS:
        return metadata["namespace"], metadata["name"]
    name = metadata.get("labels", {}).get(names.LABEL_VIDEOJOB)
    return (metadata["namespace"], name) if name and kind in (JOBS, PODS) else None


def _trimmed(body: Object) -> Object:
    """Without what nobody here reads and what weighs most: managed fields, and the order in every Job and pod."""
    metadata = {k: v for k, v in body["metadata"].items() if k not in ("managedFields", "annotations")}
    annotations = body["metadata"].get("annotations") or {}
    metadata["annotations"] = {k: v for k, v in annotations.items() if k == names.ANNOTATION_IMAGE}
    spec = {k: v for k, v in body.get("spec", {}).items() if k != "template"}
    return {**body, "metadata": metadata, "spec": spec}


class Cache:
    """Objects by kind and uid. Every change calls `changed` with the VideoJobs that it concerns."""

    def __init__(self, changed: Callable[[Key], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._changed, self._clock = changed, clock
        self._entries: dict[Kind, dict[str, Entry]] = {kind: {} for kind in (VIDEOJOBS, JOBS, PODS, NODES)}

    def put(self, kind: Kind, body: Object) -> None:
        """A newer version of an object; an older one, or one of an object known to be gone, is ignored."""
        entries, uid = self._entries[kind], body["metadata"]["uid"]
        known = entries.get(uid)
        if known and (known.gone_since is not None or version(known.body) >= version(body)):
            return
        entries[uid] = Entry(_trimmed(body))
        self._tell(kind, body)

    def remove(self, kind: Kind, body: Object) -> None:
        """An object is gone; its last state stays for a while."""
        entries, uid = self._entries[kind], body["metadata"]["uid"]
        known = entries.get(uid)
        if known and known.gone_since is not None:
            return
        newest = known.body if known and version(known.body) > version(body) else body
        entries[uid] = Entry(_trimmed(newest), self._clock())
        self._tell(kind, body)

    def replace(self, kind: Kind, bodies: Iterable[Object], list_version: str) -> None:
        """What a full list says: what it lacks is gone, unless it came after the list."""
        listed = {body["metadata"]["uid"]: body for body in bodies}
        for body in listed.values():
            self.put(kind, body)
        for uid, entry in list(self._entries[kind].items()):
            if uid not in listed and entry.gone_since is None and version(entry.body) <= int(list_version):
                self.remove(kind, entry.body)
        self._bury(kind)

    def _bury(self, kind: Kind) -> None:
        limit = self._clock() - TOMBSTONE_SECONDS
        old = [uid for uid, e in self._entries[kind].items() if e.gone_since is not None and e.gone_since < limit]
        for uid in old:
            del self._entries[kind][uid]

    def _tell(self, kind: Kind, body: Object) -> None:
        if kind == NODES:
            for key in self._keys_on(body["metadata"]["name"]):
                self._changed(key)
        elif owner := key_of(kind, body):
            self._changed(owner)

    def _keys_on(self, node: str) -> set[Key]:
        pods = (e.body for e in self._entries[PODS].values() if e.body["spec"].get("nodeName") == node)
        return {key for pod in pods if (key := key_of(PODS, pod))}

    def videojob(self, key: Key) -> Object | None:
        """The VideoJob that is there now under this name."""
        return next((b for b in self.living(VIDEOJOBS) if key_of(VIDEOJOBS, b) == key), None)

    def living(self, kind: Kind) -> list[Object]:
        """Objects that are there."""
        return [entry.body for entry in self._entries[kind].values() if entry.gone_since is None]

    def of_videojob(self, kind: Kind, uid: str) -> list[Entry]:
        """Jobs or pods of a VideoJob, gone ones too."""
        label = names.LABEL_VIDEOJOB_UID
        return [e for e in self._entries[kind].values() if e.body["metadata"].get("labels", {}).get(label) == uid]

    def pod(self, uid: str) -> Entry | None:
        """A pod, also one that is gone."""
        return self._entries[PODS].get(uid)
