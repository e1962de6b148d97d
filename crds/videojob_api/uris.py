"""URIs: what is one, what may be written to, and which a platform allows."""

from collections.abc import Iterable
from typing import Annotated
from urllib.parse import unquote

from videojob_api.fields import limited_text
from videojob_api.model import rule

_RESERVED = r"\\s{}\\x00-\\x1f\\x7f"
"""Written out, as not every reader of the chart's schema knows classes by name."""
URI_RULE = rule(
    f"self.matches('^(s3://[^/{_RESERVED}]+/|https://[^/{_RESERVED}]+/|file:///)[^{_RESERVED}]+$')",
    "a URI is s3://bucket/key, https://host/path or file:///path, without blanks; { and } are reserved",
)
WRITABLE_RULE = rule(
    f"self.matches('^(s3://[^/{_RESERVED}]+/|file:///)[^{_RESERVED}]*$')",
    "write to s3://bucket/key or file:///path, without blanks; { and } are reserved",
)
URI = Annotated[str, limited_text(2048, URI_RULE)]
WritableURI = Annotated[str, limited_text(2048, WRITABLE_RULE)]


def is_allowed(uri: str, prefixes: Iterable[str]) -> bool:
    """Whether a URI lies below one of the prefixes: whole path segments, no way back up, no disguise of the host."""
    plain = unquote(uri)
    host = uri.partition("://")[2].partition("/")[0]
    if ".." in plain.split("/") or any(sign in host for sign in "%@\\?#") or "\\" in plain:
        return False
    return any(plain == p.rstrip("/") or plain.startswith(p.rstrip("/") + "/") for p in prefixes)


def is_named(uri: str, prefixes: Iterable[str]) -> bool:
    """Whether a URI lies below a prefix that names a host or bucket: `https://` alone allows all and names none."""
    return is_allowed(uri, [p for p in prefixes if p.partition("://")[2].strip("/")])


def narrowed(some: Iterable[str], others: Iterable[str]) -> list[str]:
    """The prefixes below which lies what both lists allow: of two that overlap, the longer one."""
    pairs = [(one, other) for one in some for other in others]
    found = [one if is_allowed(one, [other]) else other for one, other in pairs if _overlap(one, other)]
    return list(dict.fromkeys(found))


def _overlap(one: str, other: str) -> bool:
    return is_allowed(one, [other]) or is_allowed(other, [one])
