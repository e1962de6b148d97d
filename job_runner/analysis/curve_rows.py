"""The measurements of a window as a stored object: lines of JSON in one gzip member. Pure."""

import gzip
import json
from collections.abc import Sequence

LEVEL = 6


def packed(values: Sequence[int | None]) -> bytes:
    """A line for each moment; null where no new picture came. No time or name stands in the header."""
    return gzip.compress("".join(f"{json.dumps(value)}\n" for value in values).encode(), LEVEL, mtime=0)


def unpacked(data: bytes) -> list[int | None]:
    """What was packed. Raises ValueError for what was not."""
    try:
        return [json.loads(line) for line in gzip.decompress(data).splitlines()]
    except (OSError, EOFError) as error:
        raise ValueError(str(error)) from error
