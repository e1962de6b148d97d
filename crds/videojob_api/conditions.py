"""Types of `status.conditions`; `reasons.py` has the reasons that they give."""

from enum import StrEnum


class Condition(StrEnum):
    """Types of `status.conditions`. The last group is present only while True."""

    FINISHED = "Finished"
    COMPLETE = "Complete"
    FAILED = "Failed"
    SUSPENDED = "Suspended"
    PROGRESSING = "Progressing"
    STALLED = "Stalled"
    RECONCILING = "Reconciling"
    DEADLINE_AT_RISK = "DeadlineAtRisk"
    DEADLINE_MISSED = "DeadlineMissed"
    PRICE_UNKNOWN = "PriceUnknown"
