"""Pydantic's JSON schema becomes one that Kubernetes takes."""

from typing import Annotated, Any, Literal

import pytest
from pydantic import Field

from videojob_api.model import Model, rule, rules
from videojob_api.schema import model_schema


class Inner(Model):
    model_config = rules(rule("self.share > 0.0", "share is more than nothing"))

    share: Annotated[float, Field(gt=0, le=1, description="Of all.")] = 0.5


class Outer(Model):
    """What stands outside."""

    one: Annotated[Inner | None, Field(description="One of them.")] = None
    many: Annotated[list[Inner], Field(max_length=3, description="Some.")]
    by_name: Annotated[dict[str, Annotated[str, Field(max_length=9)]] | None, Field(max_length=4)] = None
    rate: Annotated[int | Annotated[str, Field(max_length=32)] | None, Field(description="25 or 30000/1001.")] = None
    word: Literal["a", "b"] = "a"
    only: Literal["x"] | None = None


FOUND: dict[str, Any] = model_schema(Outer)
SHARE = {
    "type": "number", "minimum": 0, "exclusiveMinimum": True, "maximum": 1, "description": "Of all.", "default": 0.5,
}  # fmt: skip


@pytest.mark.parametrize(
    ("field", "wanted"),
    [
        ("word", {"type": "string", "enum": ["a", "b"], "default": "a"}),
        ("only", {"type": "string", "enum": ["x"]}),
        ("rate", {"x-kubernetes-int-or-string": True, "maxLength": 32, "description": "25 or 30000/1001."}),
    ],
)
def test_scalars(field: str, wanted: dict[str, Any]) -> None:
    assert FOUND["properties"][field] == wanted


def test_references_are_written_out_with_their_own_rules_and_the_fields_words() -> None:
    one, many = FOUND["properties"]["one"], FOUND["properties"]["many"]
    assert one["properties"] == many["items"]["properties"] == {"share": SHARE}
    assert (one["description"], many["description"], many["maxItems"]) == ("One of them.", "Some.", 3)
    assert one["x-kubernetes-validations"] == many["items"]["x-kubernetes-validations"]


def test_a_map_says_what_its_values_are() -> None:
    by_name = FOUND["properties"]["byName"]
    assert by_name["type"] == "object" and by_name["maxProperties"] == 4
    assert by_name["additionalProperties"] == {"type": "string", "maxLength": 9}


def test_what_structural_schemas_do_not_know_is_gone() -> None:
    text = str(FOUND)
    assert not [word for word in ("$ref", "$defs", "anyOf", "'title'", "'const'") if word in text]
    assert FOUND["required"] == ["many"] and "additionalProperties" not in FOUND
