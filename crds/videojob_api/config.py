"""The operator's configuration file: classes, tiers, prices. A platform team writes it.

Order of precedence: VideoJob, then its class, then what is built in.
"""

import hashlib
import json
from typing import Annotated, Literal

import yaml
from pydantic import AfterValidator, ConfigDict, Field, ValidationError, field_validator, model_validator

from videojob_api.checks import unreadable_texts
from videojob_api.class_rules import AllowedNamespaces, Overrides
from videojob_api.egress import VARIABLES, CABundle, Proxy
from videojob_api.fields import Duration, Name
from videojob_api.inputs import Input, Storage
from videojob_api.model import Model
from videojob_api.names import HELP
from videojob_api.output import Video
from videojob_api.pod_template import PodTemplate
from videojob_api.prices import Capacity, Prices
from videojob_api.quantity import parse_quantity
from videojob_api.release import RELEASE
from videojob_api.resources import field_of, limits_of, merged_resources, requested, unreadable
from videojob_api.spec import Checkpoint, Resources, VideoJobSpec
from videojob_api.uris import is_allowed, narrowed
from videojob_api.values import parse_duration


def _readable(value: str) -> str:
    parse_duration(value)
    return value


ReadableDuration = Annotated[Duration, AfterValidator(_readable)]


class ClassTier(Model):
    """As a VideoJob's tier; `waitFor` may be shorter: a pool without an autoscaler has nothing to wait for."""

    name: Name
    capacity: Capacity | None = None
    instance_types: list[Name] | None = None
    zones: list[Name] | None = None
    wait_for: Duration | None = None

    @field_validator("wait_for")
    @classmethod
    def _readable(cls, value: str | None) -> str | None:
        if value is not None:
            parse_duration(value)
        return value


def _tiers_named_once(tiers: list[ClassTier]) -> list[ClassTier]:
    names = [tier.name for tier in tiers]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"two tiers are called {', '.join(twice)}: status and events tell tiers by their names")
    return tiers


def _with_readable_quantities(resources: Resources | None) -> Resources | None:
    if problems := list(unreadable(resources)):
        raise ValueError("; ".join(problems))
    return resources


class ClassPlacement(Model):
    """Tiers in order."""

    tiers: Annotated[list[ClassTier], Field(min_length=1, max_length=8)]

    @field_validator("tiers")
    @classmethod
    def _named_once(cls, value: list[ClassTier]) -> list[ClassTier]:
        return _tiers_named_once(value)


class ClassJoin(Model):
    """Where finished segments are joined, if not by a runner that has made them: it needs no GPU, but scratch space."""

    resources: Annotated[
        Resources | None, Field(description="Of that runner's container, whole. Default: the job's.")
    ] = None
    tiers: Annotated[
        list[ClassTier] | None, Field(min_length=1, max_length=8, description="Its tiers. Default: the job's.")
    ] = None

    @field_validator("tiers")
    @classmethod
    def _named_once(cls, value: list[ClassTier] | None) -> list[ClassTier] | None:
        return _tiers_named_once(value) if value else None

    @field_validator("resources")
    @classmethod
    def _quantities(cls, value: Resources | None) -> Resources | None:
        return _with_readable_quantities(value)


Pattern = Annotated[str, Field(min_length=1, max_length=317, pattern=r"^[^*]*\*?$")]


class Propagate(Model):
    """Labels and annotations that Jobs and pods get from their VideoJob: keys, or beginnings such as example.com/*."""

    labels: Annotated[list[Pattern], Field(max_length=64)] = []
    annotations: Annotated[list[Pattern], Field(max_length=64)] = []


class AttemptHistory(Model):
    """Which Jobs and pods of ended attempts stay for `kubectl logs`. The last attempt's always do."""

    keep: Annotated[int, Field(ge=1, le=32, description="So many of the newest stay, for keepFor.")] = 3
    keep_for: Annotated[ReadableDuration, Field(description="After its end one of them goes, too.")] = "1h"


