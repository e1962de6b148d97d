"""A node, as far as it matters."""

import pytest

from spotreel_operator.state.nodes import NodeState
from tests.unit.operator.raw import raw_node


@pytest.mark.parametrize(("status", "ready"), [("True", True), ("False", False), ("Unknown", False), (None, False)])
def test_only_a_node_that_says_so_is_ready(status: str | None, ready: bool) -> None:
    """One that has just been registered says nothing at all yet."""
    conditions = [{"type": "Ready", "status": status}] if status else []
    found = NodeState.read(raw_node(status={"conditions": conditions}))
    assert (found.name, found.ready, found.labels) == ("n1", ready, {"a": "b"})
    assert not NodeState.read(raw_node()).ready
