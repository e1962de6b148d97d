"""Stands in for kube-proxy: a port here leads to the ready pods of a Service, by its selector."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from random import choice
from typing import Any

from spotreel_operator.runtime.api import Gone, Kind, KubernetesApi

SERVICES = Kind("/api/v1", "services")
FindReady = Callable[[str, dict[str, str]], list[str]]


class Forwarder:
    """Copies bytes both ways; without a ready pod the connection is closed, as by a Service without endpoints."""

    def __init__(self, api: KubernetesApi, find_ready: FindReady, namespace: str, name: str) -> None:
        self._api, self._find, self._namespace, self._name = api, find_ready, namespace, name
        self._service: dict[str, Any] | None = None

    async def listen(self, port: int) -> None:
        """Accepts on loopback."""
        await asyncio.start_server(self._accept, "127.0.0.1", port)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, Gone):
            if target := await self._target():
                other_reader, other_writer = await asyncio.open_connection(*target)
                await asyncio.gather(_copy(reader, other_writer), _copy(other_reader, writer))
        writer.close()

    async def _target(self) -> tuple[str, int] | None:
        if self._service is None:
            self._service = await self._api.get(SERVICES, self._namespace, self._name)
        spec = self._service["spec"]
        ready = self._find(self._namespace, spec["selector"])
        return (choice(ready), _port(spec["ports"][0])) if ready else None


def _port(port: dict[str, Any]) -> int:
    target = port.get("targetPort", port["port"])
    return int(target) if str(target).isdigit() else int(port["port"])


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    with suppress(OSError):
        writer.close()
