"""The executor: what is written, and who is told of it."""

from typing import Any

import pytest

from spotreel_operator.reconcile.plan import Plan
from spotreel_operator.runtime.api import VIDEOJOBS, Kind
from spotreel_operator.runtime.cache import Cache
from tests.unit.operator.executing import executor_of
from tests.unit.operator.make import snapshot
from tests.unit.operator.raw import Object, raw_videojob


class Writable:
    """An API server that takes every status."""

    async def apply_status(self, kind: Kind, namespace: str, name: str, body: Object) -> Object:
        return raw_videojob(version=9)


@pytest.mark.parametrize(("change", "looks"), [({"message": "19 of 30"}, 0), ({"phase": "Running"}, 1)])
async def test_figures_alone_lead_to_no_second_look(change: dict[str, Any], looks: int) -> None:
    """With 500 runners these looks once filled the first lane, before which a lost node had to wait."""
    told: list[tuple[str, str]] = []
    cache = Cache(told.append, lambda: 0.0)
    cache.put(VIDEOJOBS, raw_videojob())
    executor = executor_of(Writable(), cache, interval=0.0)
    seen, before = snapshot(), len(told)
    await executor.apply(seen, Plan(status=seen.videojob.status.model_copy(update=change)))
    assert len(told) - before == looks
    written = cache.videojob(("ns", "reel"))
    assert written and written["metadata"]["resourceVersion"] == "9"
