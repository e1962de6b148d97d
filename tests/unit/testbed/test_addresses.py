"""Two agents on one machine never give their pods the same addresses."""

import pytest

from tests.testbed.agent.addresses import claim

# Not among those that agents choose from.
ONE, OTHER = 230, 231


def test_a_network_is_one_agents_until_it_ends() -> None:
    net, first = claim([ONE, OTHER])
    other, second = claim([ONE, OTHER])
    assert (net, other) == (ONE, OTHER)
    with pytest.raises(RuntimeError, match="every network for pods is taken"):
        claim([ONE, OTHER])
    first.close()
    again, third = claim([ONE, OTHER])
    assert again == ONE
    second.close()
    third.close()
