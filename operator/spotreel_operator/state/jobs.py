"""An attempt's Job, and how it ended."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from spotreel_operator.state.texts import said
from spotreel_operator.state.times import created_at, parse_time
from videojob_api import names

Object = dict[str, Any]


@dataclass(frozen=True)
class JobState:
    """An attempt's Job. `failure` is the reason and message of its Failed or FailureTarget condition.

    We never suspend one: who does is a queue such as Kueue, or a person.
    """

    name: str
    uid: str
    created: datetime
    tier: str
    image: str
    deleting: bool
    complete: bool
    failed: bool
    finished_at: datetime | None
    failure_reason: str
    failure_message: str
    suspended: bool = False
    resumed: datetime | None = None
    """When it was last let go on after having been suspended."""
    offered: tuple[str, ...] = ()
    """Names of tiers, if it asks for several at once."""

    @property
    def finished(self) -> bool:
        """Whether nothing of it will run again."""
        return self.complete or self.failed

    @classmethod
    def read(cls, job: Object) -> "JobState":
        """From the API server's object. FailureTarget and SuccessCriteriaMet come before the end states."""
        metadata = job["metadata"]
        conditions = job.get("status", {}).get("conditions", [])
        true = {c["type"]: c for c in conditions if c["status"] == "True"}
        failure = true.get("Failed") or true.get("FailureTarget") or {}
        resumed: Object = next((c for c in conditions if c["type"] == "Suspended" and c["status"] == "False"), {})
        end = failure or true.get("Complete") or true.get("SuccessCriteriaMet") or {}
        return cls(
            name=metadata["name"],
            uid=metadata["uid"],
            created=created_at(metadata),
            tier=metadata.get("labels", {}).get(names.LABEL_TIER, ""),
            image=metadata.get("annotations", {}).get(names.ANNOTATION_IMAGE, ""),
            deleting="deletionTimestamp" in metadata,
            complete="Complete" in true or "SuccessCriteriaMet" in true,
            failed=bool(failure),
            finished_at=parse_time(end.get("lastTransitionTime")),
            failure_reason=said(failure, "reason"),
            failure_message=said(failure, "message"),
            # Let go on, it says so a moment later, and only then has it pods again.
            suspended=job.get("spec", {}).get("suspend") is True or "Suspended" in true,
            resumed=parse_time(resumed.get("lastTransitionTime")),
            offered=_offered(metadata.get("annotations", {}).get(names.ANNOTATION_TIERS, "")),
        )


def _offered(text: str) -> tuple[str, ...]:
    return tuple(text.split(",")) if text else ()
