"""Whose jobs may use a class: selectors as Kubernetes evaluates them."""

from typing import Any

import pytest
from pydantic import ValidationError

from videojob_api.class_rules import AllowedNamespaces, LabelSelector, Overrides, listed

Object = dict[str, Any]
LABELS = {"team": "a", "tier": "paid"}


@pytest.mark.parametrize(
    ("selector", "matches"),
    [
        ({"matchLabels": {"team": "a"}}, True),
        ({"matchLabels": {"team": "a", "tier": "free"}}, False),
        ({"matchLabels": {"absent": ""}}, False),
        ({"matchExpressions": [{"key": "team", "operator": "In", "values": ["a", "b"]}]}, True),
        ({"matchExpressions": [{"key": "absent", "operator": "In", "values": ["a"]}]}, False),
        ({"matchExpressions": [{"key": "team", "operator": "NotIn", "values": ["b"]}]}, True),
        ({"matchExpressions": [{"key": "team", "operator": "NotIn", "values": ["a"]}]}, False),
        ({"matchExpressions": [{"key": "absent", "operator": "NotIn", "values": ["a"]}]}, True),
        ({"matchExpressions": [{"key": "team", "operator": "Exists"}]}, True),
        ({"matchExpressions": [{"key": "absent", "operator": "Exists"}]}, False),
        ({"matchExpressions": [{"key": "absent", "operator": "DoesNotExist"}]}, True),
        ({"matchLabels": {"team": "a"}, "matchExpressions": [{"key": "tier", "operator": "DoesNotExist"}]}, False),
    ],
)
def test_selectors(selector: Object, matches: bool) -> None:
    assert LabelSelector.model_validate(selector).matches(LABELS) is matches


def test_names_or_labels_are_enough() -> None:
    allowed = AllowedNamespaces.model_validate({"names": ["x"], "selector": {"matchLabels": {"team": "a"}}})
    assert allowed.contains("x", {}) and allowed.contains("y", LABELS) and not allowed.contains("y", {"team": "b"})


def test_labels_that_could_not_be_read_select_nothing() -> None:
    """Also where the absence of a label selects."""
    without = {"matchExpressions": [{"key": "guest", "operator": "DoesNotExist"}]}
    allowed = AllowedNamespaces.model_validate({"names": ["x"], "selector": without})
    assert allowed.contains("y", {}) and not allowed.contains("y", None) and allowed.contains("x", None)


@pytest.mark.parametrize(
    ("spoilt", "words"),
    [
        ({}, "no namespace is named"),
        ({"names": []}, "no namespace is named"),
        ({"selector": {}}, "it selects nothing"),
        ({"selector": {"matchExpressions": [{"key": "a", "operator": "In"}]}}, "In and NotIn need some"),
        ({"selector": {"matchExpressions": [{"key": "a", "operator": "Exists", "values": ["b"]}]}}, "have none"),
        ({"selector": {"matchExpressions": [{"key": "a", "operator": "Gt", "values": ["1"]}]}}, "operator"),
    ],
)
def test_what_opens_to_nobody_or_to_all_by_mistake_is_refused(spoilt: Object, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        AllowedNamespaces.model_validate(spoilt)


def test_nothing_that_costs_or_ranks_by_default() -> None:
    default = Overrides()
    assert not default.placement and default.resources is None and not default.priority_class_name
    assert listed("any-account", default.service_account_name) and default.storage
    assert listed("low", ["low"]) and not listed("high", ["low"])