class JobClass(Model):
    """Defaults for VideoJobs that name this class."""

    storage: Storage | None = None
    placement: ClassPlacement | None = None
    resources: Resources | None = None
    video: Video | None = None
    checkpoint: Checkpoint | None = None
    join: Annotated[
        ClassJoin | None,
        Field(description="An attempt of its own joins the segments. Default: the first of a job's runners does."),
    ] = None
    on_damage: Annotated[Literal["Continue", "Fail"], Field(description="Of inputs that do not say it themselves.")] = (
        "Continue"
    )
    service_account_name: str | None = None
    priority_class_name: str | None = None
    backoff_limit: Annotated[int, Field(ge=0)] = 3
    active_deadline_seconds: Annotated[int, Field(ge=1, description="Of one attempt.")] = 86_400
    termination_grace_period_seconds: Annotated[int, Field(ge=0)] = 30
    start_timeout: Annotated[
        ReadableDuration,
        Field(description="A pod that has a node and has not started after this is given up, and that node avoided."),
    ] = "10m"
    attempt_history: AttemptHistory = AttemptHistory()
    access_patience: Annotated[Duration, Field(description="How long a runner retries refused access.")] = "60s"
    image: Annotated[str | None, Field(description="Of the runner, instead of runner.image.")] = None
    pod_template: PodTemplate = PodTemplate()
    ca_bundle: Annotated[
        CABundle | None,
        Field(description="Authorities that stores and https inputs may be signed by, beside those of the image."),
    ] = None
    proxy: Annotated[
        Proxy | None, Field(description="What stores and https inputs are reached through; reports never are.")
    ] = None
    propagate: Annotated[Propagate, Field(description="From a VideoJob to its Jobs and pods.")] = Propagate()
    max_running: Annotated[
        int | None,
        Field(
            ge=1,
            description="Runners that all jobs of the class may have at once; others wait in line. Default: no end.",
        ),
    ] = None
    ttl_seconds_after_finished: (
        Annotated[int, Field(ge=0, le=315_360_000, description="Of jobs that do not say it themselves.")] | None
    ) = None
    overrides: Overrides = Field(default_factory=Overrides, description="What jobs may set instead of the class.")
    allowed_namespaces: Annotated[
        AllowedNamespaces | None, Field(description="Whose jobs may use the class. Default: those of all namespaces.")
    ] = None
    allowed_uris: Annotated[
        list[str] | None,
        Field(
            alias="allowedURIs",
            min_length=1,
            description="Prefixes of what jobs of the class may read and write, within the platform's. Default: all of "
            "those.",
        ),
    ] = None

    trusted_models: Annotated[
        bool,
        Field(
            description="Whether jobs of the class may run models that are programs (.pt2 of torch.export), with the "
            "rights of their runner. Needs an image with torch: runner-gpu."
        ),
    ] = False

    @field_validator("resources")
    @classmethod
    def _quantities(cls, value: Resources | None) -> Resources | None:
        return _with_readable_quantities(value)

    @model_validator(mode="after")
    def _one_proxy(self) -> "JobClass":
        doubled = [v.name for v in self.pod_template.env if v.name.upper() in VARIABLES]
        if self.proxy and doubled:
            raise ValueError(f"podTemplate.env: {doubled[0]} and proxy say the same: leave one out")
        return self

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> "JobClass":
        for name, most in (self.overrides.resources.max if self.overrides.resources else {}).items():
            for part, amounts in (("limits", limits_of(self.resources)), ("requests", requested(self.resources))):
                if name in amounts and parse_quantity(amounts[name]) > parse_quantity(most):
                    own = f"resources.{field_of(part, name)} of {amounts[name]}"
                    raise ValueError(f"{field_of('overrides.resources.max', name)}: {most} is less than its own {own}")
        uri = self.checkpoint.uri if self.checkpoint else None
        if uri and self.allowed_uris is not None and not is_allowed(uri, self.allowed_uris):
            raise ValueError(f"checkpoint.uri: {uri} is not below any of its own allowedURIs")
        return self


class Silence(Model):
    """After how long without a report an attempt counts as lost."""

    node_lost: Annotated[
        Duration,
        Field(description="Its node is NotReady, or gone. One that is seen to be deleted ends its attempts at once."),
    ] = "60s"
    running: Annotated[Duration, Field(description="Its node looks well.")] = "180s"


class CapacityMemory(Model):
    """For how long all jobs leave a kind of node in a zone alone; a memory that leaves no tier does not count."""

    after_preemption: Annotated[
        ReadableDuration, Field(description="After a spot node was taken away: it is hardly ever back sooner.")
    ] = "10m"
    after_no_capacity: Annotated[
        ReadableDuration, Field(description="After no node came: autoscalers remember that for as long.")
    ] = "3m"


class Runner(Model):
    """The software that attempts run."""

    image: str = f"spotreel/runner:{RELEASE}"
    image_pull_policy: Literal["Always", "IfNotPresent", "Never"] = "IfNotPresent"
    log_format: Annotated[Literal["json", "text"], Field(description="Of attempts begun from now on.")] = "json"
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], Field(description="Of runners; libraries say what is wrong only.")
    ] = "info"


_KARPENTER: dict[Capacity, dict[str, str]] = {
    "Spot": {"karpenter.sh/capacity-type": "spot"},
    "OnDemand": {"karpenter.sh/capacity-type": "on-demand"},
}


