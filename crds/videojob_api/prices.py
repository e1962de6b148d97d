"""What nodes cost: by type and capacity, where it differs by zone, and from a date on."""

from collections import Counter
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, field_validator

from videojob_api.fields import Name
from videojob_api.model import Model

Capacity = Literal["Spot", "OnDemand"]
PricePerHour = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
_EVER = datetime.min.replace(tzinfo=UTC)


class PriceEntry(Model):
    """What a kind of node costs, in a zone or in all, from some moment on."""

    instance_type: Name
    capacity: Capacity
    zone: Annotated[Name | None, Field(description="Default: every zone that no other entry names.")] = None
    since: Annotated[
        AwareDatetime | None,
        Field(alias="from", description="From then on: 2026-03-01T00:00:00Z. Default: since ever."),
    ] = None
    per_hour: PricePerHour


class Prices(Model):
    """Per hour, by instance type and capacity; where prices differ by zone or change in time, entries say it."""

    currency: Annotated[str, Field(max_length=16)] = "USD"
    table: dict[str, dict[Capacity, PricePerHour]] = {}
    entries: Annotated[
        list[PriceEntry],
        Field(
            max_length=1024,
            description="Before the table. Of several that fit, one of the node's own zone counts, then the latest.",
        ),
    ] = []

    @field_validator("entries")
    @classmethod
    def _told_once(cls, value: list[PriceEntry]) -> list[PriceEntry]:
        keys = [(e.instance_type, e.capacity, e.zone, e.since) for e in value]
        if twice := next((key for key, count in Counter(keys).items() if count > 1), None):
            told = " ".join(str(part) for part in twice if part)
            raise ValueError(f"two entries say what {told} costs: leave one out, or give them different times in from")
        return value

    def per_hour(self, instance_type: str, capacity: str | None, zone: str | None, when: datetime) -> float | None:
        """At that time; None if nothing says it."""
        kind = (e for e in self.entries if (e.instance_type, e.capacity) == (instance_type, capacity))
        fits = [e for e in kind if e.zone in (None, zone) and (e.since is None or e.since <= when)]
        if fits:
            return max(fits, key=lambda e: (e.zone is not None, e.since or _EVER)).per_hour
        by_capacity: dict[str, float] = {str(name): price for name, price in self.table.get(instance_type, {}).items()}
        return by_capacity.get(capacity or "")

    def changes(self, begin: datetime, end: datetime) -> list[datetime]:
        """Moments between these two at which some price may change, in order."""
        return sorted({e.since for e in self.entries if e.since is not None and begin < e.since < end})
