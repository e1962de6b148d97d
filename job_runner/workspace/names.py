"""Names of the objects of a workspace. Segments carry their output's name, so that renditions fit in."""

import re

PLAN = "plan.json"
AUDIO = "audio.m4a"
RESULT = "result.json"
ANALYSES = "analyses.json"
_NUMBER = r"(\d{6}|[1-9]\d{6,})"
_SEGMENT = re.compile(rf"segments/[^/]+/{_NUMBER}\.mp4")
_WINDOW = re.compile(rf"analysis/[^/]+/{_NUMBER}\.ndjson\.gz")
_LOG = re.compile(r"logs/[a-z0-9]([-a-z0-9]*[a-z0-9])?\.log")
_FOUND = re.compile(r"analysis/[^/]+/(rows\.ndjson\.gz|found\.json)")


def segment_prefix(output: str) -> str:
    """Where an output's segments lie."""
    return f"segments/{output}/"


def segment(output: str, index: int) -> str:
    """One segment's key; six digits sort as text up to 27,000 hours of video."""
    return f"{segment_prefix(output)}{index:06d}.mp4"


def analysis_prefix(analysis: str) -> str:
    """Where an analysis' windows lie, and what they come to."""
    return f"analysis/{analysis}/"


def window(analysis: str, index: int) -> str:
    """The key of one window of an analysis."""
    return f"{analysis_prefix(analysis)}{index:06d}.ndjson.gz"


def rows(analysis: str) -> str:
    """All that an analysis has found, as rows."""
    return f"{analysis_prefix(analysis)}rows.ndjson.gz"


def found(analysis: str) -> str:
    """How much an analysis has found; made last."""
    return f"{analysis_prefix(analysis)}found.json"


def log(attempt: str) -> str:
    """The end of what an attempt's runner has logged."""
    return f"logs/{attempt}.log"


def is_ours(key: str) -> bool:
    """Whether an object is one that a runner makes; whatever else lies in a workspace is never touched."""
    of_analyses = _WINDOW.fullmatch(key) or _FOUND.fullmatch(key)
    beside = of_analyses or _LOG.fullmatch(key)
    return key in (PLAN, AUDIO, RESULT, ANALYSES) or segment_index(key) is not None or beside is not None


def segment_index(key: str) -> int | None:
    """The index in a key, of those that `segment` gives; None for a foreign object."""
    match = _SEGMENT.fullmatch(key)
    return int(match[1]) if match else None
