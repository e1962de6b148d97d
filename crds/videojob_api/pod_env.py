"""The environment of runners, as in a container's `env` and `envFrom`."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field, model_validator
from pydantic.alias_generators import to_camel

from videojob_api.model import Model
from videojob_api.spec import Quantity

ObjectName = Annotated[str, Field(min_length=1, max_length=253)]
VariableName = Annotated[str, Field(min_length=1, max_length=253, pattern=r"^[-._a-zA-Z][-._a-zA-Z0-9]*$")]

_REFUSED = {
    "PATH": "the image's own: the runner is found by it",
    "AWS_ENDPOINT_URL": "it would lead every store elsewhere: set storage.endpoint",
    "AWS_ENDPOINT_URL_S3": "it would lead every store elsewhere: set storage.endpoint",
}
_OWN = {"SPOTREEL_": "set by the operator", "PYTHON": "the image's own: the runner is a Python program"}
_SECRET = frozenset({"AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"})


def one_of(model: Model, fields: Iterable[str]) -> str:
    """The name of the one field that is set. Raises ValueError if it is none or several."""
    names = list(fields)
    found = [name for name in names if getattr(model, name) is not None]
    if len(found) != 1:
        choice = ", ".join(type(model).model_fields[name].alias or to_camel(name) for name in names)
        raise ValueError(f"set exactly one of {choice}")
    return found[0]


class KeySelector(Model):
    """A key of a ConfigMap or Secret of the job's namespace."""

    name: ObjectName
    key: ObjectName
    optional: bool | None = None


class ObjectReference(Model):
    """A ConfigMap or Secret of the job's namespace."""

    name: ObjectName
    optional: bool | None = None


class FieldRef(Model):
    """A field of the pod: metadata.name, spec.nodeName, status.hostIP."""

    field_path: Annotated[str, Field(min_length=1)]
    api_version: str | None = None


class ResourceFieldRef(Model):
    """A resource of the runner's container: limits.memory."""

    resource: Annotated[str, Field(min_length=1)]
    divisor: Quantity | None = None


class EnvSource(Model):
    """Where a variable's value comes from."""

    config_map_key_ref: KeySelector | None = None
    secret_key_ref: KeySelector | None = None
    field_ref: FieldRef | None = None
    resource_field_ref: ResourceFieldRef | None = None

    @model_validator(mode="after")
    def _one(self) -> "EnvSource":
        one_of(self, type(self).model_fields)
        return self


class EnvVar(Model):
    """As a container's, but for variables that the runner needs to itself."""

    name: VariableName
    value: str | None = None
    value_from: EnvSource | None = None

    @model_validator(mode="after")
    def _leaves_the_runner_its_own(self) -> "EnvVar":
        if self.value is not None and self.value_from is not None:
            raise ValueError(f"{self.name} has a value and a valueFrom: leave one out")
        if problem := _problem(self):
            raise ValueError(f"{self.name} is {problem}")
        return self


def _problem(variable: EnvVar) -> str:
    """Why a variable must not be set, or not so."""
    if variable.name in _REFUSED:
        return f"refused, {_REFUSED[variable.name]}"
    if why := next((why for start, why in _OWN.items() if variable.name.startswith(start)), ""):
        return f"refused, {why}; take another name"
    if variable.name in _SECRET and variable.value is not None:
        return "secret, and a ConfigMap is no place for it: use valueFrom.secretKeyRef"
    return ""


class EnvFrom(Model):
    """All keys of a ConfigMap or Secret as variables; those of `env` and the operator's own win over them."""

    prefix: Annotated[str, Field(max_length=253)] | None = None
    config_map_ref: ObjectReference | None = None
    secret_ref: ObjectReference | None = None

    @model_validator(mode="after")
    def _one(self) -> "EnvFrom":
        one_of(self, ("config_map_ref", "secret_ref"))
        return self
