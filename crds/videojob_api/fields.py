"""Field types that several parts of the spec share: times, fractions, names, colours, URIs.

Geometry is in fractions of the picture from its top left corner; media times are strings with a unit.
"""

from typing import Annotated, Any, Literal

from pydantic import Field, JsonValue

from videojob_api.model import rule

# Kubernetes' own format takes days, weeks, nanoseconds and signs too.
_DURATION = r"^([0-9]+(\.[0-9]+)?(h|ms|us|m|s))+$"
Duration = Annotated[str, Field(json_schema_extra={"format": "duration", "pattern": _DURATION})]
Fraction01 = Annotated[float, Field(ge=0, le=1)]
Extent = Annotated[float, Field(gt=0, le=1)]
Name = Annotated[str, Field(min_length=1, max_length=63)]
Color = Annotated[str, Field(min_length=1, max_length=16)]
Easing = Literal["Linear", "EaseIn", "EaseOut", "EaseInOut", "Hold"]
MediaName = Annotated[str, Field(min_length=1, max_length=63, pattern="^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")]

_URI_RULE = rule(
    r"self.matches('^(s3://[^/\\s{}]+/|https://[^/\\s{}]+/|file:///)[^\\s{}]+$')",
    "a URI is s3://bucket/key, https://host/path or file:///path, without blanks; { and } are reserved",
)
_WRITABLE_RULE = rule(
    r"self.matches('^(s3://[^/\\s{}]+/|file:///)[^\\s{}]*$')",
    "write to s3://bucket/key or file:///path, without blanks; { and } are reserved",
)
URI = Annotated[str, Field(min_length=1, max_length=2048, json_schema_extra={"x-kubernetes-validations": [_URI_RULE]})]
WritableURI = Annotated[
    str, Field(min_length=1, max_length=2048, json_schema_extra={"x-kubernetes-validations": [_WRITABLE_RULE]})
]


def map_by_name(most: int) -> Any:
    """A list of at most `most` items that Kubernetes merges by their names."""
    by_name: dict[str, JsonValue] = {"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"]}
    return Field(min_length=1, max_length=most, json_schema_extra=by_name)
