"""Which class a job has, and whether the platform lets it run at all."""

from collections.abc import Iterator, Mapping

from spotreel_operator.reconcile.snapshot import Platform, Stall, VideoJob
from videojob_api.addresses import kind_unless_named
from videojob_api.config import (
    ClassPlacement,
    ClassTier,
    OperatorConfiguration,
    class_hash,
    endpoints_allowed,
    with_class,
)
from videojob_api.names import ANNOTATION_CLASS, Reason
from videojob_api.spec import VideoJobSpec
from videojob_api.values import is_allowed

ANYWHERE = ClassTier(name="any")


def platform_of(
    job: VideoJob, config: OperatorConfiguration, namespace_annotations: Mapping[str, str]
) -> Platform | Stall:
    """The job's platform, or why it stalls."""
    if job.spec is None:
        return Stall(Reason.SPEC_INVALID, job.problem)
    name = job.spec.class_name or namespace_annotations.get(ANNOTATION_CLASS) or config.default_class
    if name not in config.classes:
        return Stall(Reason.CLASS_NOT_FOUND, f"there is no class {name}; there are {', '.join(sorted(config.classes))}")
    job_class = config.classes[name]
    spec = with_class(job.spec, job_class)
    if problem := next(_forbidden(spec, config), None):
        return Stall(Reason.URI_NOT_ALLOWED, problem)
    return Platform(config, name, job_class, class_hash(job_class), spec, _tiers(job.spec, job_class.placement))


def _tiers(spec: VideoJobSpec, placement: ClassPlacement | None) -> tuple[ClassTier, ...]:
    """The job's own list replaces the class's whole."""
    if spec.placement:
        return tuple(ClassTier.model_validate(tier.model_dump()) for tier in spec.placement.tiers)
    return tuple(placement.tiers) if placement else (ANYWHERE,)


def _forbidden(spec: VideoJobSpec, config: OperatorConfiguration) -> Iterator[str]:
    """What of it the platform does not allow, in a sentence each."""
    uris = [i.uri for i in spec.inputs] + [o.uri for o in spec.outputs]
    uris += [spec.checkpoint.uri] if spec.checkpoint and spec.checkpoint.uri else []
    yield from (f"{uri}: a pod has no files of yours; use s3:// or https://" for uri in uris if uri.startswith("file:"))
    if config.allowed_uris is not None:
        allowed = ", ".join(config.allowed_uris) or "(nothing)"
        yield from (f"{uri} is not below any of {allowed}" for uri in uris if not is_allowed(uri, config.allowed_uris))
    for uri in uris:
        if kind := kind_unless_named(uri, config.allowed_uris or ()):
            yield f"{uri}: its host is not public ({kind}), and allowedURIs do not name it"
    hosts, named = endpoints_allowed(config), [spec.storage, *(i.storage for i in spec.inputs)]
    for endpoint in (storage.endpoint or "" for storage in named if storage):
        if endpoint not in hosts:
            yield f"storage endpoint {endpoint or '(AWS)'} is none of {', '.join(h or '(AWS)' for h in hosts)}"
