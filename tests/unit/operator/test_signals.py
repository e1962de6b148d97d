"""What autoscalers say of a pod: events as their code writes them."""

from typing import Any

import pytest

from spotreel_operator.state.signals import Signal, Signals, signal_of, signals_of
from tests.unit.operator.make import at

CA, KARPENTER, SCHEDULER = "cluster-autoscaler", "karpenter", "default-scheduler"


def event(reason: str, component: str, second: int = 0, kind: str = "Pod", **changes: Any) -> dict[str, Any]:
    """As client-go's older recorder writes it, which both autoscalers use."""
    time = f"2026-01-01T12:00:{second:02}Z"
    return {
        "metadata": {"creationTimestamp": "2026-01-01T12:00:00Z", "resourceVersion": "1"},
        "involvedObject": {"kind": kind, "uid": "pod-1"}, "reason": reason, "source": {"component": component},
        "firstTimestamp": "2026-01-01T12:00:00Z", "lastTimestamp": time, "count": 1, **changes,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (event("TriggeredScaleUp", CA, 3), Signal("TriggeredScaleUp", at(3))),
        (event("NotTriggerScaleUp", CA, 9, count=7), Signal("NotTriggerScaleUp", at(9), 7)),
        (event("FailedScaleUp", CA), Signal("FailedScaleUp", at(0))),
        (event("Nominated", KARPENTER), Signal("Nominated", at(0))),
        (event("Nominated", "eks-auto-mode/compute"), Signal("Nominated", at(0))),
        (event("FailedScheduling", KARPENTER, count=2), Signal("FailedScheduling", at(0), 2)),
        (event("FailedScheduling", SCHEDULER, count=50), None),
        (event("BackOff", "kubelet"), None),
        (event("Nominated", KARPENTER, kind="Node"), None),
        # The newer recorder has other fields.
        (
            event("FailedScheduling", "", reportingComponent=KARPENTER, lastTimestamp=None, count=None,
                  eventTime="2026-01-01T12:00:01.5Z",
                  series={"count": 3, "lastObservedTime": "2026-01-01T12:00:08Z"}),
            Signal("FailedScheduling", at(8), 3),
        ),
        (event("Nominated", KARPENTER, lastTimestamp=None, eventTime=None), Signal("Nominated", at(0))),
    ],
)  # fmt: skip
def test_which_events_are_signals(raw: dict[str, Any], expected: Signal | None) -> None:
    assert signal_of(raw) == expected


COMING, REFUSED, FAILED = "Nominated", "NotTriggerScaleUp", "FailedScheduling"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([], Signals()),
        ([(COMING, 1, 1)], Signals(coming=True, known=True)),
        ([(REFUSED, 1, 1)], Signals(refused=True, known=True)),
        ([(REFUSED, 1, 1), ("TriggeredScaleUp", 2, 1)], Signals(coming=True, known=True)),
        ([("TriggeredScaleUp", 1, 1), (REFUSED, 2, 1)], Signals(refused=True, known=True)),
        ([(FAILED, 1, 1)], Signals(failures=1, known=True)),
        ([(FAILED, 1, 2)], Signals(failures=2, known=True)),
        ([(FAILED, 1, 2), (COMING, 2, 1)], Signals(coming=True, known=True)),
        ([(COMING, 1, 1), (FAILED, 2, 1)], Signals(failures=1, known=True)),
    ],
)
def test_the_newest_word_counts(said: list[tuple[str, int, int]], expected: Signals) -> None:
    assert signals_of(Signal(reason, at(second), count) for reason, second, count in said) == expected


def test_an_autoscaler_may_be_known_from_other_pods() -> None:
    assert signals_of([], known=True) == Signals(known=True)
