"""Names that cross a process border: labels, annotations, events, phases; `conditions` and `exit_codes` have more.

Operator, runner, tests and docs import them from here, so that none can drift.
"""

from enum import StrEnum

GROUP = "spotreel.dev"
VERSION = "v1alpha1"
API_VERSION = f"{GROUP}/{VERSION}"
KIND = "VideoJob"
PLURAL = "videojobs"
SHORT_NAME = "vj"

LABEL_VIDEOJOB = f"{GROUP}/videojob"
LABEL_VIDEOJOB_UID = f"{GROUP}/videojob-uid"
LABEL_SHARD = f"{GROUP}/shard"
LABEL_ATTEMPT = f"{GROUP}/attempt"
LABEL_TIER = f"{GROUP}/tier"
LABEL_MANAGED_BY = "app.kubernetes.io/managed-by"
MANAGED_BY = "spotreel"
KUEUE = "kueue.x-k8s.io"
LABEL_QUEUE = f"{KUEUE}/queue-name"
LABEL_ZONE = "topology.kubernetes.io/zone"
LABEL_INSTANCE_TYPE = "node.kubernetes.io/instance-type"

ANNOTATION_ORDER = f"{GROUP}/order"
ANNOTATION_CLASS = f"{GROUP}/class"
ANNOTATION_IMAGE = f"{GROUP}/image"
ANNOTATION_TIERS = f"{GROUP}/tiers"
ANNOTATION_RETRY = f"{GROUP}/retry"
ANNOTATION_WATCHES = f"{GROUP}/watches"
ANNOTATION_ACCOUNT = f"{GROUP}/service-account"

HELP = "https://github.com/spotreel/spotreel/blob/main/docs/troubleshooting.md"
"""Has an anchor for every reason and event below. A platform may name another address (`helpURL`)."""

FIELD_MANAGER = "spotreel-operator"
TOKEN_AUDIENCE = "spotreel"
CONTAINER = "runner"
MAX_NAME_LENGTH = 40
MAX_ORDER_BYTES = 200_000
MAX_TERMINATION_BYTES = 4096
MAX_REPORT_BYTES = 65_536


class Phase(StrEnum):
    """`status.phase`, for people."""

    PENDING = "Pending"
    RUNNING = "Running"
    SUSPENDED = "Suspended"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"


ENDS = frozenset({Phase.SUCCEEDED, Phase.FAILED})
"""Phases in which nothing runs any more."""


class Note(StrEnum):
    """What a runner says of a job that goes on. In status each is a condition, present only while it is True."""

    ENCODER_FALLBACK = "EncoderFallback"
    INPUT_DAMAGED = "InputDamaged"
    GLYPHS_MISSING = "GlyphsMissing"
    ORIENTATION_IGNORED = "OrientationIgnored"
    ALPHA_IGNORED = "AlphaIgnored"
    TEXT_SHORTENED = "TextShortened"
    TEXT_UNORDERED = "TextUnordered"
    STREAMS_DROPPED = "StreamsDropped"
    TRACK_CHOSEN = "TrackChosen"
    SOUND_MIXED = "SoundMixed"
    SOUND_ENCODED = "SoundEncoded"
    CLOCK_JUMPS = "ClockJumps"
    FRAME_RATE_CHOSEN = "FrameRateChosen"
    NOTHING_TRACKED = "NothingTracked"
    BOXES_LIMITED = "BoxesLimited"
    ANALYSIS_UNUSED = "AnalysisUnused"


class Verdict(StrEnum):
    """What became of an attempt. Once in status it is never changed."""

    SUCCEEDED = "Succeeded"
    SHARE_DONE = "ShareDone"  # its runner has left the rest to the others
    FAILED = "Failed"
    DISRUPTION = "Disruption"
    CRASH = "Crash"
    WITHDRAWN = "Withdrawn"  # taken back by the operator; the reason says why


class AttemptReason(StrEnum):
    """Why an attempt ended. Those of a permanent failure are members of `Reason`."""

    RESULT_COMMITTED = "ResultCommitted"
    SHARE_DONE = "ShareDone"
    PREEMPTED = "Preempted"
    EVICTED = "Evicted"
    NODE_LOST = "NodeLost"
    RUNNER_SILENT = "RunnerSilent"
    POD_DELETED = "PodDeleted"
    STOPPED = "Stopped"
    STORE_UNREACHABLE = "StoreUnreachable"
    NODE_UNFIT = "NodeUnfit"
    NOT_STARTED = "NotStarted"
    KILLED = "Killed"
    NO_RESULT = "NoResult"
    NO_EVIDENCE = "NoEvidence"
    OOM_KILLED = "OOMKilled"
    STORAGE_EXCEEDED = "StorageExceeded"
    CRASHED = "Crashed"
    NO_CAPACITY = "NoCapacity"
    IMAGE_REPLACED = "ImageReplaced"
    REQUEUED = "Requeued"
    SUSPENDED = "Suspended"
    DEADLINE_EXCEEDED = "DeadlineExceeded"
    JOB_SUCCEEDED = "JobSucceeded"
    JOB_FAILED = "JobFailed"
    PARALLELISM_LOWERED = "ParallelismLowered"
    NOT_NEEDED = "NotNeeded"
    MOVED = "Moved"


class Event(StrEnum):
    """Reasons of the Kubernetes Events on a VideoJob."""

    PLANNED = "Planned"
    ATTEMPT_CREATED = "AttemptCreated"
    STARTED = "Started"
    RESUMED = "Resumed"
    TIER_CHANGED = "TierChanged"
    SUSPENDED = "Suspended"
    UNSUSPENDED = "Unsuspended"
    RETRIED = "Retried"
    RETRY_IGNORED = "RetryIgnored"
    COMPLETED = "Completed"
    FAILED = "Failed"
    DISRUPTED = "Disrupted"
    PREEMPTED = "Preempted"
    EVICTED = "Evicted"
    NODE_LOST = "NodeLost"
    RUNNER_SILENT = "RunnerSilent"
    OOM_KILLED = "OOMKilled"
    CRASHED = "Crashed"
    NO_CAPACITY = "NoCapacity"
    QUEUED = "Queued"
    NOTICE_GIVEN = "NoticeGiven"


class Stage(StrEnum):
    """What a runner is at; also the reasons of `Progressing` while it is True."""

    ANALYZING = "Analyzing"
    PLANNING = "Planning"
    RENDERING = "Rendering"
    JOINING = "Joining"


class Outcome(StrEnum):
    """The runner's own last word, in its final report and its termination message."""

    SUCCEEDED = "Succeeded"
    SHARE_DONE = "ShareDone"
    FAILED = "Failed"
    DISRUPTED = "Disrupted"
