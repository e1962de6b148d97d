"""The measurements of a window as a stored object: lines of JSON in one gzip member. Pure."""

import gzip
import json
import re
from collections.abc import Sequence

from job_runner.analysis.unzipped import unzipped

LEVEL = 6
MOST_BYTES = 1_000_000
"""Of a window: ten times as much as the longest has."""
_WHOLE = re.compile(rb"-?[0-9]{1,6}")


def packed(values: Sequence[int | None]) -> bytes:
    """A line for each moment; null where no new picture came. No time or name stands in the header."""
    return gzip.compress("".join(f"{json.dumps(value)}\n" for value in values).encode(), LEVEL, mtime=0)


def unpacked(data: bytes) -> list[int | None]:
    """What was packed. Raises ValueError for what was not."""
    return [_value(line) for line in unzipped(data, MOST_BYTES).splitlines()]


def _value(line: bytes) -> int | None:
    if line == b"null":
        return None
    if not _WHOLE.fullmatch(line):
        raise ValueError("a line is no measurement")
    return int(line)
