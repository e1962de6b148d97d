"""URIs that are too long for a last word. Pure."""

import hashlib

LONGEST = 39
"""Bytes of a URI that stands as it is; as many as its digest has."""


def short_uri(uri: str) -> str:
    """The URI, or where it is longer than that, a digest of it. What is short stays the same."""
    if len(uri.encode()) <= LONGEST:
        return uri
    return f"sha256:{hashlib.sha256(uri.encode()).hexdigest()[: LONGEST - 7]}"
