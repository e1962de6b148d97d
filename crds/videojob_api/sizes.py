"""How large a spec may be, as CEL rules made from its schema, so that no field can be forgotten.

CEL cannot write JSON, but it can add up what names and signs take, and the length of each text and number. The sum
is never less than the bytes of the spec as JSON, all defaults filled in, and so of its part in an order. A text
without a rule about its characters counts six bytes a character (a control character is written as six), one that
holds no control characters twice its bytes (a quotation mark is written as two).
"""

import json
from typing import Any

from videojob_api.fields import COLOR_RULE, DURATION_RULE, NAME_RULE, TEXT_RULE
from videojob_api.model import rule
from videojob_api.uris import URI_RULE, WRITABLE_RULE

Schema = dict[str, Any]
MAX_SPEC_BYTES = 180_000
"""The order has 20,000 more: for its envelope and for what the class and the configuration add."""
MAX_KEYFRAMES = 2_000
"""Hardly more would fit. To count them is cheap, and spares the API server to count the digits of a crowd."""

_WRITTEN_ONCE = (COLOR_RULE, DURATION_RULE, NAME_RULE)
_WRITTEN_TWICE = (TEXT_RULE, URI_RULE, WRITABLE_RULE)
_RULES = "x-kubernetes-validations"
_POINT_ZERO = 3
"""JSON has `1.0` where CEL has `1`, and may have a zero more before small numbers."""
_LONGEST_INTEGER = -(2**63)
_ADVICE = "or make several VideoJobs of it"


def with_size_rules(spec: Schema) -> Schema:
    """The schema of `spec` with rules on the size of the whole."""
    return {**spec, _RULES: [*_size_rules(spec), *spec.get(_RULES, [])]}


def _size_rules(spec: Schema) -> list[Any]:
    total = size(spec, "self")
    keyframes = " + ".join((_keyframes("clips", "framing."), _keyframes("overlays", "")))
    return [
        rule(
            f"{keyframes} <= {MAX_KEYFRAMES}",
            f"clips and overlays have at most {MAX_KEYFRAMES} keyframes together",
            messageExpression=f"'clips and overlays have %d keyframes together, {MAX_KEYFRAMES} are the most: leave "
            f"out those that lie between their neighbours, {_ADVICE}'.format([{keyframes}])",
            fieldPath=".timeline",
        ),
        rule(
            f"{keyframes} > {MAX_KEYFRAMES} || {total} <= {MAX_SPEC_BYTES}",
            f"the spec has at most {MAX_SPEC_BYTES} bytes as JSON",
            messageExpression=f"'the spec takes up to %d bytes as JSON, {MAX_SPEC_BYTES} are the most: use fewer "
            f"keyframes and clips, shorter texts and URIs, {_ADVICE}'.format([{total}])",
        ),
    ]


def _keyframes(items: str, inside: str) -> str:
    """How many there are in all clips or overlays."""
    there, where = f"self.timeline.{items}", f"i.{inside}keyframes"
    counted = f"{'has(i.framing) && ' if inside else ''}has({where}) ? {where}.size() : 0"
    return f"(has(self.timeline) && has({there}) ? {there}.map(i, {counted}).sum() : 0)"


def size(schema: Schema, at: str) -> str:
    """CEL for the bytes that a value of this schema, at `at`, takes at most as JSON."""
    fixed, counted = _measured(schema, at, 0)
    return " + ".join([str(fixed), *counted])


Measured = tuple[int, list[str]]
"""Bytes that count always, and CEL for the others."""


def _measured(schema: Schema, at: str, depth: int) -> Measured:
    if "enum" in schema:
        return max(len(json.dumps(value)) for value in schema["enum"]), []
    if "additionalProperties" in schema:
        return _map(schema, at, depth)
    if schema.get("x-kubernetes-int-or-string"):
        return 6 * int(schema["maxLength"]) + 2, []
    kind = schema["type"]
    if kind == "object":
        return _object(schema, at, depth)
    return _list(schema, at, depth) if kind == "array" else _scalar(schema, kind, at)


def _scalar(schema: Schema, kind: str, at: str) -> Measured:
    if kind == "boolean":
        return len("false"), []
    if kind == "integer":
        return max(len(str(schema.get(limit, _LONGEST_INTEGER))) for limit in ("minimum", "maximum")), []
    if kind == "number":
        return _POINT_ZERO, [f"string({at}).size()"]
    return 2, [_text(schema, at)]


def _text(schema: Schema, at: str) -> str:
    own = schema.get(_RULES, [])
    if any(entry in own for entry in _WRITTEN_ONCE):
        return f"{at}.size()"
    return f"2 * bytes({at}).size()" if any(entry in own for entry in _WRITTEN_TWICE) else f"6 * {at}.size()"


def _object(schema: Schema, at: str, depth: int) -> Measured:
    """Optional fields whose size is known count always, others only where they are."""
    fixed, counted = 2, []
    for name, below in schema["properties"].items():
        key = len(f'"{name}":,')
        bytes_, parts = _measured(below, f"{at}.{name}", depth)
        always = name in schema.get("required", []) or "default" in below or not parts
        fixed += key + bytes_ if always else 0
        there = " + ".join([str(key + bytes_), *parts])
        counted += parts if always else [f"(has({at}.{name}) ? {there} : 0)"]
    return fixed, counted


def _list(schema: Schema, at: str, depth: int) -> Measured:
    fixed, counted = _measured(schema["items"], f"i{depth}", depth + 1)
    each = " + ".join([str(fixed + 1), *counted])
    return 2, [f"{at}.map(i{depth}, {each}).sum()"]


def _map(schema: Schema, at: str, depth: int) -> Measured:
    """Keys have no rule of their own."""
    fixed, counted = _measured(schema["additionalProperties"], f"{at}[k{depth}]", depth + 1)
    each = " + ".join([str(fixed + len('"":,')), f"6 * k{depth}.size()", *counted])
    return 2, [f"{at}.map(k{depth}, {each}).sum()"]
