"""When an attempt counts as lost."""

from spotreel_operator.reconcile.silence import lost_at, node_of
from tests.unit.operator.make import T0, at, evidence, heard, node, pod, report
from videojob_api.config import Silence

SILENCE = Silence(node_lost="60s", running="180s")


def test_silence_is_counted_from_the_last_sign() -> None:
    seen = evidence(pod=pod(), heard=heard(report(), 30))
    assert lost_at(seen, node(), T0, SILENCE) == at(30 + 180)
    assert lost_at(seen, node(ready=False), T0, SILENCE) == at(30 + 60)
    assert lost_at(seen, None, at(40), SILENCE) == at(40 + 60), "while nobody listened nothing could be heard"


def test_a_deleted_node_takes_its_attempt_with_it_at_once() -> None:
    """Also a pod that has not started, and one that was heard a moment ago."""
    for started in (at(2), None):
        seen = evidence(pod=pod(node_gone=True, started=started), heard=heard(report(), 30))
        assert lost_at(seen, None, T0, SILENCE) == at(30)


def test_a_pod_without_a_node_is_never_silent() -> None:
    assert lost_at(evidence(pod=pod(node=None)), None, T0, SILENCE) is None
    assert lost_at(evidence(pod=None), None, T0, SILENCE) is None


def test_another_node_of_the_same_name_is_not_the_attempts() -> None:
    nodes = {"n1": node()}
    assert node_of(evidence(pod=pod()), nodes, "n1") == nodes["n1"]
    assert node_of(evidence(pod=pod(node_gone=True)), nodes, "n1") is None
    assert node_of(evidence(pod=pod()), nodes, None) is None
