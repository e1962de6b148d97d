"""Rules of the spec as a whole, evaluated as the API server does."""

from typing import Annotated, Any

import pytest

from videojob_api.evaluate import holds
from videojob_api.model import Model
from videojob_api.spec_rules import all_known, immutable


class Names:
    """Marks what names a thing."""


class Part(Model):
    thing: Annotated[str | None, Names()] = None
    size: int = 1


class Whole(Model):
    first: Annotated[str, Names()] = "main"
    parts: list[Part] | None = None


EXISTS = "self.things.exists(t, t.name == {})"


@pytest.mark.parametrize(
    ("before", "after", "true"),
    [
        ({"clips": [1]}, {"clips": [1]}, True),
        ({}, {}, True),
        ({"clips": [1]}, {"clips": [2]}, False),
        ({"clips": [1]}, {}, False),
        ({}, {"clips": [1]}, False),
        ({"clips": [1], "suspend": True}, {"clips": [1]}, True),
    ],
)
def test_what_never_changes(before: dict[str, Any], after: dict[str, Any], true: bool) -> None:
    """Also by appearing or vanishing, for which rules of the field itself are passed over."""
    (rule,) = immutable("clips")
    assert holds(str(rule["rule"]).replace("oldSelf", "self.before"), {**after, "before": before}) is true


def test_a_rule_for_each_field_which_it_names() -> None:
    assert [rule["fieldPath"] for rule in immutable("inputs", "outputs")] == [".inputs", ".outputs"]
    assert [str(rule["message"]).split()[0] for rule in immutable("inputs", "outputs")] == [
        "spec.inputs", "spec.outputs"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("wholes", "true"),
    [
        (None, True),
        ([], True),
        ([{"first": "a"}, {"first": "b", "parts": [{"thing": "a"}, {"size": 2}]}], True),
        ([{"first": "c"}], False),
        ([{"first": "a", "parts": [{"thing": "a"}, {"thing": "c"}]}], False),
    ],
)
def test_whatever_names_something_names_what_is_there(wholes: list[Any] | None, true: bool) -> None:
    value = {"things": [{"name": "a"}, {"name": "b"}]} | ({} if wholes is None else {"wholes": wholes})
    assert holds(all_known("wholes", Whole, Names, EXISTS), value) is true


def test_a_field_that_is_no_list() -> None:
    rule = all_known("whole", Whole, Names, EXISTS, list_of=False)
    assert holds(rule, {"things": [{"name": "a"}], "whole": {"first": "a"}})
    assert not holds(rule, {"things": [{"name": "a"}], "whole": {"first": "b"}})
