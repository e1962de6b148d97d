"""Times and durations as Kubernetes writes them."""

from datetime import datetime
from typing import Any

from videojob_api.values import BadValueError, parse_duration

Object = dict[str, Any]


def parse_time(text: str | None) -> datetime | None:
    """RFC 3339, with or without fractions."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None


def created_at(metadata: Object) -> datetime:
    """creationTimestamp, which every stored object has."""
    return datetime.fromisoformat(metadata["creationTimestamp"].replace("Z", "+00:00"))


def seconds_of(text: str) -> float | None:
    """Of a duration; None for one of more than three centuries, which Kubernetes cannot count: it is never over."""
    try:
        return float(parse_duration(text))
    except BadValueError:
        return None


def format_time(time: datetime) -> str:
    """RFC 3339 in UTC, whole seconds."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")
