"""Warning events about Jobs and pods, from one watch: why a pod does not come, or does not start.

Asking for the events of each job that waits would cost a request every few seconds and job: a
thousand held jobs would starve everybody. One watch with `type=Warning` costs what the cluster's
warnings cost. Most are about other people's pods, so few of those are kept, and not for long.
"""

from collections.abc import Callable, Container
from typing import Any, NamedTuple

from spotreel_operator.runtime.lists import Pages
from spotreel_operator.runtime.oldest import drop_oldest
from spotreel_operator.runtime.said import said_so_far, see

Object = dict[str, Any]
About = tuple[str, str]
"""Namespace and uid: an Event says nothing of another namespace's objects, whatever uid it names."""

KINDS = ("Job", "Pod")
ONLY_WARNINGS = "type=Warning"
STRANGERS = 2000
"""So many warnings are kept about objects that nobody has asked about yet."""

LONGEST = 1024


class Warning_(NamedTuple):
    """The newest of an object."""

    version: int
    message: str
    reason: str = ""


NO_WARNING = Warning_(0, "")


class Warnings:
    """`latest(...)`; what has been asked about once is kept until `keep` says that it is gone."""

    def __init__(self, also: Callable[[Object], None] = lambda event: None) -> None:
        """`also` is given every warning, whatever it is about."""
        self._also = also
        self._strangers: dict[About, Warning_] = {}
        self._ours: dict[About, Warning_] = {}

    def __len__(self) -> int:
        return len(self._strangers) + len(self._ours)

    def see(self, event: Object) -> None:
        """A watch event. That an Event has expired does not mean that its trouble is over."""
        see(event, self.put)

    def put(self, event: Object) -> None:
        """A Kubernetes Event; one older than what is known is passed over."""
        self._also(event)
        subject = event.get("involvedObject") or {}
        about = (event["metadata"].get("namespace", ""), subject.get("uid", ""))
        if not about[1] or subject.get("kind") not in KINDS or event.get("type") != "Warning":
            return
        message, reason = (str(event.get(key) or "")[:LONGEST] for key in ("message", "reason"))
        found = Warning_(int(event["metadata"]["resourceVersion"]), message, reason)
        where = self._ours if about in self._ours else self._strangers
        if found.version > where.get(about, NO_WARNING).version:
            where.pop(about, None)
            where[about] = found
        drop_oldest(self._strangers, STRANGERS)

    def latest(self, namespace: str, uid: str) -> str:
        """The newest warning about a Job or pod; empty if there is none."""
        return self.newest(namespace, uid).message

    def newest(self, namespace: str, uid: str) -> Warning_:
        """The same, with its reason."""
        about = (namespace, uid)
        if about not in self._ours:
            self._ours[about] = self._strangers.pop(about, NO_WARNING)
        return self._ours[about]

    def keep(self, living: Container[str]) -> None:
        """Forgets those of our Jobs and pods whose uids are not among these."""
        self._ours = {about: warning for about, warning in self._ours.items() if about[1] in living}

    async def begin(self, api: Pages, namespace: str | None) -> str:
        """What has been said so far, and the resourceVersion at which a watch goes on."""
        return await said_so_far(api, namespace, ONLY_WARNINGS, self.put)
