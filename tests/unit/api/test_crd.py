"""The CRD is current, small enough for kubectl apply, and structural."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.testbed.cache import ROOT
from videojob_api.fields import DURATION_RULE
from videojob_api.schema import CRD_PATH, crd, crd_text, schema_text
from videojob_api.status import VideoJobStatus
from videojob_api.stored import SCHEMA_PATH

LAST_APPLIED_LIMIT = 262_144


def nodes(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        yield schema
        for below in [*schema.get("properties", {}).values(), schema.get("items"), schema.get("additionalProperties")]:
            yield from nodes(below)


def root() -> dict[str, Any]:
    schema: dict[str, Any] = crd()["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    return schema


def test_committed_files_are_current() -> None:
    assert CRD_PATH.read_text() == crd_text(), "run `make generate`"
    assert SCHEMA_PATH.read_text() == schema_text(), "run `make generate`"


def test_small_enough() -> None:
    """`kubectl apply` keeps it as JSON in an annotation: a second version of it must fit in as well."""
    assert len(crd_text()) < 200_000
    assert 2 * len(json.dumps(crd())) < LAST_APPLIED_LIMIT


def test_every_list_and_text_has_a_limit() -> None:
    """Without limits the API server's estimate of what CEL costs explodes."""
    for node in nodes(root()["properties"]["spec"]):
        if node.get("type") == "array":
            assert "maxItems" in node
        if node.get("type") == "string" and not {"enum", "format"} & node.keys():
            assert "maxLength" in node, node


def fields(schema: dict[str, Any], path: str = "spec") -> Iterator[tuple[str, dict[str, Any], bool]]:
    """Path, schema, and whether it is required."""
    for name, field in schema.get("properties", {}).items():
        yield f"{path}.{name}", field, name in schema.get("required", [])
        yield from fields(field.get("items", field), f"{path}.{name}")


FIELDS = list(fields(root()["properties"]["spec"]))


@pytest.mark.parametrize(("path", "field", "required"), FIELDS, ids=[path for path, _, _ in FIELDS])
def test_every_field_says_what_it_is(path: str, field: dict[str, Any], required: bool) -> None:
    """Its meaning, what is taken if it is left out, and for times the clock."""
    said = field.get("description", "")
    assert said
    assert required or "default" in field or "Default: " in said
    if DURATION_RULE in field.get("x-kubernetes-validations", []):
        assert any(clock in said for clock in ("source time", "timeline time", "wall clock"))


def test_no_field_that_yaml_reads_as_a_boolean() -> None:
    names = {name for node in nodes(root()) for name in node.get("properties", {})}
    assert not names & {"y", "n", "yes", "no", "on", "off"}


def test_no_keyword_that_structural_schemas_lack() -> None:
    for node in nodes(root()):
        assert not {"$ref", "anyOf", "oneOf", "title", "const", "$defs"} & node.keys()


@pytest.mark.parametrize("field", ["phase", "attempts", "counts", "cost", "progress", "conditions", "outputs"])
def test_status_declares(field: str) -> None:
    assert field in root()["properties"]["status"]["properties"], "an undeclared field would be pruned"


def test_status_survives_the_round() -> None:
    raw = {"phase": "Running", "class": {"name": "a", "hash": "b"}, "counts": {"attempts": 2}}
    assert VideoJobStatus.read(raw).plain()["class"] == {"name": "a", "hash": "b"}


def test_samples_are_valid() -> None:
    from videojob_api.validate import check_text

    for sample in (ROOT / "k8s" / "samples").glob("*.yaml"):
        assert check_text(sample.read_text()) == []
