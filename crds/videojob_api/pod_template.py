"""What a class adds to every runner's pod, in the words of Kubernetes' PodSpec."""

from collections import Counter
from collections.abc import Iterable, Iterator
from posixpath import normpath
from typing import Annotated, Literal

from pydantic import Field, model_validator

from videojob_api.class_rules import LabelSelector
from videojob_api.model import Model
from videojob_api.pod_env import EnvFrom, EnvVar, ObjectName
from videojob_api.pod_security import BUILT_IN, PodSecurityContext
from videojob_api.pod_volumes import Volume, VolumeMount, contains


class Toleration(Model):
    """As a pod's, but by name: one without a key would keep runners on nodes that are going away."""

    key: Annotated[str, Field(min_length=1)]
    operator: Literal["Exists", "Equal"] | None = None
    value: str | None = None
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] | None = None
    toleration_seconds: int | None = None


class TopologySpreadConstraint(Model):
    """As a pod's. Without a selector it counts all runners of the namespace."""

    max_skew: Annotated[int, Field(ge=1)]
    topology_key: Annotated[str, Field(min_length=1, max_length=317)]
    when_unsatisfiable: Literal["DoNotSchedule", "ScheduleAnyway"]
    label_selector: LabelSelector | None = None
    match_label_keys: list[Annotated[str, Field(min_length=1)]] | None = None
    min_domains: Annotated[int, Field(ge=1)] | None = None
    node_affinity_policy: Literal["Honor", "Ignore"] | None = None
    node_taints_policy: Literal["Honor", "Ignore"] | None = None

    @model_validator(mode="after")
    def _counts_what_it_may(self) -> "TopologySpreadConstraint":
        if self.min_domains is not None and self.when_unsatisfiable != "DoNotSchedule":
            raise ValueError("minDomains goes with whenUnsatisfiable DoNotSchedule only: leave it out")
        return self


class PodTemplate(Model):
    """What a class adds to every runner pod. Fields are as in Kubernetes' PodSpec and Container."""

    labels: dict[str, str] = {}
    annotations: dict[str, str] = {}
    tolerations: list[Toleration] = []
    node_selector: dict[str, str] = {}
    image_pull_secrets: list[dict[str, str]] = []
    env: Annotated[list[EnvVar], Field(description="Variables of the runner.")] = []
    env_from: Annotated[
        list[EnvFrom], Field(description="ConfigMaps and Secrets whose keys become variables of the runner.")
    ] = []
    volumes: Annotated[
        list[Volume], Field(description="Of the kinds that Pod Security `restricted` allows, under names of their own.")
    ] = []
    volume_mounts: Annotated[list[VolumeMount], Field(description="Where the runner has them.")] = []
    runtime_class_name: Annotated[ObjectName | None, Field(description="Such as nvidia, or gvisor.")] = None
    security_context: Annotated[
        PodSecurityContext,
        Field(description="Of the pod, within Pod Security `restricted`. Default: user and groups 65532."),
    ] = BUILT_IN
    topology_spread_constraints: Annotated[
        list[TopologySpreadConstraint], Field(description="How runners are spread over zones or nodes.")
    ] = []

    @model_validator(mode="after")
    def _fits_together(self) -> "PodTemplate":
        if problem := next(_problems(self), None):
            raise ValueError(problem)
        return self


def _problems(template: PodTemplate) -> Iterator[str]:
    """What is wrong with it as a whole, in a sentence each."""
    spreads = [(s.topology_key, s.when_unsatisfiable) for s in template.topology_spread_constraints]
    yield from _twice("env", "variable", (v.name for v in template.env))
    yield from _twice("volumes", "volume", (v.name for v in template.volumes))
    yield from _twice("volumeMounts", "mountPath", (normpath(m.mount_path) for m in template.volume_mounts))
    yield from _twice("topologySpreadConstraints", "constraint", (" ".join(spread) for spread in spreads))
    yield from _mounts_of_nothing(template)
    yield from _scratch_elsewhere(template)


def _twice(field: str, what: str, names: Iterable[str]) -> Iterator[str]:
    for name, count in Counter(names).items():
        if count > 1:
            yield f"{field}: the {what} {name} is there {count} times; leave one"


def _mounts_of_nothing(template: PodTemplate) -> Iterator[str]:
    known = {volume.name for volume in template.volumes}
    for number, mount in enumerate(template.volume_mounts):
        if mount.name not in known:
            choice = ", ".join(sorted(known)) or "none"
            yield f"volumeMounts[{number}].name: there is no volume {mount.name}; volumes has {choice}"


def _scratch_elsewhere(template: PodTemplate) -> Iterator[str]:
    """TMPDIR may lead to a volume of the class, and nowhere else: the root file system is read-only."""
    chosen = next((variable for variable in template.env if variable.name == "TMPDIR"), None)
    folders = [normpath(m.mount_path) for m in template.volume_mounts if not m.read_only]
    if chosen and not any(contains(folder, normpath(chosen.value or "")) for folder in folders):
        yield "env: TMPDIR must name a folder of volumeMounts that is not readOnly: elsewhere nothing can be written"
