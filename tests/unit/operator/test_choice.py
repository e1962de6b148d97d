"""Which class a job has, and whether its namespace may use it."""

from typing import Any

import pytest

from spotreel_operator.reconcile.choice import Chosen, chosen_class
from spotreel_operator.state.snapshot import Stall
from tests.unit.operator.make import config
from videojob_api.names import ANNOTATION_CLASS
from videojob_api.reasons import Reason

Object = dict[str, Any]
CLASSES: Object = {
    "open": {},
    "named": {"allowedNamespaces": {"names": ["ns"]}},
    "labelled": {"allowedNamespaces": {"selector": {"matchLabels": {"team": "a"}}}},
    "others": {"allowedNamespaces": {"names": ["theirs"]}},
    "no-guests": {
        "allowedNamespaces": {"selector": {"matchExpressions": [{"key": "guest", "operator": "DoesNotExist"}]}}
    },
}
TEAM_A: Object = {"name": "ns", "labels": {"team": "a"}}


def chosen(asked: str | None, metadata: Object, default: str = "open") -> Chosen | Stall:
    return chosen_class(asked, "ns", metadata, config(classes=CLASSES, defaultClass=default))


@pytest.mark.parametrize(
    ("asked", "annotated", "name"),
    [("named", "labelled", "named"), (None, "labelled", "labelled"), (None, None, "open")],
)
def test_the_jobs_own_then_the_namespaces_then_the_default(asked: str | None, annotated: str | None, name: str) -> None:
    found = chosen(asked, TEAM_A | {"annotations": {ANNOTATION_CLASS: annotated} if annotated else {}})
    assert isinstance(found, Chosen) and found.name == name


def test_a_class_for_others_is_refused_and_those_for_this_namespace_are_named() -> None:
    found = chosen("others", TEAM_A)
    assert found == Stall(
        Reason.NAMESPACE_NOT_ALLOWED,
        "spec.className: class others is not for namespace ns, which its allowedNamespaces leave out; there are "
        "labelled, named, no-guests, open: create the VideoJob anew with one of them as spec.className",
    )


def test_the_namespaces_annotation_opens_no_class() -> None:
    found = chosen(None, TEAM_A | {"annotations": {ANNOTATION_CLASS: "others"}})
    assert isinstance(found, Stall) and found.reason == Reason.NAMESPACE_NOT_ALLOWED
    assert found.message.startswith(
        f"the namespace's annotation {ANNOTATION_CLASS}: class others is not for namespace ns"
    )


def test_the_default_class_is_bound_too() -> None:
    found = chosen(None, TEAM_A, default="others")
    assert isinstance(found, Stall) and found.message.startswith("the default class others is not for namespace ns")


@pytest.mark.parametrize("name", ["labelled", "no-guests"])
def test_labels_that_may_not_be_read_open_nothing(name: str) -> None:
    found = chosen(name, {})
    assert isinstance(found, Stall) and "the operator may not read this namespace's labels" in found.message
    assert isinstance(chosen("named", {}), Chosen), "a name needs no reading"


def test_labels_are_the_namespaces_own() -> None:
    assert isinstance(chosen("labelled", TEAM_A | {"labels": {"team": "b"}}), Stall)
    assert isinstance(chosen("labelled", {"name": "ns"}), Stall)
    assert isinstance(chosen("no-guests", {"name": "ns"}), Chosen)


def test_an_absent_class_is_told_without_other_teams_classes() -> None:
    found = chosen("gold", TEAM_A)
    assert isinstance(found, Stall) and found.reason == Reason.CLASS_NOT_FOUND
    assert "class gold does not exist; there are labelled, named, no-guests, open:" in found.message
    assert "others" not in found.message


def test_no_class_at_all() -> None:
    only = config(classes={"others": CLASSES["others"]}, defaultClass="others")
    found = chosen_class(None, "ns", TEAM_A, only)
    assert isinstance(found, Stall) and "no class is for this namespace" in found.message