class OperatorConfiguration(Model):
    """The whole file."""

    # What is wrong is told by its place: a value may be a secret that is in the wrong one.
    model_config = ConfigDict(hide_input_in_errors=True)

    api_version: Literal["config.spotreel.dev/v1alpha1"] = "config.spotreel.dev/v1alpha1"
    kind: Literal["OperatorConfiguration"] = "OperatorConfiguration"
    default_class: str
    allowed_uris: Annotated[
        list[str] | None,
        Field(
            alias="allowedURIs",
            description="Prefixes of what jobs may read and write; null: all. Only https inputs whose host is named "
            "here may lie at an address that is not public.",
        ),
    ] = None
    allowed_endpoints: Annotated[
        list[str],
        Field(
            description='S3 endpoints that jobs may name beside those of classes, at whatever address; "" is AWS. '
            "Remote engines and databases must be listed: grpcs://triton.ml.svc:8001, postgresql://db.example.com:5432."
        ),
    ] = []
    classes: Annotated[dict[str, JobClass], Field(min_length=1)]
    prices: Prices = Prices()
    capacity_labels: Annotated[
        dict[Capacity, dict[str, str]], Field(description="Node labels that tell spot from on-demand.")
    ] = _KARPENTER
    silence: Silence = Silence()
    capacity_memory: CapacityMemory = CapacityMemory()
    max_running_per_namespace: Annotated[
        int | None,
        Field(
            ge=1, description="Runners that jobs of one namespace may have at once, of all classes. Default: no end."
        ),
    ] = None
    progress_interval: Annotated[Duration, Field(description="Between a runner's reports.")] = "5s"
    no_progress_attempts: Annotated[
        int,
        Field(
            ge=1, le=32, description="Attempts in a row without a new segment or window of an analysis, then Failed."
        ),
    ] = 10
    runner: Runner = Runner()
    help_url: Annotated[
        str,
        Field(
            alias="helpURL",
            max_length=128,
            pattern=r"^https?://\S+$",
            description="Where people read docs/troubleshooting.md; messages end with it and their reason's anchor.",
        ),
    ] = HELP


def uris_allowed(config: OperatorConfiguration, job_class: JobClass) -> list[str] | None:
    """Prefixes of what jobs of a class may read and write: what both the platform and the class allow; None: all."""
    if config.allowed_uris is None or job_class.allowed_uris is None:
        return config.allowed_uris if job_class.allowed_uris is None else job_class.allowed_uris
    return narrowed(config.allowed_uris, job_class.allowed_uris)


def endpoints_allowed(config: OperatorConfiguration) -> list[str]:
    """What jobs may talk to: S3 endpoints of classes, and all that is listed; "" is AWS, which needs no endpoint.

    `s3://media/` means little if the job may choose who answers for it.
    """
    own = {(c.storage.endpoint if c.storage else None) or "" for c in config.classes.values()}
    return sorted(own | set(config.allowed_endpoints))


class ConfigError(Exception):
    """The file cannot be used; the message says where and why."""


def parse_config(text: str) -> OperatorConfiguration:
    """From YAML. Raises ConfigError."""
    try:
        config = OperatorConfiguration.model_validate(yaml.safe_load(text))
    except (yaml.YAMLError, ValidationError) as error:
        raise ConfigError(f"the operator's configuration is wrong: {error}") from error
    if problems := unreadable_texts(config):
        raise ConfigError(f"the operator's configuration is wrong: {'; '.join(map(str, problems))}")
    if config.default_class not in config.classes:
        raise ConfigError(f"defaultClass {config.default_class} is none of {', '.join(config.classes)}")
    for name, job_class in config.classes.items():
        if job_class.allowed_uris and not uris_allowed(config, job_class):
            raise ConfigError(
                f"classes.{name}.allowedURIs: none of them lies within allowedURIs, or the other way round"
            )
    return config


def class_hash(job_class: JobClass) -> str:
    """Short digest, to see in status which version of a class a job uses."""
    return hashlib.sha256(json.dumps(job_class.plain(), sort_keys=True).encode()).hexdigest()[:8]


def merged_video(own: Video | None, default: Video | None) -> Video | None:
    """The job's settings over the class's; quality and crf answer one question, so one displaces the other."""
    if own is None or default is None:
        return own or default
    base = default.model_dump(exclude_none=True)
    if own.quality is not None or own.crf is not None:
        base = {key: value for key, value in base.items() if key not in ("quality", "crf")}
    return Video.model_validate(base | own.model_dump(exclude_none=True))


def _with_damage(item: Input, job_class: JobClass) -> Input:
    return item if item.on_damage else item.model_copy(update={"on_damage": job_class.on_damage})


def with_class(spec: VideoJobSpec, job_class: JobClass) -> VideoJobSpec:
    """The spec with what it leaves open filled in from its class. Placement stays apart: its rules differ.

    Quantities must be readable.
    """
    filled = [o.model_copy(update={"video": merged_video(o.video, job_class.video)}) for o in spec.outputs or []]
    base = job_class.checkpoint.model_dump(exclude_none=True) if job_class.checkpoint else {}
    own = spec.checkpoint.model_dump(exclude_none=True) if spec.checkpoint else {}
    return spec.model_copy(
        update={
            "inputs": [_with_damage(item, job_class) for item in spec.inputs],
            "outputs": filled or None,
            "checkpoint": Checkpoint.model_validate(base | own) if base or own else None,
            "storage": spec.storage or job_class.storage,
            "resources": merged_resources(spec.resources, job_class.resources),
            "service_account_name": spec.service_account_name or job_class.service_account_name,
            "priority_class_name": spec.priority_class_name or job_class.priority_class_name,
            "backoff_limit": job_class.backoff_limit if spec.backoff_limit is None else spec.backoff_limit,
        }
    )
