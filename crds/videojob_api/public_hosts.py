"""Which hosts and addresses are public, and what the others are for. Nothing is resolved here."""

import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from videojob_api.uris import is_named

_SPECIAL = {
    words: tuple(ip_network(network) for network in networks)
    for words, networks in {
        "link-local": ("169.254.0.0/16", "fe80::/10"),
        "loopback": ("127.0.0.0/8", "::1/128"),
        "private": ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fec0::/10"),
        "shared address space": ("100.64.0.0/10",),
        "unspecified": ("0.0.0.0/8", "::/128"),
        "multicast": ("224.0.0.0/4", "ff00::/8"),
        "Azure's platform": ("168.63.129.16/32",),
        "reserved": (
            *("192.0.0.0/24", "192.0.2.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4"),
            *("64:ff9b:1::/48", "2001::/23", "2001:db8::/32", "3fff::/20"),
        ),
    }.items()
}
_GLOBAL_UNICAST = ip_network("2000::/3")
_ENDS_IN_IPV4 = tuple(ip_network(n) for n in ("::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "::/96"))
"""IPv4-mapped, IPv4-translated, NAT64, IPv4-compatible."""
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_INSIDE = {"localhost", "local", "internal", "svc"}
"""Last labels of names that mean another host in each network; `metadata.google.internal` is one."""


def kind_of(address: str) -> str | None:
    """What an address is for, such as `link-local`; None for a public one. Raises ValueError for what is no address."""
    found = ip_address(address.partition("%")[0])
    for words, networks in _SPECIAL.items():
        if any(found in network for network in networks):
            return words
    if isinstance(found, IPv4Address):
        return None
    inner = _embedded(found)
    if inner is not None:
        return kind_of(str(inner))
    return None if found in _GLOBAL_UNICAST else "reserved"


def _embedded(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that packets to an IPv6 address end up at."""
    if any(address in network for network in _ENDS_IN_IPV4):
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.sixtofour


def is_address(host: str) -> bool:
    """Whether a host is an IP address in its usual form."""
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def kind_of_host(host: str) -> str | None:
    """What a host is for, as far as its name or address alone tells; None if that is nothing against it."""
    plain = host.strip("[]").rstrip(".").lower()
    if is_address(plain):
        return kind_of(plain)
    last = plain.rpartition(".")[2]
    if _NUMBER.fullmatch(last):
        # `2130706433`, `0x7f.1` and `0177.0.0.1` are 127.0.0.1 for the C library.
        return "an address in an unusual form"
    return "a name known inside only" if last in _INSIDE or "." not in plain else None


def host_of(uri: str) -> str:
    """The host that a URI names, without user and port."""
    authority = uri.partition("://")[2].partition("/")[0].rpartition("@")[2]
    return authority.partition("]")[0].lstrip("[") if authority.startswith("[") else authority.partition(":")[0]


def kind_unless_named(uri: str, prefixes: Iterable[str]) -> str | None:
    """What the host of an https URI is for, unless one of the prefixes names it."""
    return None if not uri.startswith("https://") or is_named(uri, prefixes) else kind_of_host(host_of(uri))
