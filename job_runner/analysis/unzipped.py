"""What gzip holds, up to a limit: a megabyte of it can hold a thousand. Pure."""

import gzip
import io
import zlib


def unzipped(data: bytes, most: int) -> bytes:
    """Of all members. Raises ValueError for what is no gzip, is cut off, or holds more than `most` bytes."""
    try:
        with gzip.open(io.BytesIO(data)) as file:
            found = file.read(most + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(str(error)) from error
    if len(found) > most:
        raise ValueError(f"more than {most} bytes")
    return found
