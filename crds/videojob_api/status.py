"""`status` of a VideoJob: what the operator says. Every field is optional in the CRD."""

from typing import Annotated, Any

from pydantic import Field, ValidationError

from videojob_api.model import Lenient

MESSAGE_BYTES = 1024
"""Of an attempt's or a report's message; a byte is never less than a character, in which the CRD counts."""
CONDITION_BYTES = 2048
"""Of the status' own message, and of a condition's."""


RECORD_BYTES = 98_304
"""Of what the operator keeps of several runners; it is ASCII."""


def _at_most(characters: int) -> Any:
    """The CRD's limit. Not held against what is read: a status that an older CRD took must not stop its job."""
    return Field(json_schema_extra={"maxLength": characters})


Word = Annotated[str, _at_most(63)]
Name = Annotated[str, _at_most(253)]
Text = Annotated[str, _at_most(CONDITION_BYTES)]
Time = Annotated[str, Field(json_schema_extra={"format": "date-time"})]


class ClassStatus(Lenient):
    """The class the job got its defaults from."""

    name: Name
    hash: Word


class RunnerStatus(Lenient):
    """The runner's software, pinned at the first attempt."""

    image: Annotated[str, _at_most(4096)]


WORKSPACE_BYTES = 2048 + 256
"""The longest URI, with a namespace, a name and a uid behind it."""


class PlanStatus(Lenient):
    """The plan's main figures."""

    encoder: Word | None = None
    width: int | None = None
    height: int | None = None
    frame_rate: Word | None = None
    frames: int | None = None
    segments: int | None = None
    segment_frames: int | None = None


class Progress(Lenient):
    """How far the job is."""

    stage: Word | None = None
    percent: Annotated[int | None, Field(description="Of looks and frames together; never less than it was.")] = None
    summary: Word | None = None
    frames: Annotated[int | None, Field(description="Output frames, and looks of analyses.")] = None
    total_frames: int | None = None
    segments: int | None = None
    total_segments: int | None = None
    windows: Annotated[int | None, Field(description="Parts of analyses that are done.")] = None
    total_windows: int | None = None
    fps: float | None = None
    remaining: Annotated[
        Word | None, Field(description="Such as 29s; >29s where a stage follows whose speed is not known yet.")
    ] = None
    eta: Time | None = None


class Budget(Lenient):
    """Counts since the last retry, or since the start: they decide when a job fails."""

    since: Annotated[int, Field(description="Attempts before it.")] = 0
    crashes: int = 0
    oom_kills: int = 0
    storage_kills: int = 0
    kills: Annotated[int, Field(description="Attempts killed by nobody knows whom.")] = 0
    barren: Annotated[int, Field(description="Attempts in a row without a new segment.")] = 0
    outages: Annotated[int, Field(description="Those of them that found no store.")] = 0
    unstarted: Annotated[int, Field(description="Attempts in a row that no node has started.")] = 0
    done: Annotated[bool, Field(description="Whether a runner has left the rest to others.")] = False


MOST_UNPRICED = 16


class Spent(Lenient):
    """What ended attempts cost: decimal strings, at the prices of their ends."""

    attempts: Annotated[int, Field(description="Attempts that ran.")] = 0
    total: Word = "0"
    startup: Word = "0"
    lost: Word = "0"
    joined: Word = "0"
    on_demand: Word = "0"
    unpriced: Annotated[
        list[Name], Field(max_length=MOST_UNPRICED, description="Type and capacity of those without a price.")
    ] = []


class Counts(Lenient):
    """Totals over all attempts, also of those no longer listed."""

    attempts: int = 0
    disruptions: int = 0
    crashes: int = 0
    oom_kills: int = 0
    storage_kills: int = 0
    kills: Annotated[int, Field(description="Attempts killed by nobody knows whom.")] = 0
    retries: int = 0
    encoded_frames: Annotated[int, Field(description="By ended attempts.")] = 0
    lost_frames: Annotated[int, Field(description="Of these, in no committed segment.")] = 0
    budget: Budget | None = None
    spent: Spent | None = None


class RetryStatus(Lenient):
    """The annotation spotreel.dev/retry, as it was last seen."""

    value: Name
    time: Annotated[Time | None, Field(description="When a failed job was last made to go on.")] = None


class Attempt(Lenient):
    """One try at the job: one Kubernetes Job, one pod, one tier."""

    name: Name
    tier: Word | None = None
    node: Name | None = None
    instance_type: Word | None = None
    zone: Word | None = None
    capacity: Word | None = None
    create_time: Time | None = None
    bind_time: Annotated[Time | None, Field(description="Its pod got a node.")] = None
    start_time: Time | None = None
    render_time: Annotated[Time | None, Field(description="First frame encoded.")] = None
    join_time: Annotated[Time | None, Field(description="Segments began to be joined.")] = None
    notice_time: Annotated[Time | None, Field(description="Told to go while it worked.")] = None
    end_time: Time | None = None
    cost: Annotated[Word | None, Field(description="Once it has ended, where its price is known.")] = None
    segments: Annotated[int, Field(description="Segments this attempt committed.")] | None = None
    windows: Annotated[int, Field(description="Parts of analyses this attempt committed.")] | None = None
    encoded_frames: int | None = None
    lost_frames: Annotated[int, Field(description="Frames encoded, but in no committed segment.")] | None = None
    verdict: Word | None = None
    reason: Word | None = None
    message: Annotated[str, _at_most(MESSAGE_BYTES)] | None = None
    exit_code: int | None = None


