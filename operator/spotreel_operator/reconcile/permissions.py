"""What a class lets its jobs change. Each refusal names the field, the class, what is allowed, and what to do."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from videojob_api.class_rules import listed
from videojob_api.config import ClassTier, JobClass
from videojob_api.order import Work
from videojob_api.quantity import parse_quantity
from videojob_api.resources import field_of, limits_of, merged_resources, requested, requests_of
from videojob_api.secret_refs import keys_named, stores_named
from videojob_api.spec import Quantity, VideoJobSpec
from videojob_api.usage import models_of

_ELSE = "or ask the platform's team"
PROGRAM = ".pt2"
"""How names of models end that run what is in them when they are loaded."""


def refusals(spec: VideoJobSpec, class_name: str, job_class: JobClass) -> Iterator[str]:
    """What of a VideoJob's own spec its class does not allow. Its quantities must be readable."""
    yield from _placement(spec, class_name, job_class)
    yield from _resources(spec, class_name, job_class)
    yield from _parallelism(spec, class_name, job_class)
    yield from _names(spec, class_name, job_class)
    yield from _storage(spec, class_name, job_class)
    yield from _secrets(spec, class_name, job_class)
    yield from _models(spec, class_name, job_class)


def own_tiers(spec: VideoJobSpec) -> tuple[ClassTier, ...]:
    """Those that the job brings."""
    return tuple(ClassTier.model_validate(t.model_dump()) for t in spec.placement.tiers) if spec.placement else ()


def _placement(spec: VideoJobSpec, class_name: str, job_class: JobClass) -> Iterator[str]:
    theirs = tuple(job_class.placement.tiers) if job_class.placement else ()
    if spec.placement and not job_class.overrides.placement and own_tiers(spec) != theirs:
        tiers = (
            f"its tiers are {', '.join(t.name for t in theirs)}" if theirs else "it leaves the node to the scheduler"
        )
        yield f"spec.placement: class {class_name} allows no tiers of a job's own, {tiers}; leave it out, {_ELSE}"


def _resources(spec: VideoJobSpec, class_name: str, job_class: JobClass) -> Iterator[str]:
    """Requests, also those that a limit brings about; limits where the class has one to exceed."""
    most = job_class.overrides.resources.max if job_class.overrides.resources else {}
    merged = merged_resources(spec.resources, job_class.resources)
    limits, requests = limits_of(spec.resources), requests_of(spec.resources)
    bounds: dict[str, Quantity] = {**limits_of(job_class.resources), **most}
    for name, asked in limits.items():
        if name in bounds and parse_quantity(asked) > parse_quantity(bounds[name]):
            yield _too_much(field_of("spec.resources.limits", name), asked, bounds[name], class_name)
    bounds = {**requested(job_class.resources), **most}
    for name in {**limits, **requests}:
        asked, bound = requested(merged).get(name, 0), bounds.get(name, 0)
        if parse_quantity(asked) > parse_quantity(bound):
            part = "requests" if name in requests else "limits"
            yield _too_much(field_of(f"spec.resources.{part}", name), asked, bound, class_name)


def _too_much(field: str, asked: Quantity, most: Quantity, class_name: str) -> str:
    allowed = "none of it" if parse_quantity(most) == 0 else f"at most {most}"
    return f"{field}: {asked} is too much, class {class_name} allows {allowed}; ask for less, {_ELSE}"


def _parallelism(spec: VideoJobSpec, class_name: str, job_class: JobClass) -> Iterator[str]:
    asked, most = spec.parallelism or 1, job_class.overrides.max_parallelism
    if asked > most:
        yield f"spec.parallelism: {asked} is too much, class {class_name} allows at most {most}; lower it, {_ELSE}"


def _names(spec: VideoJobSpec, class_name: str, job_class: JobClass) -> Iterator[str]:
    allowed = job_class.overrides
    for field, own, theirs, names in (
        ("priorityClassName", spec.priority_class_name, job_class.priority_class_name, allowed.priority_class_name),
        ("serviceAccountName", spec.service_account_name, job_class.service_account_name, allowed.service_account_name),
    ):
        if own and own != theirs and not listed(own, names):
            choice = ", ".join(dict.fromkeys([*([theirs] if theirs else []), *names])) or "none"
            yield f"spec.{field}: class {class_name} does not allow {own}, but {choice}; change it, {_ELSE}"


def _storage(spec: VideoJobSpec, class_name: str, job_class: JobClass) -> Iterator[str]:
    if job_class.overrides.storage:
        return
    for field, storage in stores_named(spec).items():
        if storage != job_class.storage:
            yield f"{field}: class {class_name} allows no storage of a job's own; leave the field out, {_ELSE}"


def _secrets(spec: VideoJobSpec, class_name: str, job_class: JobClass) -> Iterator[str]:
    if job_class.overrides.may_name_secrets:
        return
    for field in keys_named(spec):
        yield f"{field}: class {class_name} allows no Secrets of a job's own; leave the field out, {_ELSE}"


def _models(spec: VideoJobSpec, class_name: str, job_class: JobClass) -> Iterator[str]:
    """By their names; what hides behind another name is refused by the runner."""
    models = set() if job_class.trusted_models else models_of(Work.of(spec))
    for number, item in enumerate(spec.inputs):
        if item.name in models and urlsplit(item.uri).path.lower().endswith(PROGRAM):
            yield (
                f"spec.inputs[{number}].uri: class {class_name} allows no models that are programs ({PROGRAM}, its "
                f"trustedModels is false); export {item.name} as ONNX, {_ELSE}"
            )
