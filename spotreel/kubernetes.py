"""What the client asks of Kubernetes, on the operator's own client; refusals and silence become errors in words."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from spotreel.access import Access
from spotreel.errors import ClusterUnreachable
from spotreel.refusals import explained
from spotreel_operator.runtime.api import APPLY, PODS, VIDEOJOBS, ApiError, KubernetesApi, Object, Objects

MANAGER = "spotreel-client"
FOLLOW_SECONDS = 24 * 3600.0


class Kubernetes(KubernetesApi):
    """As the operator's, with what only people do: apply a spec, read logs."""

    def __init__(self, access: Access) -> None:
        super().__init__(access.configuration)
        self._access = access

    async def apply(self, namespace: str, name: str, body: Object, dry_run: bool = False) -> Object:
        """Server-side apply of a VideoJob. Raises ApiError."""
        query = {"fieldManager": MANAGER, "fieldValidation": "Strict", "dryRun": "All" if dry_run else ""}
        return await self._json("PATCH", VIDEOJOBS.path(namespace, name), query, body, APPLY)

    async def pods_of(self, namespace: str, attempt: str) -> Objects:
        """Of an attempt, by the label that Kubernetes gives them."""
        return (await self.list(PODS, namespace, f"batch.kubernetes.io/job-name={attempt}"))[0]

    async def log(self, namespace: str, pod: str, query: Mapping[str, str], follow: bool) -> AsyncIterator[str]:
        """Lines of a pod's log. Raises ApiError."""
        seconds = FOLLOW_SECONDS if follow else self._timeout
        asked = {**query, "follow": "true" if follow else ""}
        answer = await self._request("GET", PODS.path(namespace, pod, "log"), asked, timeout=seconds)
        try:
            async for line in answer.content:
                yield line.decode(errors="replace").rstrip("\n")
        finally:
            answer.close()

    async def _request(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] = {},
        body: Any = None,
        content: str = "application/json",
        timeout: float = 15,
    ) -> Any:
        await self._access.renew()
        return await super()._request(method, path, query, body, content, timeout)


@contextmanager
def in_words(access: Access, namespace: str, name: str = "") -> Iterator[None]:
    """Raises SpotreelError for what the API server, or the way to it, does not do."""
    try:
        yield
    except ApiError as error:
        raise explained(error, namespace, name) from error
    except json.JSONDecodeError as error:
        raise ClusterUnreachable(f"{_where(access)} gives no answer of an API server: is a proxy between?") from error
    except (TimeoutError, aiohttp.ClientError, OSError) as error:
        why = str(error) or "no answer in time"
        raise ClusterUnreachable(f"{_where(access)} does not answer ({why}): is it up, and within reach?") from error


def _where(access: Access) -> str:
    context = f" (context {access.context})" if access.context else ""
    return f"the cluster {urlsplit(access.configuration.host).netloc}{context}"
