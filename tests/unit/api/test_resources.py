"""A job's resources over its class's."""

from typing import Any

import pytest

from videojob_api.resources import field_of, merged_resources, requested, unreadable
from videojob_api.spec import Resources

Object = dict[str, Any]
GPU = "nvidia.com/gpu"


def merged(own: Object | None, default: Object | None) -> Object | None:
    found = merged_resources(*(Resources.model_validate(r) if r is not None else None for r in (own, default)))
    return found.plain() if found else None


@pytest.mark.parametrize(
    ("own", "default", "wanted"),
    [
        (None, None, None),
        (None, {"limits": {"memory": "8Gi"}}, {"limits": {"memory": "8Gi"}}),
        ({"limits": {"memory": "1Gi"}}, None, {"limits": {"memory": "1Gi"}}),
        # Naming one amount drops no other: a runner without a memory limit takes its neighbours' memory.
        ({}, {"limits": {"memory": "8Gi"}}, {"limits": {"memory": "8Gi"}}),
        (
            {"requests": {"cpu": "500m"}},
            {"limits": {"memory": "8Gi"}, "requests": {"cpu": 2}},
            {"limits": {"memory": "8Gi"}, "requests": {"cpu": "500m"}},
        ),
        # A limit below the class's request: the API server would refuse the two together.
        ({"limits": {"cpu": "500m"}}, {"requests": {"cpu": 2}}, {"limits": {"cpu": "500m"}}),
        ({"limits": {"cpu": 4}}, {"requests": {"cpu": 2}}, {"limits": {"cpu": 4}, "requests": {"cpu": 2}}),
        # Devices: request and limit are equal.
        ({"limits": {GPU: 2}}, {"limits": {GPU: 1}, "requests": {GPU: 1}}, {"limits": {GPU: 2}}),
        ({"requests": {GPU: 0}}, {"limits": {GPU: 1}}, {"limits": {GPU: 0}, "requests": {GPU: 0}}),
    ],
)
def test_amount_by_amount(own: Object | None, default: Object | None, wanted: Object | None) -> None:
    assert merged(own, default) == wanted


def test_what_the_scheduler_counts() -> None:
    """A limit without a request is a request."""
    both = Resources.model_validate({"limits": {"memory": "8Gi", "cpu": 4}, "requests": {"cpu": 2}})
    assert requested(both) == {"memory": "8Gi", "cpu": 2} and requested(None) == {}


def test_what_cannot_be_read_is_named() -> None:
    spoilt = Resources.model_validate({"limits": {"memory": "8GB", GPU: -1}, "requests": {"cpu": "500m"}})
    problems = list(unreadable(spoilt))
    assert [p.partition(": ")[0] for p in problems] == ["limits.memory", f"limits[{GPU}]"]
    assert "'8GB' is not a quantity" in problems[0] and not list(unreadable(None))


def test_names_of_fields() -> None:
    assert field_of("requests", "ephemeral-storage") == "requests.ephemeral-storage"
    assert field_of("limits", GPU) == f"limits[{GPU}]"
