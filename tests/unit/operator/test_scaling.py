"""Events of autoscalers: whose they are, how much of them is kept, and who is told."""

import asyncio
from collections.abc import AsyncIterator

from spotreel_operator.runtime.api import EVENTS, Kind
from spotreel_operator.runtime.scaling import MOST_EVENTS, MOST_PODS, Scaling
from spotreel_operator.state.signals import Signals
from tests.unit.operator.raw import Object
from tests.unit.operator.test_signals import CA, KARPENTER, SCHEDULER, event


def of_pod(reason: str, component: str, uid: str = "pod-1", name: str = "e", namespace: str = "ns") -> Object:
    body = event(reason, component)
    return {**body, "metadata": {**body["metadata"], "name": name, "namespace": namespace},
            "involvedObject": {"kind": "Pod", "uid": uid}}  # fmt: skip


def test_what_is_said_of_a_pod_is_kept_and_told() -> None:
    told: list[tuple[str, str]] = []
    scaling = Scaling(told.append)
    scaling.put(of_pod("FailedScheduling", SCHEDULER))
    assert scaling.of("ns", "pod-1") == Signals() and not told
    scaling.see({"type": "ADDED", "object": of_pod("TriggeredScaleUp", CA)})
    assert scaling.of("ns", "pod-1") == Signals(coming=True, known=True) and told == [("ns", "pod-1")]
    assert scaling.of("ns", "other") == Signals(known=True), "there is an autoscaler"
    assert scaling.of("theirs", "pod-1") == Signals(known=True), "an Event says nothing of another namespace's objects"


def test_an_event_that_is_repeated_is_one_and_two_of_different_words_are_two() -> None:
    scaling = Scaling()
    for name in ("e", "e", "f"):
        scaling.put(of_pod("FailedScheduling", KARPENTER, name=name))
    assert scaling.of("ns", "pod-1").failures == 2
    scaling.see({"type": "DELETED", "object": of_pod("FailedScheduling", KARPENTER)})
    assert scaling.of("ns", "pod-1").failures == 2


def test_little_is_kept() -> None:
    scaling = Scaling()
    for number in range(MOST_PODS + 10):
        scaling.put(of_pod("Nominated", KARPENTER, f"pod-{number}"))
    for number in range(MOST_EVENTS + 10):
        scaling.put(of_pod("FailedScheduling", KARPENTER, "last", f"e{number}"))
    assert len(scaling) == MOST_PODS and scaling.of("ns", "last").failures == MOST_EVENTS
    scaling.keep({"last"})
    assert len(scaling) == 1


async def test_begins_with_what_has_been_said_so_far() -> None:
    class Server:
        async def pages(
            self, kind: Kind, namespace: str | None = None, selector: str = "", fields: str = ""
        ) -> AsyncIterator[tuple[list[Object], str]]:
            assert (kind, namespace, fields) == (EVENTS, "ns", "reason=Nominated")
            await asyncio.sleep(0)
            yield [of_pod("Nominated", KARPENTER)], "40"

    scaling = Scaling()
    assert await scaling.begin(Server(), "Nominated", "ns") == "40"
    assert scaling.of("ns", "pod-1").coming
