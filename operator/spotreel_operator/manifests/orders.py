"""What an attempt is told: its order, as JSON that fits into an annotation. Pure."""

from spotreel_operator.state.snapshot import Platform
from spotreel_operator.state.videojobs import VideoJob
from videojob_api import names
from videojob_api.analysis_checks import first_file
from videojob_api.config import endpoints_allowed, uris_allowed
from videojob_api.model import Model
from videojob_api.order import WHOLE, Order, ReportTo, Shard, Work
from videojob_api.sizes import MAX_SPEC_BYTES
from videojob_api.values import parse_duration


class OrderTooLarge(Exception):
    """The order does not fit into an annotation: because of the spec, or of what the platform adds."""

    def __init__(self, message: str, by_spec: bool) -> None:
        super().__init__(message)
        self.by_spec = by_spec


def workspace(job: VideoJob, platform: Platform) -> str:
    """The job's prefix: under checkpoint.uri, else beside the output, or its first result."""
    work = Work.of(platform.spec)
    own = work.checkpoint.uri if work.checkpoint else None
    base = own or (first_file(work) or "").rsplit("/", 1)[0]
    return f"{base.rstrip('/')}/{job.job_id}/"


def order(
    job: VideoJob,
    platform: Platform,
    name: str,
    progress_url: str,
    max_parallel: int | None = None,
    report_ca: str = "",
    shard: Shard = WHOLE,
) -> Order:
    """What the attempt is told."""
    config, job_class = platform.config, platform.job_class
    interval = float(parse_duration(config.progress_interval))
    return Order(
        job=job.job_id,
        attempt=name,
        work=Work.of(platform.spec),
        workspace=workspace(job, platform),
        report_to=ReportTo(url=progress_url, interval=interval) if progress_url else None,
        report_ca=report_ca or None,
        grace_period_seconds=job_class.termination_grace_period_seconds,
        patience_seconds=float(parse_duration(job_class.access_patience)),
        allowed_uris=uris_allowed(config, job_class),
        allowed_endpoints=endpoints_allowed(config),
        shard=shard,
        trusted_models=job_class.trusted_models,
        max_parallel=max_parallel,
        log_format=config.runner.log_format,
        log_level=config.runner.log_level,
    )


def fitting(job: VideoJob, told: Order) -> str:
    """The order as JSON. Raises OrderTooLarge if an annotation cannot hold it."""
    text = _json(told)
    if len(text.encode()) <= names.MAX_ORDER_BYTES:
        return text
    own = len(_json(Work.of(job.spec)).encode()) if job.spec else 0
    what_to_do = (
        "use fewer clips or keyframes, or make several VideoJobs of it"
        if own > MAX_SPEC_BYTES
        else f"{own} are the spec's, the others the platform's: shorten allowedURIs, allowedEndpoints or the class"
    )
    raise OrderTooLarge(
        f"the order has {len(text.encode())} bytes, {names.MAX_ORDER_BYTES} are the most; {what_to_do}",
        by_spec=own > MAX_SPEC_BYTES,
    )


def _json(part: Model) -> str:
    return part.model_dump_json(by_alias=True, exclude_none=True)
