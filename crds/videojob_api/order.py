"""The order: everything an attempt is told, in one annotation that is atomic with its Job.

Pydantic JSON on the wire; the operator writes it, the runner reads it through a downwardAPI file.
"""

from typing import Annotated

from pydantic import Field

from videojob_api.analyses import Analysis
from videojob_api.inputs import Input, Storage
from videojob_api.model import Lenient, Model
from videojob_api.output import Output
from videojob_api.results import Result
from videojob_api.spec import Checkpoint, VideoJobSpec
from videojob_api.timeline import Timeline


class ReportTo(Model):
    """Where progress is pushed, and how often (seconds)."""

    url: str
    interval: Annotated[float, Field(gt=0)] = 5.0


class Work(Model):
    """The part of the spec that a runner acts on, class defaults already filled in."""

    inputs: list[Input]
    analyses: list[Analysis] | None = None
    timeline: Timeline | None = None
    outputs: list[Output] = []
    results: list[Result] | None = None
    checkpoint: Checkpoint | None = None
    storage: Storage | None = None

    @classmethod
    def of(cls, spec: VideoJobSpec) -> "Work":
        """Only what shapes the result or its address."""
        return cls(
            inputs=spec.inputs,
            analyses=spec.analyses,
            timeline=spec.timeline,
            outputs=spec.outputs or [],
            results=spec.results,
            checkpoint=spec.checkpoint,
            storage=spec.storage,
        )


MOST_SHARDS = 64


class Shard(Lenient):
    """Which part of a job's segments a runner begins with, beside others that work at the same job.

    Runners share nothing but the workspace. Part i of n begins at segment floor(i * segments / n).
    """

    index: Annotated[
        int | None, Field(ge=0, lt=MOST_SHARDS, description="From 0 on; none: it only joins what others have made.")
    ] = None
    total: Annotated[int, Field(ge=1, le=MOST_SHARDS, description="Runners of the job.")] = 1
    joins: Annotated[bool, Field(description="Whether it makes the output once all segments are there.")] = True

    @property
    def stays(self) -> bool:
        """Whether it works until all segments are there; others end where no work is left to begin."""
        return not self.index


WHOLE = Shard(index=0)
"""All of a job, for a runner that is alone at it."""


class Order(Lenient):
    """One attempt's orders. Lenient: a runner that was pinned before an upgrade reads a newer operator's."""

    v: int = 1
    job: Annotated[str, Field(description="<namespace>/<name>-<uid>: marks the output as this job's own.")]
    attempt: str
    work: Work
    workspace: str
    report_to: ReportTo | None = None
    # Here and not in ReportTo, which older runners read strictly: they would refuse the whole order.
    report_ca: Annotated[
        str | None, Field(alias="reportCA", description="Authorities to trust there, PEM; None: the system's.")
    ] = None
    grace_period_seconds: float = 30
    patience_seconds: Annotated[float, Field(description="How long refused access is tried again.")] = 60
    allowed_uris: Annotated[list[str] | None, Field(alias="allowedURIs")] = None
    allowed_endpoints: Annotated[
        list[str] | None, Field(description="Of stores, engines and databases; None: any.")
    ] = None
    local_files: Annotated[bool, Field(description="Whether file:/// may be read and written.")] = False
    shard: Annotated[Shard, Field(description="Default: all of the job.")] = WHOLE
    trusted_models: Annotated[bool, Field(description="Whether models that are programs (.pt2) may be run.")] = False
    max_parallel: Annotated[int | None, Field(description="Segments in hand at once, after too little memory.")] = None
    # Any text: a newer operator may name a level that an older runner does not know.
    log_format: str = "json"
    log_level: str = "info"
