"""What jobs of a class may change, and which namespaces may use it: parts of the operator's configuration."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from videojob_api.model import Model
from videojob_api.quantity import parse_quantity
from videojob_api.spec import Quantity

ANY = "*"
Label = Annotated[str, Field(min_length=1, max_length=317)]
Names = list[Annotated[str, Field(min_length=1, max_length=253)]]


class LabelRequirement(Model):
    """As in any of Kubernetes' label selectors."""

    key: Label
    operator: Literal["In", "NotIn", "Exists", "DoesNotExist"]
    values: list[str] = []

    @model_validator(mode="after")
    def _values_where_needed(self) -> "LabelRequirement":
        if bool(self.values) != (self.operator in ("In", "NotIn")):
            raise ValueError(f"values: In and NotIn need some, Exists and DoesNotExist have none ({self.operator})")
        return self

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether these labels meet it; as in Kubernetes, a label that is not there is NotIn any list."""
        if self.operator in ("Exists", "DoesNotExist"):
            return (self.key in labels) == (self.operator == "Exists")
        return (labels.get(self.key) in self.values) == (self.operator == "In")


class LabelSelector(Model):
    """All of it must match."""

    match_labels: dict[Label, str] = {}
    match_expressions: list[LabelRequirement] = []

    @model_validator(mode="after")
    def _selects(self) -> "LabelSelector":
        if not self.match_labels and not self.match_expressions:
            raise ValueError("it selects nothing: give matchLabels or matchExpressions")
        return self

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether these labels are selected."""
        same = all(labels.get(key) == value for key, value in self.match_labels.items())
        return same and all(requirement.matches(labels) for requirement in self.match_expressions)


class AllowedNamespaces(Model):
    """Those that are named, and those that are selected."""

    names: Annotated[Names, Field(description="Of namespaces: [team-a, team-b].")] = []
    selector: Annotated[LabelSelector | None, Field(description="Of namespaces, by their labels.")] = None

    @model_validator(mode="after")
    def _names_somebody(self) -> "AllowedNamespaces":
        if not self.names and self.selector is None:
            raise ValueError("no namespace is named: give names or a selector, or leave allowedNamespaces out for all")
        return self

    def contains(self, namespace: str, labels: Mapping[str, str] | None) -> bool:
        """Whether a namespace may use the class. Labels that could not be read (None) select nothing."""
        selected = self.selector is not None and labels is not None and self.selector.matches(labels)
        return namespace in self.names or selected


class ResourceOverrides(Model):
    """How far a job's resources may go beyond the class's own."""

    max: Annotated[
        dict[Label, Quantity],
        Field(
            min_length=1,
            description='Of requests and of limits: {cpu: "8", memory: 32Gi, nvidia.com/gpu: 1}. A resource that is '
            "not named may not go beyond the class's own.",
        ),
    ]

    @field_validator("max")
    @classmethod
    def _readable(cls, value: dict[str, Quantity]) -> dict[str, Quantity]:
        for amount in value.values():
            parse_quantity(amount)
        return value


class Overrides(Model):
    """What a job may set instead of its class. What costs or ranks is not allowed unless it is listed."""

    placement: Annotated[bool, Field(description="Whether jobs may bring tiers of their own.")] = False
    resources: Annotated[
        ResourceOverrides | None, Field(description="Default: less than the class's is allowed, more is not.")
    ] = None
    max_parallelism: Annotated[
        int, Field(ge=1, le=64, description="Runners that a job may have at once (spec.parallelism).")
    ] = 64
    priority_class_name: Annotated[
        Names, Field(description='PriorityClasses that jobs may name; ["*"]: any. Default: none but the class\'s.')
    ] = []
    service_account_name: Annotated[
        Names,
        Field(description="ServiceAccounts that jobs may name, of their own namespace; []: none but the class's."),
    ] = [ANY]
    storage: Annotated[
        bool, Field(description="Whether jobs may bring storage of their own: endpoint, region, Secret.")
    ] = True
    secrets: Annotated[
        bool | None,
        Field(description="Whether jobs may name Secrets of databases and remote engines. Default: as storage."),
    ] = None

    @property
    def may_name_secrets(self) -> bool:
        """A class that was closed before there were databases and engines stays so."""
        return self.storage if self.secrets is None else self.secrets


def listed(name: str, names: Names) -> bool:
    """Whether a list of names allows this one."""
    return name in names or ANY in names
