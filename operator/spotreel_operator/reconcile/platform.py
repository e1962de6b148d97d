"""Which class a job has, and whether the platform lets it run at all."""

from collections.abc import Iterator, Mapping
from typing import Any

from spotreel_operator.reconcile.choice import Chosen, chosen_class
from spotreel_operator.reconcile.permissions import own_tiers, refusals
from spotreel_operator.state.snapshot import Platform, Stall
from spotreel_operator.state.videojobs import VideoJob
from videojob_api.config import (
    ClassPlacement,
    ClassTier,
    JobClass,
    OperatorConfiguration,
    class_hash,
    endpoints_allowed,
    uris_allowed,
    with_class,
)
from videojob_api.public_hosts import kind_unless_named
from videojob_api.reasons import Reason
from videojob_api.resources import unreadable
from videojob_api.secret_refs import stores_named
from videojob_api.spec import VideoJobSpec
from videojob_api.uris import is_allowed

ANYWHERE = ClassTier(name="any")


def platform_of(job: VideoJob, config: OperatorConfiguration, namespace: Mapping[str, Any]) -> Platform | Stall:
    """The job's platform, or why it stalls. `namespace`: its metadata, empty if the operator could not read them."""
    if job.spec is None:
        return Stall(Reason.SPEC_INVALID, job.problem)
    chosen = chosen_class(job.spec.class_name, job.namespace, namespace, config)
    if isinstance(chosen, Stall):
        return chosen
    if stall := _refused(job.spec, chosen):
        return stall
    name, job_class = chosen.name, chosen.job_class
    spec = with_class(job.spec, job_class)
    if problem := next(_forbidden(spec, config, job_class), None):
        return Stall(Reason.URI_NOT_ALLOWED, problem)
    return Platform(config, name, job_class, class_hash(job_class), spec, _tiers(job.spec, job_class.placement))


def _refused(spec: VideoJobSpec, chosen: Chosen) -> Stall | None:
    """What cannot be read comes first: it cannot be compared."""
    if problem := next(unreadable(spec.resources), None):
        return Stall(Reason.SPEC_INVALID, f"spec.resources.{problem}")
    problem = next(refusals(spec, chosen.name, chosen.job_class), None)
    return Stall(Reason.NOT_ALLOWED_BY_CLASS, problem) if problem else None


def _tiers(spec: VideoJobSpec, placement: ClassPlacement | None) -> tuple[ClassTier, ...]:
    """The job's own list replaces the class's whole."""
    if spec.placement:
        return own_tiers(spec)
    return tuple(placement.tiers) if placement else (ANYWHERE,)


def _forbidden(spec: VideoJobSpec, config: OperatorConfiguration, job_class: JobClass) -> Iterator[str]:
    """What of it the platform does not allow, in a sentence each."""
    uris, allowed = _uris(spec), uris_allowed(config, job_class)
    for field, uri in uris.items():
        if uri.startswith("file:"):
            yield f"{field}: {uri}: a pod has no files of yours; use s3:// or https://"
        if allowed is not None and not is_allowed(uri, allowed):
            yield f"{field}: {uri} is not below any of {', '.join(allowed) or '(nothing)'}"
        if kind := kind_unless_named(uri, allowed or ()):
            yield f"{field}: {uri}: its host is not public ({kind}), and allowedURIs do not name it"
    yield from _foreign_endpoints(spec, endpoints_allowed(config))
    yield from _foreign_engines(spec, config.allowed_endpoints)


def _foreign_endpoints(spec: VideoJobSpec, hosts: list[str]) -> Iterator[str]:
    for field, endpoint in ((field, storage.endpoint or "") for field, storage in stores_named(spec).items()):
        if endpoint not in hosts:
            choice = ", ".join(h or "(AWS)" for h in hosts)
            yield f"{field}.endpoint: storage endpoint {endpoint or '(AWS)'} is none of {choice}"


def _foreign_engines(spec: VideoJobSpec, listed: list[str]) -> Iterator[str]:
    """They are sent what the inputs show: only those that the platform lists, as they are written there."""
    for number, analysis in enumerate(spec.analyses or []):
        if analysis.remote and analysis.remote.url not in listed:
            choice = ", ".join(url for url in listed if url.startswith("grpc")) or "(nothing)"
            yield (
                f"spec.analyses[{number}].remote.url: engine {analysis.remote.url} is none of {choice}; ask the "
                "platform's team to list it in allowedEndpoints"
            )


def _uris(spec: VideoJobSpec) -> dict[str, str]:
    """By their fields."""
    found = {f"spec.inputs[{n}].uri": i.uri for n, i in enumerate(spec.inputs)}
    found |= {f"spec.outputs[{n}].uri": o.uri for n, o in enumerate(spec.outputs or [])}
    found |= {f"spec.results[{n}].uri": r.uri for n, r in enumerate(spec.results or []) if r.uri}
    return found | ({"spec.checkpoint.uri": spec.checkpoint.uri} if spec.checkpoint and spec.checkpoint.uri else {})
