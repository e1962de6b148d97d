"""The tiers of a job's attempts, by the name that status gives of its class: also of a job that is over or stalled."""

from spotreel_operator.reconcile.permissions import own_tiers
from spotreel_operator.state.videojobs import VideoJob
from videojob_api.config import ClassTier, OperatorConfiguration


def tiers_of(job: VideoJob, config: OperatorConfiguration) -> tuple[ClassTier, ...]:
    """Its own, else its class's; and those on which it is joined. None of a class that is gone."""
    known = job.status.class_
    own_class = job.spec.class_name if job.spec else None
    job_class = config.classes.get(known.name if known else own_class or config.default_class)
    theirs = tuple(job_class.placement.tiers) if job_class and job_class.placement else ()
    joining = tuple(job_class.join.tiers or ()) if job_class and job_class.join else ()
    return ((own_tiers(job.spec) if job.spec else ()) or theirs) + joining
