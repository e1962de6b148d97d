"""Where an engine is: `grpc://host:port`, or `grpcs://host:port` for TLS. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv6Address

from job_runner.errors import ConfigInvalid, SpecInvalid
from videojob_api.clean import clean

_NAME, _IPV6 = r"[a-z0-9](?:[a-z0-9._-]{0,251}[a-z0-9])?", r"[0-9a-f:.]{2,45}"
_URL = re.compile(rf"(grpcs?)://(?:({_NAME})|\[({_IPV6})\]):([0-9]{{1,5}})/?", re.I | re.A)
SHOWN = 200
"""Bytes of a URL in a message."""


@dataclass(frozen=True)
class Address:
    """`host` in small letters, an IPv6 address without its brackets."""

    host: str
    port: int
    tls: bool

    @property
    def url(self) -> str:
        """As it is written."""
        return f"{'grpcs' if self.tls else 'grpc'}://{self._named()}"

    @property
    def target(self) -> str:
        """As gRPC wants it: with the scheme, as a host called `unix` would be a file otherwise."""
        return f"dns:///{self._named()}"

    @property
    def local(self) -> bool:
        """Whether it is this very machine."""
        return self.host in ("localhost", "::1") or self.host.startswith("127.")

    def _named(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def address(url: str) -> Address:
    """Raises SpecInvalid for a URL that is no engine's."""
    match = _URL.fullmatch(url)
    if not match or not 0 < int(match[4]) < 1 << 16 or (match[3] and not _is_ipv6(match[3])):
        raise SpecInvalid(f"engine {clean(url, SHOWN)} is no address; write grpc://HOST:PORT, or grpcs:// for TLS")
    return Address((match[2] or match[3]).lower(), int(match[4]), match[1].lower() == "grpcs")


def _is_ipv6(text: str) -> bool:
    try:
        IPv6Address(text)
    except AddressValueError:
        return False
    return True


def check_engine(url: str, allowed: Iterable[str] | None) -> None:
    """Raises ConfigInvalid for an engine that is not among those that the platform allows; None allows all."""
    asked = address(url)
    if allowed is not None and asked not in map(_known, allowed):
        raise ConfigInvalid(f"engine {asked.url} is none of the endpoints that this platform allows")


def _known(endpoint: str) -> Address | None:
    """None for one that is a store's."""
    try:
        return address(endpoint)
    except SpecInvalid:
        return None
