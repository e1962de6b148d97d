"""Connections of urllib3 to public addresses only.

A name is resolved once, its addresses are checked, and the connection goes to one of these: what DNS answers a moment
later leads nowhere. No proxy is asked here: behind one nobody could tell the address.
"""

import socket
from typing import Any

import urllib3
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from videojob_api.public_hosts import is_address, kind_of, kind_of_host


class NotPublic(Exception):
    """A host has no public address; the message is the address it has, and what that is for."""


def public_addresses(host: str, port: int) -> list[str]:
    """A host's public addresses. Raises NotPublic if it has none, OSError or UnicodeError if it cannot be resolved."""
    if kind := kind_of_host(host):
        raise NotPublic(f"{host} ({kind})")
    found = _resolved(host, port)
    public = [address for address in found if kind_of(address) is None]
    if not public:
        raise NotPublic(f"{found[0]} ({kind_of(found[0])}), which {host} resolves to")
    return public


def _resolved(host: str, port: int) -> list[str]:
    """With a dot at the end of the name: the cluster's search domains must not make `a.b` a Service."""
    if is_address(host):
        return [host]
    return [str(entry[4][0]) for entry in socket.getaddrinfo(f"{host}.", port, type=socket.SOCK_STREAM)]


class PublicConnection(HTTPSConnection):
    """Tries a host's public addresses in turn."""

    def _new_conn(self) -> socket.socket:
        named = self.host
        failure: HTTPError = NewConnectionError(self, f"{named} has no address")
        try:
            for address in self._addresses():
                self.host = address
                try:
                    return super()._new_conn()
                except (NewConnectionError, ConnectTimeoutError) as error:
                    failure = error
        finally:
            # The certificate has to be that of the name.
            self.host = named
        raise failure

    def _addresses(self) -> list[str]:
        try:
            return public_addresses(self.host, self.port)
        except (OSError, UnicodeError) as error:
            raise NewConnectionError(self, f"{self.host} cannot be resolved: {error}") from error


class PublicPool(HTTPSConnectionPool):
    """Of one host."""

    ConnectionCls = PublicConnection


def public_manager(**settings: Any) -> urllib3.PoolManager:
    """A pool manager for https alone; its requests raise NotPublic too."""
    manager = urllib3.PoolManager(**settings)
    manager.pool_classes_by_scheme = {"https": PublicPool}
    return manager
