"""docs/reference.md, from the API's models."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from videojob_api.conditions import Condition
from videojob_api.config import OperatorConfiguration
from videojob_api.exit_codes import ENDS_BY_CODE
from videojob_api.names import HELP, Event
from videojob_api.notes import SHOWN
from videojob_api.reasons import Reason
from videojob_api.schema import videojob_schema
from videojob_api.values import NAMED_COLORS

PAGE = Path(__file__).parent.parent.parent / "docs" / "reference.md"
Schema = dict[str, Any]


def rows(schema: Schema, path: str) -> Iterator[str]:
    """A line for each field, its own before those below it."""
    required = schema.get("required", [])
    for name, field in schema.get("properties", {}).items():
        here = f"{path}.{name}" if path else name
        items = field.get("items", {})
        yield f"| `{here}{'[]' if items else ''}` | {kind(field)} | {words(field, name in required)} |"
        yield from rows(items or field, f"{here}[]" if items else here)


_TEXTS = {"not a time": "time", "not a colour": "colour", "not a name": "name"}


def kind(field: Schema) -> str:
    """`time`, `integer 1…9`, `a \\| b`."""
    if "enum" in field:
        return " \\| ".join(map(str, field["enum"]))
    said = [entry["message"].partition(":")[0] for entry in field.get("x-kubernetes-validations", [])]
    known = [_TEXTS[message] for message in said if message in _TEXTS]
    name = "int or string" if field.get("x-kubernetes-int-or-string") else (known or [field.get("type", "")])[0]
    limits = [field.get(k) for k in ("minimum", "maximum")]
    span = f" {limits[0]:g}…{limits[1]:g}" if None not in limits else ""
    return f"{_PLAIN.get(name, name)}{span}"


_PLAIN = {
    "array": "list",
    "object": "fields",
    "int or string": "number or text",
    "string": "text",
    "boolean": "true \\| false",
}


def words(field: Schema, required: bool) -> str:
    """Whether it must be there, description, and default."""
    must = "**Required.** " if required else ""
    # What has fields of its own has their defaults in their lines.
    told = "default" in field and field["default"] != [] and "properties" not in field
    default = f" Default: `{_yaml(field['default'])}`." if told else ""
    described = field.get("description") or field.get("items", {}).get("description", "")
    return f"{must}{described}{default}".strip().replace("|", "\\|")


def _yaml(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def rules(schema: Schema, path: str) -> Iterator[str]:
    """What the API server refuses, and where."""
    for entry in schema.get("x-kubernetes-validations", []):
        yield f"- `{path or 'VideoJob'}`: {entry['message']}"
    for name, field in schema.get("properties", {}).items():
        yield from rules(field, f"{path}.{name}" if path else name)
    if "items" in schema:
        yield from rules(schema["items"], path + "[]")


def configuration_schema() -> Schema:
    """Of the OperatorConfiguration, references resolved, maps shown as `<key>`."""
    schema = OperatorConfiguration.model_json_schema(by_alias=True)
    definitions = schema.pop("$defs")

    def resolved(node: Any) -> Any:
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            return resolved(
                definitions[node["$ref"].rsplit("/", 1)[1]] | {k: v for k, v in node.items() if k != "$ref"}
            )
        if "anyOf" in node:
            kinds = [n for n in node["anyOf"] if n.get("type") != "null"]
            return resolved({**kinds[0], **{k: v for k, v in node.items() if k not in ("anyOf", "default")}})
        node = {key: resolved(value) for key, value in node.items() if key != "default" or value is not None}
        if "properties" in node:
            node["properties"] = {key: resolved(value) for key, value in node["properties"].items()}
        elif isinstance(node.get("additionalProperties"), dict) and "properties" in node["additionalProperties"]:
            node["properties"] = {"<name>": node["additionalProperties"]}
        return node

    found: Schema = resolved(schema)
    return found


_INTRODUCTION = """\
`kubectl explain vj.spec.timeline.clips` says the same in a terminal.

- **time**: a number with a unit, `12.5s`, `1m50s`, `750ms`; it snaps to the nearest frame. *Source time* is that of the
  input's own file, *timeline time* that of the output, *wall clock* that on the wall.
- **colour**: `"#RRGGBB"` or `"#RRGGBBAA"` in quotes, or a name: COLOURS.
- **name**: lower case letters, digits and, between them, `-`.
- Places and sizes are fractions of the picture, from its top left.
- **Required** fields must be there; all others have the default that is named. *The class's* is set in the platform's
  configuration, *else* tells what is built in; a default in `such letters` is the CRD's, and stands in the object.
"""


_NOTES = """\
Each is a condition, present only while it is True, and one event; `spotreel render` says the same. A warning means that
the output may look, or cost, as nobody meant it. All others are choices that were made for you.
"""


_CODES = """\
A failure is final. Crashes count against `backoffLimit`, disruptions do not; after a full disk there is one other try.
[Troubleshooting](PAGE) explains the reasons. A code above 128 is 128 and a signal's number: a crash (134, 139), or a
kill (137, 143), of which three count as disruptions. 0 is a success only with its result.
""".replace("PAGE", HELP.rsplit("/", 1)[1])


def codes() -> Iterator[str]:
    """A line for each exit code."""
    for end in ENDS_BY_CODE.values():
        place = f"{HELP.rsplit('/', 1)[1]}#{end.reason.lower()}"
        yield f"| {int(end.code)} | {end.line} | {end.verdict} | [{end.reason}]({place}) |"


def notes() -> Iterator[str]:
    """A line for each kind of note."""
    page = HELP.rsplit("/", 1)[1]
    for row in SHOWN.values():
        yield f"| [{row.note}]({page}#{row.note.lower()}) | {'Warning' if row.warning else 'Normal'} | {row.line} |"


def page() -> str:
    """The whole page."""
    schema = videojob_schema()
    spec, status = (schema["properties"][part] for part in ("spec", "status"))
    head = "| field | type | meaning |\n|---|---|---|\n"
    return "\n".join(
        [
            "# Reference\n",
            "Made from the API's models by `make generate`; do not edit.\n",
            "## spec\n",
            _INTRODUCTION.replace("COLOURS", ", ".join(NAMED_COLORS)),
            head + "\n".join(rows(spec, "")),
            "\n## Refused at `kubectl apply`, and by `spotreel validate`\n",
            "\n".join(dict.fromkeys(rules(schema, ""))),
            "\n## status\n",
            head + "\n".join(rows(status, "")),
            "\n## The operator's configuration\n",
            "A file of its own, or `config` in the chart's values.\n",
            head + "\n".join(rows(configuration_schema(), "")),
            "\n## Conditions, reasons, events\n",
            "Conditions: " + ", ".join(f"`{c}`" for c in Condition) + ".\n",
            "Reasons: " + ", ".join(f"`{r}`" for r in Reason) + ".\n",
            "Events: " + ", ".join(f"`{e}`" for e in dict.fromkeys(Event)) + ".\n",
            "## What runners say of a job that goes on\n",
            _NOTES,
            "| condition and event | event's type | meaning |\n|---|---|---|\n" + "\n".join(notes()) + "\n",
            "## Exit codes of the runner and of `spotreel`\n",
            _CODES,
            "| code | meaning | verdict on the attempt | reason |\n|---|---|---|---|\n" + "\n".join(codes()) + "\n",
        ]
    )
