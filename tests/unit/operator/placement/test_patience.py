"""How long a tier is waited for, by what autoscalers say."""

from typing import Any

import pytest

from spotreel_operator.reconcile.placement.patience import loses_patience_at
from spotreel_operator.state.signals import Signals
from tests.unit.operator.make import at
from tests.unit.operator.placement.worlds import LARGE


@pytest.mark.parametrize(
    ("signals", "seconds"),
    [
        ({}, 90),
        ({"known": True}, 60),
        ({"known": True, "coming": True}, 90),
        ({"known": True, "refused": True}, 0),
        ({"known": True, "failures": 1}, 60),
        ({"known": True, "failures": 2}, 0),
    ],
)
def test_when_a_pod_is_given_up(signals: dict[str, Any], seconds: int) -> None:
    assert loses_patience_at(LARGE, at(0), Signals(**signals)) == at(seconds)
