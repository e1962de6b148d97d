"""What autoscalers say of pods that have no node, from watches of their events, by reason.

Some of it comes as warnings, which are watched anyhow. Most is about other people's pods: little of that is kept.
"""

from collections.abc import Callable, Container
from typing import Any

from spotreel_operator.runtime.lists import Pages
from spotreel_operator.runtime.oldest import drop_oldest
from spotreel_operator.runtime.said import said_so_far, see
from spotreel_operator.state.signals import Signal, Signals, signal_of, signals_of

Object = dict[str, Any]
About = tuple[str, str]
"""Namespace and uid of a pod."""

MOST_PODS = 4000
MOST_EVENTS = 16
"""Of one pod; an Event counts how often the same was said."""


class Scaling:
    """`of(...)` gives what was said of a pod. `told` is called with each pod of which something new is said."""

    def __init__(self, told: Callable[[About], None] = lambda about: None) -> None:
        self._told = told
        self._said: dict[About, dict[str, Signal]] = {}
        self._known = False

    def __len__(self) -> int:
        return len(self._said)

    def see(self, event: Object) -> None:
        """A watch event. That an Event has expired does not unsay it."""
        see(event, self.put)

    def put(self, event: Object) -> None:
        """A Kubernetes Event; one that no autoscaler wrote about a pod is passed over."""
        signal, subject = signal_of(event), event.get("involvedObject") or {}
        about = (event["metadata"].get("namespace", ""), str(subject.get("uid") or ""))
        if signal is None or not about[1]:
            return
        self._known = True
        said = self._said.pop(about, {})
        self._said[about] = said
        said[event["metadata"].get("name", "")] = signal
        drop_oldest(said, MOST_EVENTS)
        drop_oldest(self._said, MOST_PODS)
        self._told(about)

    def of(self, namespace: str, uid: str) -> Signals:
        """What was said of a pod; that there is an autoscaler at all may be known from others."""
        return signals_of(self._said.get((namespace, uid), {}).values(), self._known)

    def keep(self, living: Container[str]) -> None:
        """Forgets pods of ours whose uids are not among these; what is known of others makes room by itself."""
        self._said = {about: said for about, said in self._said.items() if about[1] in living}

    async def begin(self, api: Pages, reason: str, namespace: str | None) -> str:
        """What has been said so far for that reason, and the resourceVersion at which a watch goes on."""
        return await said_so_far(api, namespace, f"reason={reason}", self.put)
