"""A job that nothing new may be begun for: what of the platform still applies to what runs already.

A class that is gone, a URI that is no longer allowed and a spec that cannot be read stop the next
attempt. Verdicts, suspension, the deadline and the recording of a result need little of all that.
"""

from dataclasses import replace

from spotreel_operator.state.snapshot import Platform, Snapshot, Stall
from spotreel_operator.state.videojobs import VideoJob
from videojob_api.config import ClassTier, JobClass, OperatorConfiguration, with_class
from videojob_api.resources import unreadable
from videojob_api.spec import VideoJobSpec

ANYWHERE = ClassTier(name="any")


def readable(s: Snapshot) -> Snapshot:
    """The snapshot with what can be read of a spec that as a whole cannot."""
    job = s.videojob
    return s if job.spec or job.remains is None else replace(s, videojob=replace(job, spec=job.remains))


def remaining(s: Snapshot) -> Platform | None:
    """What the platform still says for this job; None if nothing of its spec or of a configuration is known."""
    if isinstance(s.platform, Platform):
        return s.platform
    if s.videojob.spec is None or s.config is None:
        return None
    return _of_what_is_left(s.videojob, s.videojob.spec, s.config)


def _of_what_is_left(job: VideoJob, spec: VideoJobSpec, config: OperatorConfiguration) -> Platform:
    """By the class that the job had last; without it by what is built in."""
    known = job.status.class_
    name = known.name if known else spec.class_name or config.default_class
    job_class = config.classes.get(name, JobClass())
    tiers = job_class.placement.tiers if job_class.placement else [ANYWHERE]
    if spec.placement:
        tiers = [ClassTier.model_validate(tier.model_dump()) for tier in spec.placement.tiers]
    # What Kubernetes would not read cannot be merged with anything, and nothing new is begun with it.
    whole = spec.model_copy(update={"resources": None}) if any(unreadable(spec.resources)) else spec
    return Platform(config, name, job_class, known.hash if known else "", with_class(whole, job_class), tuple(tiers))


def stall_of(s: Snapshot) -> Stall | None:
    """Why nothing new may be begun; None if it may."""
    return s.platform if isinstance(s.platform, Stall) else None
