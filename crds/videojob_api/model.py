"""The base of every API model: camelCase outside, snake_case inside, unknown fields refused."""

from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, JsonValue
from pydantic.alias_generators import to_camel


class Model(BaseModel):
    """A part of the API. `rules` in a subclass's config become CEL validations of the CRD."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True)

    def plain(self) -> dict[str, Any]:
        """The object as it stands in YAML: camelCase, nothing that was left out."""
        return self.model_dump(by_alias=True, exclude_none=True, mode="json")

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """As pydantic's, which passes over a name that is no field; here that raises TypeError."""
        if unknown := (update or {}).keys() - type(self).model_fields.keys():
            raise TypeError(f"{type(self).__name__} has no field {', '.join(sorted(unknown))}")
        return super().model_copy(update=update, deep=deep)


class Lenient(Model):
    """What another version may have written: unknown fields are passed over."""

    # Built when first used: a runner knows a status by name only.
    model_config = ConfigDict(extra="ignore", defer_build=True)


def rule(expression: str, message: str, **more: str) -> dict[str, JsonValue]:
    """One entry of x-kubernetes-validations."""
    return {"rule": expression, "message": message, **more}


def rules(*entries: dict[str, JsonValue]) -> ConfigDict:
    """The config of a model whose CEL validations are `entries`."""
    return ConfigDict(json_schema_extra={"x-kubernetes-validations": list(entries)})