class Cost(Lenient):
    """From the price table; decimal strings. Absent while any price is unknown."""

    currency: Word
    total: Word
    marginal: Annotated[Word | None, Field(description="Work that counts: the total without the other parts.")] = None
    startup: Annotated[Word | None, Field(description="From a container's start to its first frame.")] = None
    lost: Annotated[Word | None, Field(description="Frames that no segment kept.")] = None
    joined: Annotated[Word | None, Field(description="Segments made into one file.")] = None
    on_demand_estimate: Annotated[Word | None, Field(description="The same time at on-demand's prices.")] = None


class ShardsStatus(Lenient):
    """The runners of a job that has, or had, several."""

    total: Annotated[int, Field(description="As spec.parallelism asks for.")] = 1
    running: int = 0
    done: Annotated[int, Field(description="Those that have left the rest to others.")] = 0
    summary: Annotated[Word | None, Field(description="Those at work, of all: 3/4.")] = None
    record: Annotated[
        str | None,
        Field(
            json_schema_extra={"maxLength": RECORD_BYTES, "pattern": "^[ -~]*$"},
            description="For the operator: counters and latest attempts of each runner, as JSON.",
        ),
    ] = None


class OutputStatus(Lenient):
    """A finished file."""

    name: Word = "main"
    uri: Text
    size_bytes: int
    sha256: Annotated[str, _at_most(64)]
    frames: int
    duration: Word


class AnalysisStatus(Lenient):
    """How far an analysis is, and what it has found."""

    name: Word = "main"
    windows: Annotated[int, Field(description="Parts of the input that are done.")] = 0
    total: Annotated[int, Field(description="Parts in all.")] = 0
    events: Annotated[int | None, Field(description="Of motion and loudness, at the end.")] = None
    detections: Annotated[int | None, Field(description="Boxes, at the end.")] = None
    tracks: Annotated[int | None, Field(description="Different things, at the end.")] = None
    full_frames: Annotated[
        int | None, Field(description="Frames with as many boxes as are kept of one, 300, at the end.")
    ] = None
    cuts: Annotated[int | None, Field(description="Clips that come from it, at the end.")] = None


class ResultStatus(Lenient):
    """What an analysis has found, where it was put."""

    analysis: Word = "main"
    uri: Text | None = None
    table: Name | None = None
    rows: Annotated[int | None, Field(description="Events or boxes.")] = None
    size_bytes: int | None = None
    sha256: Annotated[str, _at_most(64)] | None = None


class ConditionStatus(Lenient):
    """As metav1.Condition."""

    type: Annotated[str, Field(max_length=316)]
    status: Annotated[str, Field(json_schema_extra={"enum": ["True", "False", "Unknown"]})]
    reason: Word
    message: Text = ""
    last_transition_time: Time
    observed_generation: int | None = None


class VideoJobStatus(Lenient):
    """What the operator says of a VideoJob."""

    observed_generation: int | None = None
    phase: Word | None = None
    reason: Word | None = None
    message: Text | None = None
    class_: Annotated[ClassStatus | None, Field(alias="class")] = None
    runner: RunnerStatus | None = None
    workspace: Annotated[
        str | None,
        _at_most(WORKSPACE_BYTES),
        Field(description="Where finished segments are, and the ends of runners' logs."),
    ] = None
    start_time: Time | None = None
    end_time: Time | None = None
    plan: PlanStatus | None = None
    progress: Progress | None = None
    counts: Counts | None = None
    retry: RetryStatus | None = None
    shards: ShardsStatus | None = None
    attempts: Annotated[
        list[Attempt],
        Field(
            max_length=32,
            json_schema_extra={"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"]},
        ),
    ] = []
    cost: Cost | None = None
    analyses: Annotated[list[AnalysisStatus], Field(max_length=16)] | None = None
    outputs: Annotated[list[OutputStatus], Field(max_length=1)] | None = None
    results: Annotated[list[ResultStatus], Field(max_length=16)] | None = None
    conditions: Annotated[
        list[ConditionStatus],
        Field(
            max_length=32,
            json_schema_extra={"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["type"]},
        ),
    ] = []

    @classmethod
    def read(cls, raw: dict[str, Any] | None) -> "VideoJobStatus":
        """From the API server's object, whose unknown fields it has pruned already.

        What cannot be read is left out, entry by entry: another version may have written it.
        """
        try:
            return cls.model_validate(raw or {})
        except ValidationError as error:
            return cls.model_validate(_without(raw, error))


def _without(raw: Any, error: ValidationError) -> dict[str, Any]:
    """A raw status without the fields and the entries of lists at which reading has failed."""
    if not isinstance(raw, dict):
        return {}
    places = [e["loc"] for e in error.errors()]
    entries = {(loc[0], loc[1]) for loc in places if len(loc) > 1 and isinstance(loc[1], int)}
    fields = {loc[0] for loc in places} - {field for field, _ in entries}
    return {
        key: [e for n, e in enumerate(value) if (key, n) not in entries] if isinstance(value, list) else value
        for key, value in raw.items()
        if key not in fields
    }
