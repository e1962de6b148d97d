"""Names of the objects of a workspace. Segments carry their output's name, so that renditions fit in."""

import re

PLAN = "plan.json"
AUDIO = "audio.m4a"
RESULT = "result.json"
_SEGMENT = re.compile(r"segments/[^/]+/(\d{6}|[1-9]\d{6,})\.mp4")


def segment_prefix(output: str) -> str:
    """Where an output's segments lie."""
    return f"segments/{output}/"


def segment(output: str, index: int) -> str:
    """One segment's key; six digits sort as text up to 27,000 hours of video."""
    return f"{segment_prefix(output)}{index:06d}.mp4"


def is_ours(key: str) -> bool:
    """Whether an object is one that a runner makes; whatever else lies in a workspace is never touched."""
    return key in (PLAN, AUDIO, RESULT) or segment_index(key) is not None


def segment_index(key: str) -> int | None:
    """The index in a key, of those that `segment` gives; None for a foreign object."""
    match = _SEGMENT.fullmatch(key)
    return int(match[1]) if match else None
